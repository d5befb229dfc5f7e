import type { ClassificationNode } from '../tenant-nodes.ts'
import { choice } from '../kinds/choice.ts'
import { required } from '../kinds/field.ts'
import type { Kind } from '../kinds/kind.ts'
import { noun } from '../kinds/noun.ts'
import { reportAt } from '../reading.ts'

/** How sensitive the data of a layer are, from the least to the most. `gdpr`: personal data under the law of the EU. */
export const SENSITIVITIES = ['public', 'internal', 'confidential', 'gdpr'] as const

const level = choice(SENSITIVITIES)

const layers = noun({
  name: 'classification',
  doc: 'How sensitive the data of each layer are. It drives who may read, how long removed data can be brought back, and how soon the key goes.',
  fields: {
    bronze: required(level, { doc: 'Raw records.', example: 'gdpr' }),
    silver: required(level, { doc: 'Typed rows.', example: 'confidential' }),
    gold: required(level, { doc: 'Windows, joins, alerts.', example: 'internal' }),
    quarantine: required(level, {
      doc: 'Refused records with their raw bytes: at least as sensitive as bronze.',
      example: 'gdpr',
    }),
  },
  build: ({ bronze, silver, gold, quarantine }, _, reading): ClassificationNode | undefined => {
    if (SENSITIVITIES.indexOf(quarantine.value) < SENSITIVITIES.indexOf(bronze.value)) {
      const related = [{ message: 'bronze is classified here', span: bronze.span }]
      const params = { quarantine: quarantine.value, bronze: bronze.value }
      reportAt(reading, 'tenant/quarantine-less-sensitive', params, quarantine, { related })
      return undefined
    }
    return { bronze: bronze.value, silver: silver.value, gold: gold.value, quarantine: quarantine.value }
  },
})

/** One level for each layer; one word or a list for all of them is told as such. */
export const classification: Kind<ClassificationNode> = {
  ...layers,
  read: (node, reading) => {
    if (node.kind === 'mapping' || (node.kind === 'scalar' && node.text === '')) return layers.read(node, reading)
    reportAt(reading, 'tenant/classification-not-per-layer', { levels: SENSITIVITIES }, node)
    return undefined
  },
}
