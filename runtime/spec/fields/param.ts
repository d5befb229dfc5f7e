import { choice } from '../kinds/choice.ts'
import { optional, required } from '../kinds/field.ts'
import type { Kind } from '../kinds/kind.ts'
import { literal } from '../kinds/literal.ts'
import { named, TABLE_NAME } from '../kinds/named.ts'
import { noun } from '../kinds/noun.ts'
import { text } from '../kinds/text.ts'
import type { Named, ParamNode } from '../nodes.ts'
import { PARAM_TYPES, paramValue } from '../param-value.ts'
import { fieldName, reportAt } from '../reading.ts'

const param = noun({
  name: 'param',
  doc: 'A value that each tenant may set, used as `${params.<name>}` anywhere else in the pipeline.',
  fields: {
    type: required(choice(PARAM_TYPES), {
      doc: 'The type of the value. A `duration` is written like `30d`.',
      example: 'duration',
    }),
    default: optional(literal, {
      doc: 'The value for tenants that set none. Without it every tenant must set one.',
      example: '30d',
    }),
    description: optional(text, { doc: 'What the param changes.', example: 'How far back a device counts as active.' }),
  },
  build: (values, _at, reading): ParamNode | undefined => {
    const { type, default: preset } = values
    if (preset === undefined) return values
    const read = paramValue(type.value, preset.value)
    if (read.value !== undefined) return values
    const found = `\`${String(preset.value)}\``
    reportAt(reading, 'spec/wrong-type', { field: fieldName(preset), expected: read.expects, found }, preset)
    return undefined
  },
})

const params = named(param, 'param', TABLE_NAME)

/** `params:` of a pipeline. Params cannot be made of params. */
export const paramsField = optional<readonly Named<ParamNode>[]>(withoutParams(params), {
  doc: 'The values a tenant may set.',
  example: '{ eol_grace: { type: duration, default: 30d } }',
})

function withoutParams<T>(kind: Kind<T>): Kind<T> {
  return {
    ...kind,
    shape: { type: 'without-params', of: kind.shape },
    read: (node, reading) => {
      const { source, diagnostics, env, needsEnv, unknown } = reading
      return kind.read(node, { source, diagnostics, env, needsEnv, unknown })
    },
  }
}
