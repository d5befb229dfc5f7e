import type { Field } from '#contract'
import { nearestMatch } from '#diagnostics'
import type { ColumnExpr } from '../types.ts'
import type { Ast, NameAst, Word } from './ast.ts'
import { call, check } from './check-parts.ts'
import { checked, coerce, type Checked, type Context } from './checked.ts'
import { LONG, STRING, typeText } from './data-type.ts'
import { problem } from './problem.ts'

/** Checks a dotted name: the scope finds the column, further parts are fields of the object it holds. */
export function checkName(ast: NameAst, context: Context): Checked | undefined {
  const path = ast.parts.map((part) => part.text)
  const found = context.scope.lookup(path)
  if (found === undefined) {
    unknownColumn(ast, context)
    return undefined
  }
  if (found === 'broken') return undefined
  let column: ColumnExpr = found.column
  for (const part of ast.parts.slice(found.used)) {
    const field = findField(
      column.type.kind === 'struct' ? column.type.fields : [],
      part,
      column.path.join('.'),
      context,
    )
    if (field === undefined) return undefined
    column = {
      ...column,
      path: [...column.path, field.name],
      type: field.type,
      nullable: column.nullable || field.nullable,
    }
  }
  return checked(ast, column)
}

/** Checks `list[1]`: positions count from 1, past the end is null. */
export function checkIndex(ast: Extract<Ast, { kind: 'index' }>, context: Context): Checked | undefined {
  const arg = check(ast.arg, context)
  const index = check(ast.index, context)
  if (!arg || !index) return undefined
  const { type } = arg.expr
  if (type.kind !== 'list') {
    context.problems.push(
      problem('plan/operand-type', { operator: '[]', expected: 'a list', given: typeText(type) }, arg),
    )
    return undefined
  }
  if (index.open !== 'null' && index.expr.type.kind !== 'long') {
    context.problems.push(
      problem('plan/operand-type', { operator: '[]', expected: 'a long', given: typeText(index.expr.type) }, index),
    )
    return undefined
  }
  return call(ast, 'array_get', [arg, coerce(index, LONG)], type.element.type, true)
}

/** Checks `value.field` where the value is not a plain column. */
export function checkField(ast: Extract<Ast, { kind: 'field' }>, context: Context): Checked | undefined {
  const arg = check(ast.arg, context)
  if (arg === undefined) return undefined
  const { type } = arg.expr
  const field = findField(type.kind === 'struct' ? type.fields : [], ast.field, typeText(type), context)
  if (field === undefined) return undefined
  const name = checked(ast.field, { kind: 'literal', value: field.name, type: STRING, nullable: false })
  return call(ast, 'field', [arg, name], field.type, arg.expr.nullable || field.nullable)
}

function findField(fields: readonly Field[], part: Word, column: string, context: Context): Field | undefined {
  const field = fields.find((each) => each.name === part.text)
  if (field) return field
  const nearest = nearestMatch(
    part.text,
    fields.map((each) => each.name),
  )
  context.problems.push(
    problem('plan/unknown-field', { column, name: part.text, nearest }, part, { rename: { ...part, to: nearest } }),
  )
  return undefined
}

function unknownColumn(ast: NameAst, context: Context): void {
  const name = ast.parts.map((part) => part.text).join('.')
  const names = [...context.scope.names()]
  const known = names.map((each) => each.name)
  const whole = { text: name, start: ast.start, end: ast.end }
  const near = nearestMatch(name, known)
  // A wrong column with right fields behind it: the column alone is compared, and mended.
  const meant = near === undefined ? (ast.parts[0] ?? whole) : whole
  const nearest = near ?? nearestMatch(meant.text, known)
  const where = names.find((each) => each.name === nearest)?.where
  const related = where && [{ message: `\`${nearest ?? ''}\` is defined here`, span: where }]
  const rename = { start: meant.start, end: meant.end, text: meant.text, to: nearest }
  context.problems.push(problem('plan/unknown-column', { name, nearest }, ast, { ...(related && { related }), rename }))
}
