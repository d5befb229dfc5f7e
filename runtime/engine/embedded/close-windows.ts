import { closedRelation, closedVariable, quoteText, type SilverNode, type SourceNode } from '#dialect/duckdb'
import { addAccounting } from '../accounting.ts'
import { collectAlerts } from './collect-alerts.ts'
import { fillSliced } from './fill-sliced.ts'
import type { Instance } from './instance.ts'
import { writeTable } from './write-table.ts'

type WindowNode = SilverNode['windows'][number]
type LatestNode = SilverNode['latest'][number]

/** Up to which times of the watermark the open windows of a table are open, in microseconds. */
export interface WindowEnds {
  readonly first: bigint
  readonly last: bigint
}

/** When the open windows of tables close, by table; one without open windows is not in it. */
export async function windowEnds(
  { session }: Instance,
  windows: readonly WindowNode[],
): Promise<ReadonlyMap<string, WindowEnds>> {
  if (windows.length === 0) return new Map()
  const ends = windows.map(({ plan, sql }) => `select ${quoteText(plan.table.name)} as name, * from (${sql.ends})`)
  const rows = await session.rows(ends.join(' union all '))
  return new Map(
    rows.flatMap(({ name, first, last }) =>
      typeof first === 'bigint' && typeof last === 'bigint' ? [[String(name), { first, last }]] : [],
    ),
  )
}

/**
 * Closes the windows of tables that end at or before a table's `watermark` (microseconds), all of them, or none, and writes
 * their rows, unless those are kept current and `written`. What is closed stays closed: records for it are late from now on.
 */
export async function closeWindows(
  instance: Instance,
  windows: readonly WindowNode[],
  watermark: (table: string) => bigint | 'all' | undefined,
  { written = false }: { readonly written?: boolean } = {},
): Promise<void> {
  const ends = await windowEnds(instance, windows)
  const moved = windows.flatMap((window) => {
    const { name } = window.plan.table
    const known = instance.closed.get(name)
    const wanted = watermark(name)
    const through = wanted === 'all' ? ends.get(name)?.last : wanted
    return through === undefined || (known !== undefined && through <= known) ? [] : [{ window, name, through }]
  })
  for (const { name, through } of moved) instance.closed.set(name, through)
  setClosed(
    instance,
    moved.map(({ name }) => name),
  )
  for (const { window, name, through } of moved) {
    const first = ends.get(name)?.first
    if (first !== undefined && first <= through) await close(instance, window, written)
  }
}

async function close(instance: Instance, { plan, sql }: WindowNode, written: boolean): Promise<void> {
  const { session } = instance
  const { name } = plan.table
  await fillSliced(session, sql.close, sql.slices?.close)
  const rows = await session.count(`select count(*) from ${closedRelation(name)}`)
  if (rows === 0) return
  if (!written || sql.current === undefined) await writeClosed(instance, name, rows)
  session.later([...sql.drop, ...(sql.current === undefined ? [] : [sql.current.expire])])
}

async function writeClosed(instance: Instance, name: string, rows: number): Promise<void> {
  await writeTable(instance, `gold.${name}`, closedRelation(name), rows)
  await collectAlerts(instance, name, closedRelation(name))
  instance.epoch.change = addAccounting(instance.epoch.change, {
    sources: {},
    gold: { [name]: { rows, quarantined: {} } },
  })
}

/** Tells the SQL of window tables what is closed. */
export function setClosed({ session, closed }: Instance, names: readonly string[]): void {
  session.later(
    names.map((name) => {
      const through = closed.get(name)
      return `set variable ${closedVariable(name)} = ${through === undefined ? 'null::timestamp' : `make_timestamp(${through})`}`
    }),
  )
}

/** Every window and latest table with the source that feeds it. */
export function goldNodes(instance: Instance): { source: SourceNode; windows: WindowNode[]; latest: LatestNode[] }[] {
  return instance.program.sources.map((source) => ({
    source,
    windows: source.silver.flatMap((table) => table.windows),
    latest: source.silver.flatMap((table) => table.latest),
  }))
}
