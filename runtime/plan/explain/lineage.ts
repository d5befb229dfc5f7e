import { operatorId } from '../operator.ts'
import type { GoldPlan, Plan, SilverPlan, SourcePlan } from '../types.ts'
import { durationText } from './duration-text.ts'
import { columnsRead } from '../expression/index.ts'
import { expressionText, pathText } from './expression-text.ts'
import { goldNodes } from './lineage-gold.ts'
import { fieldNodes, recordNodes, referenceNodes } from './lineage-origins.ts'
import { silverNodes } from './lineage-silver.ts'
import type { Lineage, LineageNode, RowRule } from './lineage-types.ts'
import { eventTimeIds, nodeId, readIds } from './node-id.ts'
import { withPersonal } from './personal.ts'

/** The lineage of every column of a plan. Pure and total; inputs of a node stand before it. */
export function planLineage(plan: Plan): Lineage {
  const silver = plan.silver.flatMap((table) => withSource(plan, table, (source) => silverNodes(plan, table, source)))
  const gold = plan.gold.flatMap((table) => withTables(plan, table, (from, source) => goldNodes(table, from, source)))
  const fields = plan.sources.flatMap(fieldNodes)
  const references = plan.references.flatMap(referenceNodes)
  const nodes: LineageNode[] = [...fields, ...references, ...recordNodes(plan), ...silver, ...gold]
  return { version: 1, nodes: withPersonal(nodes), rows: rowRules(plan), reads: tableReads(plan) }
}

function tableReads({ silver, gold }: Plan): Lineage['reads'] {
  return [
    ...silver.map(({ table, source }) => ({ table: `silver.${table.name}`, from: `source.${source}` })),
    ...gold.map(({ table, from }) => ({ table: `gold.${table.name}`, from: `silver.${from}` })),
  ]
}

function rowRules(plan: Plan): RowRule[] {
  return [
    ...plan.silver.flatMap((table) => withSource(plan, table, (source) => silverRules(table, source))),
    ...plan.gold.flatMap((table) => withTables(plan, table, (from, source) => goldRules(table, from, source))),
  ]
}

function silverRules(table: SilverPlan, source: SourcePlan): RowRule[] {
  const name = `silver.${table.table.name}`
  const own = (columns: readonly string[]): string[] => columns.map((column) => nodeId(name, [column]))
  const valid = { table: name, operator: operatorId.contract(source), rule: 'the value is valid' }
  const timely = { table: name, operator: operatorId.eventTime(source), rule: 'the event time is in bounds' }
  const demanded = table.columns.filter(({ value }) => value.kind === 'lookup' && value.missing.kind === 'quarantine')
  const checks = table.checks.filter(({ onFail }) => onFail !== 'warn')
  return [
    { ...valid, inputs: [nodeId(`bronze.${source.name}`, ['kafka_value'])] },
    { ...timely, inputs: eventTimeIds(source) },
    ...demanded.flatMap((column): RowRule[] => {
      if (column.value.kind !== 'lookup') return []
      const { reference, on } = column.value
      const rule = `${pathText([column.name])} has a row in ${reference}`
      const inputs = on.flatMap((expr) => readIds(columnsRead(expr), name, source.name))
      return [{ table: name, operator: operatorId.lookup(table, reference), rule, inputs }]
    }),
    ...(table.where === undefined
      ? []
      : [
          {
            table: name,
            operator: operatorId.where(table),
            rule: expressionText(table.where),
            inputs: readIds(columnsRead(table.where), name, source.name),
          },
        ]),
    ...checks.map((check) => ({
      table: name,
      operator: operatorId.check(table, check),
      rule: expressionText(check.expr),
      inputs: readIds(columnsRead(check.expr), name, source.name),
    })),
    ...(table.dedupe === undefined
      ? []
      : [
          {
            table: name,
            operator: operatorId.dedupe(table),
            rule: `first of its key within ${durationText(table.dedupe.withinMs)}`,
            inputs: [...own(table.dedupe.by), ...eventTimeIds(source)],
          },
        ]),
  ]
}

function goldRules(table: GoldPlan, from: SilverPlan, source: SourcePlan): RowRule[] {
  const name = `gold.${table.table.name}`
  const read = `silver.${from.table.name}`
  const eventTime = eventTimeIds(source)
  const where =
    table.where === undefined
      ? []
      : [
          {
            table: name,
            operator: operatorId.where(table),
            rule: expressionText(table.where),
            inputs: readIds(columnsRead(table.where), read, source.name),
          },
        ]
  if (table.kind === 'window') {
    const rule = `in time for its ${durationText(table.window.sizeMs)} window`
    return [...where, { table: name, operator: operatorId.window(table), rule, inputs: eventTime }]
  }
  const order = ['kafka_partition', 'kafka_offset'].map((column) => nodeId(read, [column]))
  const keys = table.latestBy.map((key) => nodeId(name, [key]))
  const rule = `newest of its ${table.latestBy.map((key) => pathText([key])).join(', ')}`
  return [
    ...where,
    { table: name, operator: operatorId.latest(table), rule, inputs: [...keys, ...eventTime, ...order] },
  ]
}

function withSource<T>(plan: Plan, table: SilverPlan, make: (source: SourcePlan) => T[]): T[] {
  const source = plan.sources.find(({ name }) => name === table.source)
  return source === undefined ? [] : make(source)
}

function withTables<T>(plan: Plan, table: GoldPlan, make: (from: SilverPlan, source: SourcePlan) => T[]): T[] {
  const from = plan.silver.find((each) => each.table.name === table.from)
  return from === undefined ? [] : withSource(plan, from, (source) => make(from, source))
}
