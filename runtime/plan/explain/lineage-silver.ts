import { columnsRead, fullTypeText } from '../expression/index.ts'
import type { ColumnPlan, Plan, SilverPlan, SourcePlan } from '../types.ts'
import { LINEAGE_COLUMNS } from './explain-source.ts'
import { valueText } from './expression-text.ts'
import type { LineageInput, LineageNode } from './lineage-types.ts'
import { nodeId, readIds } from './node-id.ts'

/** The columns of a silver table. */
export function silverNodes(plan: Plan, table: SilverPlan, source: SourcePlan): LineageNode[] {
  const of = `silver.${table.table.name}`
  return [
    ...table.columns.map((column) => columnNode(of, column, valueText(column), silverInputs(plan, column, source))),
    ...LINEAGE_COLUMNS.map(({ name, type, nullable }) => ({
      id: nodeId(of, [name]),
      kind: 'column' as const,
      of,
      name,
      type,
      nullable,
      value: name,
      inputs: [{ id: nodeId(`bronze.${source.name}`, [name]), role: 'value' as const }],
    })),
  ]
}

/** A column with what gives it its value. */
export function columnNode(
  of: string,
  { name, type, nullable, pii }: Pick<ColumnPlan, 'name' | 'type' | 'nullable' | 'pii'>,
  value: string,
  inputs: readonly LineageInput[],
): LineageNode {
  return {
    id: nodeId(of, [name]),
    kind: 'column',
    of,
    name,
    type: fullTypeText(type),
    nullable,
    value,
    ...(pii === undefined ? {} : { pii }),
    inputs,
  }
}

function silverInputs(plan: Plan, { value }: ColumnPlan, source: SourcePlan): LineageInput[] {
  const read = (columns: ReturnType<typeof columnsRead>): string[] => readIds(columns, '', source.name)
  if (value.kind === 'expression') return asRole(read(columnsRead(value.expr)), 'value')
  const key = plan.references.find(({ name }) => name === value.reference)?.key ?? []
  const of = `reference.${value.reference}`
  return [
    { id: nodeId(of, [value.column]), role: 'value' },
    ...asRole(
      key.map((name) => nodeId(of, [name])).filter((id) => id !== nodeId(of, [value.column])),
      'key',
    ),
    ...asRole(read(value.on.flatMap(columnsRead)), 'key'),
  ]
}

/** Inputs of one role. */
export function asRole(ids: readonly string[], role: LineageInput['role']): LineageInput[] {
  return ids.map((id) => ({ id, role }))
}
