import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { StatementType, type DuckDBConnection, type DuckDBPreparedStatement } from '@duckdb/node-api'
import { isSmeltError, nearestMatch, smeltError } from '#diagnostics'
import {
  leaseTable,
  openCatalog,
  openLocalizer,
  planScan,
  quoteName,
  quoteText,
  scanSql,
  tableName,
  type Catalog,
  type Clock,
  type Identifier,
  type Lease,
  type LocalFiles,
  type Localizer,
  type ObjectStore,
  type Table,
} from '#lake'
import { openSession, type Session } from './embedded/session.ts'
import { valueJson } from './query-value.ts'

export interface QueryOptions {
  /** The lakes to read, each under the name of its tenant. */
  readonly lakes: readonly { readonly tenant: string; readonly store: ObjectStore }[]
  /** Only tables whose name stands in this text are opened; all of them when it is left out. */
  readonly mentionedIn?: string
  readonly clock: Clock
  readonly memoryLimitBytes: number
  readonly threads: number
  /** Parent of the folder for spilled rows and fetched files. */
  readonly scratch: string
}

/** Rows as JSON text per cell (see `valueJson`), in chunks, to be read once. */
export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly chunks: AsyncIterable<readonly (readonly string[])[]>
}

export interface LakeQuery {
  /** Every table there is, as SQL names it. */
  readonly tables: readonly string[]
  /** Runs one read-only statement. Throws cli/query-refused or cli/query-failed. One result at a time. */
  readonly run: (sql: string) => Promise<QueryResult>
  readonly close: () => Promise<void>
}

/** How long maintenance waits for a reader that gives no sign, and how often a reader gives one. */
const LEASE_MS = 600_000
const RENEW_MS = 200_000
const LAYERS = ['bronze', 'silver', 'gold', 'quarantine'] as const
/** Local copies of an S3 lake's files while a query reads them. */
const CACHE_BYTES = 8 * (1 << 30)
const READS = ['select', 'with', 'from', 'values', 'table', 'describe', 'desc', 'show', 'summarize', 'explain']

/**
 * Opens the current snapshots of lakes for SQL: one database per tenant, one schema per layer, one view per table. From
 * then on the engine can open nothing but the files of these tables, and none of its settings can be changed.
 */
export async function openQuery(options: QueryOptions): Promise<LakeQuery> {
  const scratch = path.join(options.scratch, `query-${randomUUID()}`)
  await mkdir(path.join(scratch, 'spill'), { recursive: true })
  const session = await openSession({ ...options, spill: path.join(scratch, 'spill') })
  const opened: LocalFiles[] = []
  const leases: Lease[] = []
  const renewal = setInterval(() => void Promise.allSettled(leases.map((lease) => lease.renew())), RENEW_MS)
  renewal.unref()
  const close = async (): Promise<void> => {
    clearInterval(renewal)
    session.close()
    for (const each of opened) each.release()
    await Promise.all(leases.map((lease) => lease.release()))
    await rm(scratch, { recursive: true, force: true })
  }
  try {
    const tables: string[] = []
    for (const { tenant, store } of options.lakes) {
      await session.run(`attach ':memory:' as ${quoteName(tenant)}`)
      for (const layer of LAYERS) await session.run(`create schema ${quoteName(tenant)}.${layer}`)
      const catalog = openCatalog(store)
      const localizer = openLocalizer({ store, folder: path.join(scratch, tenant), maxBytes: CACHE_BYTES })
      for (const identifier of (await Promise.all(LAYERS.map((layer) => catalog.list(layer)))).flat()) {
        tables.push(`${tenant}.${tableName(identifier)}`)
        if (!isMentioned(identifier, options.mentionedIn)) continue
        const leased = await leaseTable(catalog, identifier, { clock: options.clock, ttlMs: LEASE_MS })
        if (leased?.lease !== undefined) leases.push(leased.lease)
        if (leased !== undefined)
          opened.push(await openView(session, { tenant, catalog, localizer, table: leased.table }))
      }
    }
    const [only] = options.lakes
    if (only !== undefined && options.lakes.length === 1) await session.run(`use ${quoteName(only.tenant)}.silver`)
    await session.run('set preserve_insertion_order = true')
    await lock(session, opened)
    return { tables, run: (sql) => runQuery(session.connection, sql, tables), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function openView(
  session: Session,
  { tenant, catalog, localizer, table }: { tenant: string; catalog: Catalog; localizer: Localizer; table: Table },
): Promise<LocalFiles> {
  const { identifier } = table
  const plan = await planScan(catalog, table)
  const files = await localizer.fetch(plan)
  const view = [tenant, identifier.layer, identifier.name].map(quoteName).join('.')
  await session.run(`create view ${view} as ${scanSql(plan, files.paths)}`)
  return files
}

function isMentioned({ name }: Identifier, text: string | undefined): boolean {
  return text === undefined || text.toLowerCase().includes(name.toLowerCase())
}

/** Files of the opened tables stay readable; everything else of the machine and the network is out of reach for good. */
async function lock(session: Session, opened: readonly LocalFiles[]): Promise<void> {
  const paths = opened.flatMap(({ paths }) => [...paths.values()])
  await session.run(`set allowed_paths = [${paths.map(quoteText).join(', ')}]`)
  await session.run('set enable_external_access = false')
  await session.run('set lock_configuration = true')
}

async function runQuery(connection: DuckDBConnection, sql: string, tables: readonly string[]): Promise<QueryResult> {
  checkReads(sql)
  try {
    const statement = await prepareOnly(connection, sql)
    const result = await statement.stream()
    const types = result.columnTypes()
    return {
      columns: result.deduplicatedColumnNames().map((name, index) => ({ name, type: String(types[index]) })),
      chunks: rowsOf(result.yieldRows(), tables),
    }
  } catch (cause) {
    throw isSmeltError(cause) ? cause : queryFault(cause, tables)
  }
}

async function* rowsOf(
  chunks: AsyncIterable<Parameters<typeof valueJson>[0][][]>,
  tables: readonly string[],
): AsyncGenerator<string[][]> {
  try {
    for await (const rows of chunks) yield rows.map((row) => row.map(valueJson))
  } catch (cause) {
    throw queryFault(cause, tables)
  }
}

/** The one statement of `sql`, which must be a query by what the engine itself makes of it. */
async function prepareOnly(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const statements = await connection.extractStatements(sql)
  if (statements.count !== 1) {
    throw smeltError('cli/query-refused', { detail: `it has ${statements.count} statements` })
  }
  const statement = await statements.prepare(0)
  const type = statement.statementType
  if (type === StatementType.SELECT || type === StatementType.EXPLAIN) return statement
  throw smeltError('cli/query-refused', { detail: 'it does not only read' })
}

/** What is explained may be run by it, so it must be a query too. */
function checkReads(sql: string): void {
  const words = sql.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/|\()+/, '')
  const [first = ''] = /^[a-z]*/i.exec(words) ?? []
  if (!READS.includes(first.toLowerCase())) {
    throw smeltError('cli/query-refused', {
      detail: first === '' ? 'there is no statement' : `it starts with \`${first}\``,
    })
  }
  if (first.toLowerCase() !== 'explain') return
  checkReads(
    words
      .slice(first.length)
      .replace(/^\s+analyze\b/i, '')
      .replace(/^\s*\([^()]*\)/, ''),
  )
}

/** The engine's message without its hints, which know other names than ours, and with the tables that may be meant. */
function queryFault(cause: unknown, tables: readonly string[]): Error {
  const message = cause instanceof Error ? cause.message : String(cause)
  const detail = (message.split('\n\n', 1)[0] ?? message)
    .replace(/^Failed to [a-z ]+: /, '')
    .replace(/\nDid you mean .*/, '')
    .replace(/\s*\n\s*/g, ' ')
  const missing = /(?:Table|View) with name "?([^"\s]+?)"? does not exist|Catalog "([^"]+)" does not exist/.exec(
    message,
  )
  if (missing === null) return smeltError('cli/query-failed', { detail, nearest: [], known: [] })
  return smeltError('cli/query-failed', { detail, nearest: nearestTables(missing[1] ?? '', tables), known: tables })
}

/** Tables of that name, in any tenant and layer, or else those with the nearest name. */
function nearestTables(name: string, tables: readonly string[]): string[] {
  const wanted = name.split('.').at(-1)?.toLowerCase() ?? ''
  const nameOf = (table: string): string => table.split('.').at(-1)?.toLowerCase() ?? ''
  const nearest = tables.some((table) => nameOf(table) === wanted) ? wanted : nearestMatch(wanted, tables.map(nameOf))
  return nearest === undefined ? [] : tables.filter((table) => nameOf(table) === nearest)
}
