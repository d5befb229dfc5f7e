import { shortOrLong } from '../kinds/either.ts'
import { optional } from '../kinds/field.ts'
import { mapKind } from '../kinds/kind.ts'
import { noun } from '../kinds/noun.ts'
import { duration } from '../kinds/quantity.ts'
import type { RetentionNode } from '../nodes.ts'

/** `retention:` of one table. */
export const tableRetention = optional(duration(1), {
  doc: 'How long rows are kept, counted by the time that the table is partitioned by: a partition goes as a whole once all of it is older. Over what `retention` of the pipeline says of the layer.',
  example: '90d',
})

const layer = (what: string) => optional(duration(1), { doc: `How long the rows of ${what} are kept.`, example: '30d' })

const layers = noun({
  name: 'retention',
  doc: 'How long rows are kept, by layer. The rows of a layer that is left out are kept for ever.',
  fields: {
    bronze: layer('the bronze tables'),
    silver: layer('the silver tables'),
    gold: layer('the gold tables'),
    quarantine: layer('the quarantine table'),
  },
  build: (values): RetentionNode => values,
})

const everywhere = mapKind(duration(1), (value): RetentionNode => ({
  bronze: value,
  silver: value,
  gold: value,
  quarantine: value,
}))

/** `retention:` of a pipeline: one duration for all layers, or one for each. */
export const pipelineRetention = optional(shortOrLong(everywhere, layers), {
  doc: 'How long rows are kept: one duration for all layers, or one by layer. Rows of `latest_by` tables and of windows with `emit: on_change` are always kept.',
  example: '{ bronze: 30d, quarantine: 90d }',
})
