import type { Field } from '#contract'
import type { ColumnNode, Located, Named, PipelineNode } from '#spec'
import { spanWithin, typeText, type Scope } from '../expression/index.ts'
import type { ColumnPlan, Expr, ReferencePlan } from '../types.ts'
import { compiled } from './columns.ts'
import { findDeclared } from './broken.ts'
import type { Problems } from './context.ts'

/** What a lookup is resolved with. */
export interface LookupContext {
  readonly pipeline: PipelineNode
  /** Those that could be read. */
  readonly references: readonly ReferencePlan[]
  readonly problems: Problems
}

/** A column whose value stands in a reference. Undefined when something of it is wrong; its keys are judged all the same. */
export function lookupColumn(column: Named<ColumnNode>, scope: Scope, context: LookupContext): ColumnPlan | undefined {
  const { problems, pipeline, references } = context
  if (column.node.kind !== 'lookup') return undefined
  const { lookup, on, missing } = column.node
  const at = (name: string, start = 0): Located<string> => ({
    value: name,
    span: spanWithin(lookup, start, start + name.length),
    pointer: lookup.pointer,
  })
  const exprs = on.map((text) => ({ text, expr: compiled(text, scope, problems) }))
  const [referenceName = '', columnName = '', ...rest] = lookup.value.split('.')
  if (rest.length > 0 || columnName === '') {
    problems.add(
      'plan/wrong-type',
      { what: 'A lookup', expected: '`<reference>.<column>`', actual: lookup.value },
      lookup,
    )
    return undefined
  }
  const declared = findDeclared('references', at(referenceName), pipeline.references, context)?.node
  if (declared === undefined) return undefined
  const reference = references.find((each) => each.name === referenceName)
  if (reference === undefined) return undefined
  const field = problems.find(
    `column of reference \`${referenceName}\``,
    at(columnName, referenceName.length + 1),
    reference.fields.map((each) => ({ name: each.name, key: declared.file, node: each })),
  )?.node
  if (on.length !== reference.key.length) {
    problems.add(
      'plan/lookup-keys',
      { reference: referenceName, expected: reference.key.length, actual: on.length },
      lookup,
    )
    return undefined
  }
  const keys = exprs.flatMap(({ text, expr }, index): Expr[] => {
    const key = reference.fields.find((each) => each.name === reference.key[index])
    if (expr === undefined || key === undefined) return []
    if (expr.type.kind === key.type.kind) return [expr]
    const what = `The key of reference \`${referenceName}\``
    problems.add('plan/wrong-type', { what, expected: `\`${typeText(key.type)}\``, actual: typeText(expr.type) }, text)
    return []
  })
  if (field === undefined || keys.length < on.length) return undefined
  const absent = resolveMissing(missing, field, problems)
  return {
    name: column.name,
    type: field.type,
    nullable: field.nullable || absent.kind === 'null',
    value: { kind: 'lookup', reference: referenceName, column: field.name, on: keys, missing: absent },
  }
}

type Missing = Extract<ColumnPlan['value'], { kind: 'lookup' }>['missing']

function resolveMissing(
  missing: Located<string | number | boolean | null> | undefined,
  field: Field,
  problems: Problems,
): Missing {
  const value = missing?.value ?? null
  if (missing === undefined || value === null) return { kind: 'null' }
  if (value === 'quarantine') return { kind: 'quarantine' }
  const fits =
    (field.type.kind === 'string' && typeof value === 'string') ||
    (field.type.kind === 'boolean' && typeof value === 'boolean') ||
    (field.type.kind === 'long' && typeof value === 'number' && Number.isSafeInteger(value)) ||
    (field.type.kind === 'double' && typeof value === 'number')
  if (!fits) {
    problems.add(
      'plan/wrong-type',
      { what: '`missing`', expected: `null, quarantine or a \`${typeText(field.type)}\``, actual: String(value) },
      missing,
    )
    return { kind: 'null' }
  }
  return {
    kind: 'value',
    value: {
      kind: 'literal',
      value: field.type.kind === 'long' ? String(value) : value,
      type: field.type,
      nullable: false,
    },
  }
}
