import type { Field } from '#contract'
import type { LocatedText } from '#spec'
import { compileExpression, typeText } from '../expression/index.ts'
import type { ColumnPlan, Expr } from '../types.ts'
import { type Problems } from './context.ts'
import { sourceScope, type FieldPlaces } from './scope.ts'

/** In place of an event time that could not be resolved, which was told. */
export const NO_TIME: Expr = { kind: 'literal', value: null, type: { kind: 'timestamp' }, nullable: true }

const NAME = /^[A-Za-z_]\w*$/

/**
 * Resolves `event_time` of a source: a contract field, `kafka_timestamp`, or any expression over both that gives a
 * timestamp. Undefined when a name in it is wrong; one of a wrong type is told and given as it is, so that the tables
 * of the source can be judged all the same.
 */
export function resolveEventTime(
  text: LocatedText,
  fields: readonly Field[],
  placeOf: FieldPlaces,
  problems: Problems,
): Expr | undefined {
  const expr = eventTimeExpression(text, fields, placeOf, problems)
  if (expr !== undefined && expr.type.kind !== 'timestamp')
    problems.add('plan/event-time-type', { field: text.value, type: typeText(expr.type) }, text)
  return expr
}

/** True when the column holds exactly the event time, so that the order of rows can be read from the table. */
export function isEventTime(column: ColumnPlan, eventTime: Expr): boolean {
  return (
    column.pii === undefined &&
    column.value.kind === 'expression' &&
    // Most columns differ at once; the texts of both are for the others.
    column.value.expr.kind === eventTime.kind &&
    column.value.expr.type.kind === eventTime.type.kind &&
    JSON.stringify(column.value.expr) === JSON.stringify(eventTime)
  )
}

/** A plain name is the field of that name, whatever the expression language makes of the word (`timestamp`, `end`). */
function eventTimeExpression(
  text: LocatedText,
  fields: readonly Field[],
  placeOf: FieldPlaces,
  problems: Problems,
): Expr | undefined {
  const name = text.value.trim()
  const found = sourceScope({ fields }).lookup([name])
  if (typeof found === 'object') return found.column
  if (NAME.test(name)) {
    const { span, pointer } = text
    const known = fields.map((node) => ({
      name: node.name,
      key: { value: node.name, span: placeOf(node.name) ?? span, pointer },
      node,
    }))
    problems.find('contract field', { value: name, span, pointer }, known)
    return undefined
  }
  const { expr, diagnostics } = compileExpression(text, sourceScope({ fields }, placeOf))
  problems.found.push(...diagnostics)
  return expr
}
