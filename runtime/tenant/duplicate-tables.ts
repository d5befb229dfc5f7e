import { diagnostic, type Diagnostic } from '#diagnostics'
import type { Located } from '#spec'
import type { LoadedInstance } from './load-project.ts'

interface Maker {
  readonly pipeline: string
  readonly key: Located<string>
}

interface Clash {
  readonly table: string
  readonly first: Maker
  readonly second: Maker
  readonly tenants: string[]
}

/**
 * Reports each table that two pipelines of one tenant would make: bronze tables are named by their source. Each pair once,
 * at the pipeline that the tenant lists later, with all tenants that run both.
 */
export function duplicateTables(instances: readonly LoadedInstance[]): Diagnostic[] {
  const clashes = new Map<string, Clash>()
  const makers = new Map<string, Maker>()
  for (const { tenant, node, pipeline } of instances) {
    for (const { table, key } of tablesOf(node)) {
      const owned = `${tenant.id.value} ${table}`
      const first = makers.get(owned)
      if (first === undefined) {
        makers.set(owned, { pipeline, key })
        continue
      }
      const pair = [table, ...[first.pipeline, pipeline].sort()].join(' ')
      const clash = clashes.get(pair)
      if (clash !== undefined) clash.tenants.push(tenant.id.value)
      else clashes.set(pair, { table, first, second: { pipeline, key }, tenants: [tenant.id.value] })
    }
  }
  return [...clashes.values()].map(report)
}

function tablesOf({ sources, silver, gold }: LoadedInstance['node']): { table: string; key: Located<string> }[] {
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
