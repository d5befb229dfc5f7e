import { choice } from '../kinds/choice.ts'
import { defaulted, later, required } from '../kinds/field.ts'
import { noun } from '../kinds/noun.ts'
import { expression } from '../kinds/text.ts'
import type { JoinNode } from '../nodes.ts'
import { tableName } from './names.ts'

/** One entry of `join:` of a gold table. */
export const join = noun({
  name: 'join',
  doc: 'The versions of a versioned source that a row of the silver table meets. Expressions call its fields by the name of the join: `rule.org`.',
  fields: {
    table: required(tableName, { doc: 'The versioned source.', example: 'policy_rules' }),
    as_of: required(expression('a timestamp such as `reported_at`'), {
      doc: 'The time of which versions are wanted: of each key the newest one that took effect at or before it.',
      example: 'reported_at',
    }),
    within: later({
      doc: 'Joins another silver table, both sides at most so far apart in event time.',
      insteadOf: 'as_of',
      meanwhile: 'Use `as_of` on a versioned source, or join the two silver tables when reading.',
    }),
    on: required(expression('a condition such as `rule.org = org`'), {
      doc: 'Which versions a row meets. At least one part is an equality of both sides, `rule.org = org`; more conditions follow with `and`.',
      example: 'rule.org = org',
    }),
    kind: defaulted(choice(['inner', 'left']), 'inner', {
      doc: 'What becomes of a row that meets no version: with `inner` it is left out, with `left` it stays and the fields of the join are null.',
    }),
  },
  build: (values): JoinNode => values,
})
