import { diagnostic, type Diagnostic } from '#diagnostics'
import type { Located, PipelineNode } from '#spec'

/** A table that a pipeline makes, `bronze.orders`, and the name in its file that says so. */
export interface MadeTable {
  readonly table: string
  readonly key: Located<string>
}

/** A pipeline that runs for a tenant, and what it makes. */
export interface TableMaker {
  readonly tenant: string
  readonly pipeline: string
  readonly tables: readonly MadeTable[]
}

interface Clash {
  readonly table: string
  readonly first: Maker
  readonly second: Maker
  readonly tenants: string[]
}

interface Maker {
  readonly pipeline: string
  readonly key: Located<string>
}

/**
 * Reports each table that two pipelines of one tenant would make. Each pair once, at the pipeline that the tenant lists
 * later, with all tenants that run both.
 */
export function duplicateTables(instances: readonly TableMaker[]): Diagnostic[] {
  const clashes = new Map<string, Clash>()
  const makers = new Map<string, Maker>()
  for (const { tenant, pipeline, tables } of instances) {
    for (const { table, key } of tables) {
      const owned = `${tenant} ${table}`
      const first = makers.get(owned)
      if (first === undefined) {
        makers.set(owned, { pipeline, key })
        continue
      }
      const pair = [table, ...[first.pipeline, pipeline].sort()].join(' ')
      const clash = clashes.get(pair)
      if (clash !== undefined) clash.tenants.push(tenant)
      else clashes.set(pair, { table, first, second: { pipeline, key }, tenants: [tenant] })
    }
  }
  return [...clashes.values()].map(report)
}

/** The tables that a pipeline makes; bronze tables are named by their source. */
export function tablesOf({ sources, silver, gold }: PipelineNode): MadeTable[] {
  const layers = { bronze: sources, silver, gold }
  return Object.entries(layers).flatMap(([layer, named]) =>
    named.map(({ name, key }) => ({ table: `${layer}.${name}`, key })),
  )
}

function report({ table, first, second, tenants }: Clash): Diagnostic {
  const { span, pointer } = second.key
  const related = [{ message: `\`${first.pipeline}\` makes it here`, span: first.key.span }]
  const params = { table, first: first.pipeline, second: second.pipeline, tenants }
  return diagnostic('tenant/duplicate-table', params, { span, pointer, related })
}
