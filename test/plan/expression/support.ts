import type { DataType, Field } from '#contract'
import type { ColumnExpr, Expr, Scope } from '#plan'
import { compileExpression } from '#plan'
import type { LocatedText } from '#spec'

/** `source` as it would stand on the first line of a file. */
export function located(source: string): LocatedText {
  const position = (offset: number): { offset: number; line: number; column: number } => ({
    offset,
    line: 1,
    column: offset + 1,
  })
  return {
    value: source,
    span: { file: 'pipeline.yaml', start: position(0), end: position(source.length) },
    pointer: '/x',
    offsets: Array.from({ length: source.length }, (_, index) => index),
    lineStarts: [0],
  }
}

/** Columns by name; a type followed by `true` may be null. */
export type Columns = Readonly<Record<string, readonly [type: DataType, nullable?: boolean]>>

export function scopeOf(columns: Columns): Scope {
  return {
    lookup([name = '']) {
      const found = Object.hasOwn(columns, name) ? columns[name] : undefined
      if (!found) return undefined
      const column: ColumnExpr = {
        kind: 'column',
        scope: 'table',
        path: [name],
        type: found[0],
        nullable: found[1] ?? false,
      }
      return { column, used: 1 }
    },
    names: () => Object.keys(columns).map((name) => ({ name })),
  }
}

export const long: DataType = { kind: 'long' }
export const double: DataType = { kind: 'double' }
export const string: DataType = { kind: 'string' }
export const boolean: DataType = { kind: 'boolean' }
export const timestamp: DataType = { kind: 'timestamp' }
export const date: DataType = { kind: 'date' }
export const json: DataType = { kind: 'json' }
export const decimal = (precision: number, scale: number): DataType => ({ kind: 'decimal', precision, scale })
export const list = (type: DataType, nullable = false): DataType => ({ kind: 'list', element: { type, nullable } })
export const struct = (
  ...fields: readonly (readonly [name: string, type: DataType, nullable?: boolean])[]
): DataType => ({
  kind: 'struct',
  fields: fields.map(([name, type, nullable = false]): Field => ({ name, type, nullable })),
})

/** The expression, or an error with the diagnostics' messages. */
export function compiled(source: string, columns: Columns = {}): Expr {
  const { expr, diagnostics } = compileExpression(located(source), scopeOf(columns))
  if (!expr) throw new Error(`${source}: ${diagnostics.map((each) => `${each.code}: ${each.message}`).join('; ')}`)
  return expr
}
