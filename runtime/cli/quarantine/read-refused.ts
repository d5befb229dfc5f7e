import { smeltError } from '#diagnostics'
import type { QueryResult, RefusedFilter } from '#engine'
import type { Call } from '../command.ts'
import type { Environment } from '../environment.ts'
import type { ResolvedInstance } from '../instance/resolve-instance.ts'
import { withQuery } from '../lakes.ts'
import type { OpenProject } from '../project.ts'
import { writeResult } from '../query-output.ts'

/** What to read, and of which instance. */
export interface RefusedQuery {
  readonly project: OpenProject
  readonly environment: Environment
  readonly instance: ResolvedInstance
  readonly filter: RefusedFilter
}

/** Prints how many rows there are, by what refused them and why, and whether a replay judges them again. */
export async function listRefused(call: Call, query: RefusedQuery): Promise<void> {
  await readRefused(
    call,
    query,
    (from) => `select source, coalesce(table_name, '') as "table", code, coalesce(rule, '') as rule, count(*) as rows,
      min(kafka_timestamp) as first, max(kafka_timestamp) as last,
      case when table_name like 'gold.%' then 'rebuild' else 'replay' end as judged_again_by
      ${from} group by all order by rows desc, source, "table", code, rule`,
  )
}

/** Prints rows with why they were refused and what the record holds: text where its bytes are text, else hex. */
export async function showRefused(call: Call, query: RefusedQuery, limit: number): Promise<void> {
  const decoded = (column: string): string => `coalesce(try(decode(${column})), '0x' || hex(${column}))`
  const sqlOf = (from: string): string =>
    `select source, kafka_partition, kafka_offset, kafka_timestamp, table_name as "table", code, rule, path, message,
      ${decoded('kafka_key')} as key, ${decoded('kafka_value')} as value
      ${from} order by source, kafka_partition, kafka_offset, table_name limit ${limit}`
  await readRefused(call, query, sqlOf, async (result) => {
    for await (const chunk of result.chunks) for (const row of chunk) call.host.stdout.write(rowText(row))
  })
}

/** A row as a few lines, each value whole: where it stands, why it was refused, what it is. */
function rowText(row: readonly string[]): string {
  const [source, partition, offset, at, table, code, rule, path, message, key, value] = row.map((cell) => {
    const value = JSON.parse(cell) as string | number | boolean | null
    return value === null ? undefined : String(value)
  })
  const by = [table, rule === undefined ? undefined : `rule ${rule}`, path].filter((each) => each !== undefined)
  const lines = [
    `${source ?? ''} partition ${partition ?? ''} offset ${offset ?? ''}, ${at ?? ''}`,
    `  ${code ?? ''}${by.length === 0 ? '' : ` (${by.join(', ')})`}: ${message ?? ''}`,
    ...(key === undefined ? [] : [`  key: ${key}`]),
    `  value: ${value ?? 'null'}`,
  ]
  return `${lines.join('\n')}\n`
}

async function readRefused(
  { host, globals }: Call,
  { project, environment, instance, filter }: RefusedQuery,
  sqlOf: (from: string) => string,
  writeText = (result: QueryResult): Promise<void> => writeResult(host.stdout, result, 'table'),
): Promise<void> {
  const { tenant, pipeline, plan } = instance
  const { checkFilter, filterSql } = await import('#engine')
  checkFilter(plan, filter)
  const from = `from "${tenant}".quarantine."${pipeline}" where ${filterSql(filter)}`
  await checkRan(environment, instance)
  await withQuery(host, { project, environment, mentionedIn: from, tenant }, async ({ run }) => {
    const result = await run(sqlOf(from))
    await (globals.json ? writeResult(host.stdout, result, 'json') : writeText(result))
  })
}

/** Throws checkpoint/none for an instance that never ran: its tables are not there yet. */
async function checkRan(environment: Environment, { name, tenant, pipeline }: ResolvedInstance): Promise<void> {
  const [{ openCheckpoints }, { openStore }] = await Promise.all([import('#engine'), import('#lake')])
  const store = await openStore(environment.store(tenant))
  try {
    if ((await openCheckpoints(store, pipeline).newest()) === undefined)
      throw smeltError('checkpoint/none', { pipeline: name })
  } finally {
    await store.close()
  }
}
