import type { AggregatePlan, ColumnPlan, GoldPlan, MeasurePlan, SilverPlan, SourcePlan, WindowPlan } from '../types.ts'
import { partnerColumns } from './explain-join.ts'
import { windowBounds } from './explain-gold.ts'
import { LINEAGE_COLUMNS } from './explain-source.ts'
import { columnsRead } from '../expression/index.ts'
import { expressionText, valueText } from './expression-text.ts'
import { asRole, columnNode } from './lineage-silver.ts'
import type { LineageInput, LineageNode } from './lineage-types.ts'
import { eventTimeIds, joinedId, nodeId, readIds } from './node-id.ts'

/** The columns of a gold table made of the silver table `from`. */
export function goldNodes(table: GoldPlan, from: SilverPlan, source: SourcePlan): LineageNode[] {
  const of = `gold.${table.table.name}`
  const read = `silver.${from.table.name}`
  const eventTime = eventTimeIds(source)
  const joined = joinedId(table)
  const column = (each: ColumnPlan): LineageNode =>
    columnNode(of, each, valueText(each), goldInputs(each, read, joined))
  if (table.kind !== 'window') {
    const origin = LINEAGE_COLUMNS.map(({ name, type, nullable }) => {
      const inputs = asRole([nodeId(read, [name])], 'value')
      return { id: nodeId(of, [name]), kind: 'column' as const, of, name, type, nullable, value: name, inputs }
    })
    return [...table.columns.map(column), ...origin, ...partnerNodes(table, of)]
  }
  return [
    ...boundNodes(table, of, eventTime),
    ...table.groupBy.map(column),
    ...table.measures.map((measure) => measureNode(of, measure, { read, eventTime })),
  ]
}

function partnerNodes(table: GoldPlan, of: string): LineageNode[] {
  if (table.kind !== 'as-of' && table.kind !== 'interval') return []
  const columns = partnerColumns(table)
  const other = table.kind === 'as-of' ? `bronze.${table.join.source}` : `silver.${table.join.table}`
  return columns.map((column, index) => {
    const inputs = asRole([nodeId(other, [LINEAGE_COLUMNS[index]?.name ?? ''])], 'value')
    return { id: nodeId(of, [column.name]), kind: 'column', of, ...column, inputs }
  })
}

function boundNodes(table: WindowPlan, of: string, eventTime: readonly string[]): LineageNode[] {
  return windowBounds(table).map((column) => ({
    id: nodeId(of, [column.name]),
    kind: 'column',
    of,
    ...column,
    inputs: asRole(eventTime, 'value'),
  }))
}

function goldInputs({ value }: ColumnPlan, read: string, joined: string): LineageInput[] {
  return value.kind === 'expression' ? asRole(readIds(columnsRead(value.expr), read, '', joined), 'value') : []
}

interface Reads {
  /** The silver table. */
  readonly read: string
  readonly eventTime: readonly string[]
}

function measureNode(of: string, measure: MeasurePlan, reads: Reads): LineageNode {
  const inputs = distinct(measure.aggregates.flatMap((each) => aggregateInputs(each, reads)))
  return columnNode(of, measure, expressionText(measure.expr, measure.aggregates), inputs)
}

function aggregateInputs({ fn, args, filter }: AggregatePlan, { read, eventTime }: Reads): LineageInput[] {
  const ordered = fn === 'first' || fn === 'last'
  const place = ['kafka_partition', 'kafka_offset'].map((name) => nodeId(read, [name]))
  return [
    ...asRole(readIds(args.flatMap(columnsRead), read, ''), 'value'),
    ...asRole(filter === undefined ? [] : readIds(columnsRead(filter), read, ''), 'filter'),
    ...asRole(ordered ? [...eventTime, ...place] : [], 'order'),
  ]
}

/** Each input once per role. */
function distinct(inputs: readonly LineageInput[]): LineageInput[] {
  return [...new Map(inputs.map((input) => [`${input.role} ${input.id}`, input])).values()]
}
