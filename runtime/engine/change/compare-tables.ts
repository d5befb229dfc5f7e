import { quoteName, openLocalizer, planScan, scanSql, currentSchema, type LocalFiles, type Table } from '#lake'
import type { Instance } from '../embedded/instance.ts'
import { tableOf } from '../embedded/write-table.ts'
import { quarantineName, rowKey, tableKey } from '../tables.ts'
import { judgedAnew } from './changed-quarantine.ts'
import type { ChangeScope } from './change-scope.ts'

/** Local copies of an S3 lake's files while they are compared. */
const CACHE_BYTES = 2 * (1 << 30)

/** What a rebuild changes in one table. Rows are told apart by the table's key. */
export interface TableDifference {
  /** `layer.name` */
  readonly table: string
  /** Rows as they are and as they will be. */
  readonly before: number
  readonly after: number
  readonly added: number
  readonly removed: number
  readonly changed: number
  /** Some of the rows, as many of each kind as were asked for. */
  readonly samples: readonly RowDifference[]
}

/** A row that differs. Values as the engine's texts, by column; of a changed row, its key and what differs. */
export interface RowDifference {
  readonly change: 'added' | 'removed' | 'changed'
  readonly before?: Readonly<Record<string, string | null>>
  readonly after?: Readonly<Record<string, string | null>>
}

/** The key of a quarantine row: a record is refused once by each table that refuses it. */
const QUARANTINE_KEY = ['source', 'kafka_partition', 'kafka_offset', 'table_name']

/**
 * Compares the rows of rebuilt tables, which stand in the instance's epoch, with those of the live ones, and the refusals
 * of the replay with those that it takes the place of. A column that a table did not have is null in its live rows.
 */
export async function compareTables(
  instance: Instance,
  live: ReadonlyMap<string, Table>,
  scope: ChangeScope,
  { samples }: { readonly samples: number },
): Promise<TableDifference[]> {
  const quarantine = tableKey(quarantineName(instance.plan))
  const keys = new Map<string, readonly string[]>([
    ...instance.plan.silver.map(({ table }) => [tableKey(table), ['kafka_partition', 'kafka_offset']] as const),
    [quarantine, QUARANTINE_KEY],
    ...instance.plan.gold.map((gold) => [tableKey(gold.table), rowKey(gold)] as const),
  ])
  const found: TableDifference[] = []
  for (const [table, key] of keys) {
    if (table !== quarantine && !scope.rebuilt.has(table)) continue
    const where = table === quarantine ? judgedAnew(instance, scope) : 'true'
    found.push(await compareTable(instance, { table, key, live: live.get(table), where, samples }))
  }
  return found
}

interface Compared {
  readonly table: string
  readonly key: readonly string[]
  readonly live: Table | undefined
  /** Which live rows are replaced. */
  readonly where: string
  readonly samples: number
}

async function compareTable(instance: Instance, compared: Compared): Promise<TableDifference> {
  const { session } = instance
  const { table, key, live, where } = compared
  const opened: LocalFiles[] = []
  try {
    await session.run(
      `create or replace temp view rows_before as select * from (${await liveRows(instance, table, live, opened)}) where ${where}`,
    )
    await session.run(`create or replace temp view rows_after as ${await stagedRows(instance, table, opened)}`)
    await session.run('create or replace temp table rows_gone as from rows_before except all from rows_after')
    await session.run('create or replace temp table rows_come as from rows_after except all from rows_before')
    const same = key.map((each) => `gone.${quoteName(each)} is not distinct from come.${quoteName(each)}`).join(' and ')
    const [before, after, gone, come, changed] = [
      await session.count('select count(*) from rows_before'),
      await session.count('select count(*) from rows_after'),
      await session.count('select count(*) from rows_gone'),
      await session.count('select count(*) from rows_come'),
      await session.count(`select count(*) from rows_gone gone join rows_come come on ${same}`),
    ]
    const samples = await sampleRows(instance, compared, same)
    return { table, before, after, added: come - changed, removed: gone - changed, changed, samples }
  } finally {
    for (const files of opened) files.release()
    await session.runAll(['drop table if exists rows_gone', 'drop table if exists rows_come'])
  }
}

async function liveRows(
  instance: Instance,
  name: string,
  live: Table | undefined,
  opened: LocalFiles[],
): Promise<string> {
  const schema = currentSchema(tableOf(instance, name))
  if (live === undefined) return scanSql({ table: tableOf(instance, name).identifier, schema, tasks: [] }, new Map())
  const plan = await planScan(instance.catalog, live)
  return scanSql({ ...plan, schema }, await fetched(instance, plan, opened))
}

async function stagedRows(instance: Instance, name: string, opened: LocalFiles[]): Promise<string> {
  const table = tableOf(instance, name)
  const files = instance.epoch.files.get(name)?.data ?? []
  const plan = {
    table: table.identifier,
    schema: currentSchema(table),
    tasks: files.map((file) => ({ file, deletes: [] })),
  }
  return scanSql(plan, await fetched(instance, plan, opened))
}

async function fetched(
  instance: Instance,
  plan: Parameters<Awaited<ReturnType<typeof openLocalizer>>['fetch']>[0],
  opened: LocalFiles[],
): Promise<ReadonlyMap<string, string>> {
  const folder = `${instance.scratch}/compare-${opened.length}`
  const files = await openLocalizer({ store: instance.store, folder, maxBytes: CACHE_BYTES }).fetch(plan)
  opened.push(files)
  return files.paths
}

async function sampleRows(
  instance: Instance,
  { table, key, samples }: Compared,
  same: string,
): Promise<RowDifference[]> {
  if (samples === 0) return []
  const { session } = instance
  const names = currentSchema(tableOf(instance, table)).fields.map(({ name }) => name)
  const texts = (alias: string): string =>
    names.map((name) => `${alias}.${quoteName(name)}::varchar as ${quoteName(`${alias} ${name}`)}`).join(', ')
  const [gone, come] = ['rows_gone gone', 'rows_come come']
  const queries = {
    added: `select ${texts('come')} from ${come} where not exists (from ${gone} where ${same})`,
    removed: `select ${texts('gone')} from ${gone} where not exists (from ${come} where ${same})`,
    changed: `select ${texts('gone')}, ${texts('come')} from ${gone} join ${come} on ${same}`,
  }
  const found: RowDifference[] = []
  for (const change of ['added', 'removed', 'changed'] as const) {
    const rows = await session.rows(`${queries[change]} order by all limit ${samples}`)
    for (const row of rows) found.push({ change, ...rowSides(row, { names, key, change }) })
  }
  return found
}

function rowSides(
  row: Readonly<Record<string, unknown>>,
  shown: { readonly names: readonly string[]; readonly key: readonly string[]; readonly change: string },
): Omit<RowDifference, 'change'> {
  const side = (alias: string, names: readonly string[]): Record<string, string | null> =>
    Object.fromEntries(names.map((name) => [name, (row[`${alias} ${name}`] ?? null) as string | null]))
  if (shown.change === 'added') return { after: side('come', shown.names) }
  if (shown.change === 'removed') return { before: side('gone', shown.names) }
  const differing = shown.names.filter(
    (name) => shown.key.includes(name) || row[`gone ${name}`] !== row[`come ${name}`],
  )
  return { before: side('gone', differing), after: side('come', differing) }
}
