import { choice } from '../kinds/choice.ts'
import { shortOrLong } from '../kinds/either.ts'
import { defaulted, required } from '../kinds/field.ts'
import { mapKind, type Kind } from '../kinds/kind.ts'
import { noun } from '../kinds/noun.ts'
import { expression } from '../kinds/text.ts'
import type { CheckNode } from '../nodes.ts'

const longCheck = noun({
  name: 'check',
  doc: 'A condition on the columns of the table. It passes unless it is false; null passes, as in an SQL CHECK.',
  fields: {
    check: required(expression(), { doc: 'The condition.', example: 'os_eol is not null' }),
    on_fail: defaulted(choice(['quarantine', 'drop', 'warn', 'fail']), 'quarantine', {
      doc: 'What happens to a row that fails: it goes to quarantine, it is counted and dropped, it is kept and counted, or the pipeline stops.',
    }),
  },
  build: (values): CheckNode => values,
})

const shortCheck = mapKind(expression(), (check): CheckNode => {
  const { span, pointer } = check
  return { check, onFail: { value: 'quarantine', span, pointer } }
})

/** A check: a condition, or `{ check, on_fail }`. */
export const check: Kind<CheckNode> = shortOrLong(shortCheck, longCheck)
