import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { quoteText } from '#dialect/duckdb'
import { smeltError } from '#diagnostics'
import { quoteName } from '#lake'
import { planHash, type Plan } from '#plan'
import { openBooks, type Counts } from '../accounting.ts'
import type { PartitionPosition } from '../checkpoint.ts'
import { openCheckpoints } from '../checkpoint-store.ts'
import type { Session } from '../embedded/session.ts'
import { quarantinePart, totalRemoved } from '../removed.ts'
import { joinedSources, rowKey, tableKey } from '../tables.ts'
import type { AuditLine, AuditOptions, AuditReport } from './audit-report.ts'
import { openLive, type Live } from './open-live.ts'
import { compareRebuilt } from './rebuild.ts'

/**
 * Recomputes the books of an instance from its tables at the newest checkpoint (DESIGN section 4, promise 3). Reads
 * only. checkpoint/none when it never ran, checkpoint/plan-changed when another plan did; checkpoint/uncommitted when a
 * crash left table commits to be finished.
 */
export async function auditInstance(options: AuditOptions): Promise<AuditReport> {
  const { plan, store } = options
  const instance = `${plan.tenant}/${plan.pipeline}`
  const checkpoint = await openCheckpoints(store, plan.pipeline).newest()
  if (checkpoint === undefined) throw smeltError('checkpoint/none', { pipeline: instance })
  if (checkpoint.planHash !== planHash(plan))
    throw smeltError('checkpoint/plan-changed', { pipeline: instance, id: checkpoint.id })
  const scratch = path.join(options.scratch, `audit-${randomUUID()}`)
  try {
    const live = await openLive({ ...options, scratch }, plan, checkpoint)
    try {
      const lines = await countLines({ ...live, plan })
      const deep = options.deep ? await compareRebuilt({ ...options, scratch }, live) : { lines: [], uncompared: [] }
      lines.push(...deep.lines)
      const open = openBooks(checkpoint.accounting).length
      lines.push({ table: 'all', what: 'books that do not close', expected: 0, found: open })
      const closes = lines.every((line) => line.expected === line.found)
      const { uncompared } = deep
      return { instance, checkpoint: checkpoint.id, accounting: checkpoint.accounting, lines, uncompared, closes }
    } finally {
      live.close()
    }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

export interface AuditContext extends Live {
  readonly plan: Plan
}

async function countLines(context: AuditContext): Promise<AuditLine[]> {
  const { plan } = context
  const lines: AuditLine[] = []
  for (const source of plan.sources) lines.push(...(await bronzeLines(context, source.name)))
  for (const table of plan.silver) lines.push(...(await silverLines(context, table.source, table.table.name)))
  for (const table of plan.gold) lines.push(...(await goldLines(context, table)))
  return lines
}

async function bronzeLines(context: AuditContext, source: string): Promise<AuditLine[]> {
  const { session, checkpoint, views } = context
  const view = views.get(`bronze.${source}`) ?? ''
  const table = `bronze.${source}`
  const account = checkpoint.accounting.sources[source]
  const [row] = await session.rows(
    `select count(*) as rows, count(distinct (kafka_partition, kafka_offset)) as distinct_rows from ${view}`,
  )
  const positions = checkpoint.sources[source]?.partitions ?? {}
  const inside = Object.entries(positions).map(
    ([partition, { start, next }]) =>
      `(kafka_partition = ${Number(partition)} and kafka_offset >= ${start} and kafka_offset < ${next})`,
  )
  const outside = await session.count(`select count(*) from ${view} where not (${inside.join(' or ') || 'false'})`)
  const rows = Number(row?.rows ?? 0)
  const gone = removedFrom(context, table)
  return [
    { table, what: 'rows = records consumed', expected: (account?.consumed ?? 0) - gone, found: rows },
    { table, what: 'rows with an offset of their own', expected: rows, found: Number(row?.distinct_rows ?? 0) },
    { table, what: 'rows outside the offsets consumed', expected: 0, found: outside },
    ...(gone === 0 ? await gapLines(session, table, view, positions) : [wholeLine(table, positions, gone, rows)]),
    ...(await codeLines(context, [source], null, account?.quarantined ?? {}, table)),
  ]
}

/** Every offset from the first to the position is a row, or was passed because the broker holds no record there. */
async function gapLines(
  session: Session,
  table: string,
  view: string,
  positions: Readonly<Record<string, PartitionPosition>>,
): Promise<AuditLine[]> {
  const rows = await session.rows(`select kafka_partition, count(*) as rows from ${view} group by all`)
  const found = new Map(rows.map((row) => [String(row.kafka_partition), Number(row.rows)]))
  return Object.entries(positions).map(([partition, { start, next, passed }]) => ({
    table,
    what: `records in topic partition ${partition}`,
    expected: Number(BigInt(next) - BigInt(start) - BigInt(passed)),
    found: found.get(partition) ?? 0,
  }))
}

/** As `gapLines` once records have left bronze, of which nobody knows any more in which topic partition they were. */
function wholeLine(
  table: string,
  positions: Readonly<Record<string, PartitionPosition>>,
  gone: number,
  rows: number,
): AuditLine {
  const read = Object.values(positions).map(({ start, next, passed }) => BigInt(next) - BigInt(start) - BigInt(passed))
  const expected = Number(read.reduce((sum, each) => sum + each, 0n)) - gone
  return { table, what: 'records in all topic partitions', expected, found: rows }
}

async function silverLines(context: AuditContext, source: string, name: string): Promise<AuditLine[]> {
  const { session, checkpoint, views } = context
  const table = `silver.${name}`
  const view = views.get(table) ?? ''
  const account = checkpoint.accounting.sources[source]?.silver[name]
  const rows = await session.count(`select count(*) from ${view}`)
  const lineage = 'using (kafka_partition, kafka_offset)'
  const quarantine = `(select * from ${quarantineView(context)} where source = ${quoteText(source)} and (table_name is null or table_name = ${quoteText(table)}))`
  return [
    { table, what: 'rows', expected: (account?.rows ?? 0) - removedFrom(context, table), found: rows },
    {
      table,
      what: 'rows of a record of their own',
      expected: rows,
      found: await session.count(`select count(distinct (kafka_partition, kafka_offset)) from ${view}`),
    },
    ...(removedFrom(context, `bronze.${source}`) > 0
      ? [] // Its record may have left bronze before it.
      : [
          {
            table,
            what: 'rows whose record is not in bronze',
            expected: 0,
            found: await session.count(
              `select count(*) from ${view} anti join ${views.get(`bronze.${source}`) ?? ''} ${lineage}`,
            ),
          },
        ]),
    {
      table,
      what: 'rows whose record is in quarantine too',
      expected: 0,
      found: await session.count(`select count(*) from ${view} semi join ${quarantine} ${lineage}`),
    },
    ...(await codeLines(context, [source], table, account?.quarantined ?? {}, table)),
  ]
}

async function goldLines(context: AuditContext, gold: Plan['gold'][number]): Promise<AuditLine[]> {
  const { session, checkpoint, views, plan } = context
  const { name } = gold.table
  const table = `gold.${name}`
  const view = views.get(table) ?? ''
  const account = checkpoint.accounting.gold[name]
  const key = rowKey(gold).map(quoteName).join(', ')
  const rows = await session.count(`select count(*) from ${view}`)
  return [
    { table, what: 'rows', expected: (account?.rows ?? 0) - removedFrom(context, table), found: rows },
    {
      table,
      what: 'rows with a key of their own',
      expected: rows,
      found: await session.count(`select count(*) from (select distinct ${key} from ${view})`),
    },
    ...(await codeLines(context, joinedSources(plan, gold), table, account?.quarantined ?? {}, table)),
  ]
}

async function codeLines(
  context: AuditContext,
  sources: readonly string[],
  refusing: string | null,
  expected: Counts,
  table: string,
): Promise<AuditLine[]> {
  const rows = await context.session
    .rows(`select code, count(*) as rows, count(distinct (source, kafka_partition, kafka_offset, path)) as records
    from ${quarantineView(context)} where source in (${sources.map(quoteText).join(', ')})
    and table_name is not distinct from ${refusing === null ? 'null' : quoteText(refusing)} group by all`)
  const found = new Map(
    rows.map((row) => [row.code as string, Number(row.records) === Number(row.rows) ? Number(row.rows) : -1]),
  )
  return [...new Set([...Object.keys(expected), ...found.keys()])].map((code) => ({
    table,
    what: `quarantined ${code}`,
    expected: sources.reduce(
      (rows, source) => rows - removedCode(context, quarantinePart(source, refusing, code)),
      expected[code] ?? 0,
    ),
    found: found.get(code) ?? 0,
  }))
}

/** The rows that have left a table though its books count them. */
function removedFrom({ removed }: AuditContext, table: string): number {
  const found = removed.get(table)
  return found === undefined ? 0 : totalRemoved(found)
}

function removedCode({ removed, checkpoint }: AuditContext, part: string): number {
  const { expired = {}, erased = {} } = removed.get(tableKey({ layer: 'quarantine', name: checkpoint.pipeline })) ?? {}
  return (expired[part] ?? 0) + (erased[part] ?? 0)
}

function quarantineView({ views, checkpoint }: Pick<AuditContext, 'views' | 'checkpoint'>): string {
  return views.get(tableKey({ layer: 'quarantine', name: checkpoint.pipeline })) ?? ''
}
