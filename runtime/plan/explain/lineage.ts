import type { GoldPlan, Plan, SilverPlan, SourcePlan } from '../types.ts'
import { goldNodes } from './lineage-gold.ts'
import { fieldNodes, recordNodes, referenceNodes } from './lineage-origins.ts'
import { silverNodes } from './lineage-silver.ts'
import type { Lineage } from './lineage-types.ts'
import { joinedId } from './node-id.ts'
import { withPersonal } from './personal.ts'
import { goldRules, silverRules } from './row-rules.ts'

/** The lineage of every column of a plan. Pure and total; inputs of a node stand before it. */
export function planLineage(plan: Plan): Lineage {
  const nodes = [
    ...plan.sources.flatMap(fieldNodes),
    ...plan.references.flatMap(referenceNodes),
    ...recordNodes(plan),
    ...plan.silver.flatMap((table) => withSource(plan, table, (source) => silverNodes(plan, table, source))),
    ...plan.gold.flatMap((table) => withTables(plan, table, (from, source) => goldNodes(table, from, source))),
  ]
  const rows = [
    ...plan.silver.flatMap((table) => withSource(plan, table, (source) => silverRules(table, source))),
    ...plan.gold.flatMap((table) =>
      withTables(plan, table, (_, source) => goldRules(table, source, otherSource(plan, table))),
    ),
  ]
  return { version: 1, nodes: withPersonal(nodes), rows, reads: tableReads(plan) }
}

function tableReads({ silver, gold }: Plan): Lineage['reads'] {
  return [
    ...silver.map(({ table, source }) => ({ table: `silver.${table.name}`, from: `source.${source}` })),
    ...gold.map(({ table, from }) => ({ table: `gold.${table.name}`, from: `silver.${from}` })),
    ...gold.flatMap((each) =>
      joinedId(each) === '' ? [] : [{ table: `gold.${each.table.name}`, from: joinedId(each) }],
    ),
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

/** The source of the rows that a table of pairs joins. */
function otherSource(plan: Plan, table: GoldPlan): SourcePlan | undefined {
  if (table.kind !== 'interval') return undefined
  const other = plan.silver.find((each) => each.table.name === table.join.table)
  return plan.sources.find(({ name }) => name === other?.source)
}
