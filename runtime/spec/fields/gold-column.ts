import { shortOrLong } from '../kinds/either.ts'
import { required } from '../kinds/field.ts'
import { mapKind, type Kind } from '../kinds/kind.ts'
import { noun } from '../kinds/noun.ts'
import { expression } from '../kinds/text.ts'
import type { GoldColumnNode } from '../nodes.ts'
import { was } from './column.ts'

/** A column, group or measure of a gold table: an expression, or `{ expr, was }`. `expects` says which expression. */
export function goldColumn(name: string, example: string, expects?: string): Kind<GoldColumnNode> {
  const expr = expects === undefined ? expression() : expression(expects)
  const long = noun({
    name,
    doc: `A ${name} with its former name.`,
    fields: { expr: required(expr, { doc: `The expression of the ${name}.`, example }), was },
    build: (values): GoldColumnNode => values,
  })
  return shortOrLong(
    mapKind(expr, (text): GoldColumnNode => ({ expr: text })),
    long,
  )
}
