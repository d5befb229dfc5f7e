import { choice } from '../kinds/choice.ts'
import { byKey, shortOrLong } from '../kinds/either.ts'
import { optional, required } from '../kinds/field.ts'
import { mapKind, type Kind } from '../kinds/kind.ts'
import { list } from '../kinds/list.ts'
import { literalOrNull } from '../kinds/literal.ts'
import { noun } from '../kinds/noun.ts'
import { expression } from '../kinds/text.ts'
import type { ColumnNode } from '../nodes.ts'
import { columnName } from './names.ts'

const pii = optional(choice(['hash', 'mask', 'drop']), {
  doc: 'Hides personal data: `hash` is HMAC-SHA-256 under the key of the tenant, `mask` keeps the shape only, `drop` leaves the column out.',
  example: 'hash',
})

/** The former name of a column: its rows stay when it gets another one. */
export const was = optional(columnName, {
  doc: 'The name this column had before: what is already in the table stays, under the new name. Without it, a renamed column is one that goes and one that comes.',
  example: 'cpu',
})

const expressionColumn = noun({
  name: 'column',
  doc: 'A column computed by an expression.',
  fields: {
    expr: required(expression(), { doc: 'The expression over the fields of the source.', example: 'user_email' }),
    pii,
    was,
  },
  build: (values): ColumnNode => ({ kind: 'expression', ...values }),
})

const lookupColumn = noun({
  name: 'lookup column',
  doc: 'A column taken from the row of a reference with the given key.',
  fields: {
    lookup: required(expression('a column of a reference such as `os_catalog.eol_date`'), {
      doc: 'The reference and its column.',
      example: 'os_catalog.eol_date',
    }),
    on: required(list(expression()), {
      doc: 'The key to look for: expressions in the order of the key of the reference.',
      example: '[os]',
    }),
    missing: optional(literalOrNull, {
      doc: 'What a key without a row gives: `null` (the default), `quarantine` for the record, or a value.',
      example: 'null',
    }),
    pii,
    was,
  },
  build: (values): ColumnNode => ({ kind: 'lookup', ...values }),
})

const shortColumn = mapKind(expression(), (expr): ColumnNode => ({ kind: 'expression', expr }))

/** A column: an expression, `{ expr, pii, was }`, or `{ lookup, on, missing, pii, was }`. */
export const column: Kind<ColumnNode> = shortOrLong(shortColumn, byKey('lookup', lookupColumn, expressionColumn))
