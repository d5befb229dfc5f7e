import { choice } from '../kinds/choice.ts'
import { defaulted, optional, required } from '../kinds/field.ts'
import { noun } from '../kinds/noun.ts'
import { duration } from '../kinds/quantity.ts'
import { expression } from '../kinds/text.ts'
import type { JoinNode } from '../nodes.ts'
import { tableName } from './names.ts'

/** One entry of `join:` of a gold table. */
export const join = noun({
  name: 'join',
  doc: 'What a row of the silver table is put beside: the versions of a versioned source, with `as_of`, or the rows of another silver table, with `within`. Expressions call its fields by the name of the join: `rule.org`.',
  fields: {
    table: required(tableName, {
      doc: 'With `as_of` the versioned source, with `within` the other silver table.',
      example: 'policy_rules',
    }),
    as_of: optional(expression('a timestamp such as `reported_at`'), {
      doc: 'The time of which versions are wanted: of each key the newest one that took effect at or before it.',
      example: 'reported_at',
    }),
    within: optional(duration(1), {
      doc: 'How far apart in event time the rows of a pair may be, in either direction.',
      example: '10m',
    }),
    on: required(expression('a condition such as `rule.org = org`'), {
      doc: 'Which versions or rows a row meets. At least one part is an equality of both sides, `rule.org = org`; more conditions follow with `and`.',
      example: 'rule.org = org',
    }),
    kind: defaulted(choice(['inner', 'left']), 'inner', {
      doc: 'What becomes of a row that meets nothing: with `inner` it is left out, with `left` it stays and the fields of the join are null.',
    }),
  },
  rules: [{ kind: 'exactly-one', fields: ['as_of', 'within'] }],
  build: (values): JoinNode => values,
})
