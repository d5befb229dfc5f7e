import { randomUUID } from 'node:crypto'
import { access, rm } from 'node:fs/promises'
import path from 'node:path'
import {
  dedupeDelta,
  dedupeState,
  intervalDelta,
  intervalState,
  JOIN_SIDES,
  knownDelta,
  knownState,
  versionDelta,
  versionState,
  windowDelta,
  windowState,
  quoteText,
  type IntervalNode,
  type Program,
  type Sliced,
  type SourceNode,
} from '#dialect/duckdb'
import { smeltError } from '#diagnostics'
import { quoteName } from '#lake'
import type { StateFile, StateFiles } from '../checkpoint.ts'
import { countRows } from './count-rows.ts'
import { fillSliced } from './fill-sliced.ts'
import type { Instance } from './instance.ts'
import type { Session } from './session.ts'

/** State that grows by appending: what the newest checkpoint holds, what came since, and how it may be made smaller. */
interface StateTable {
  readonly name: string
  readonly relation: string
  readonly delta: string
  /** Drops what cannot matter any more. */
  readonly expire: readonly string[]
  /** Merges rows, where they can be, into a table of their own. */
  readonly merge?: { readonly whole: string; readonly sliced: Sliced | undefined }
  /** Then, or without it, gives the room of what is gone back. */
  readonly compact: readonly string[]
}

/** More delta files than this are merged. */
const MOST_DELTAS = 32
/** A base is not worth rewriting for fewer delta rows. */
const LEAST_BASE_ROWS = 100_000

/** The state tables of a program. */
export function stateTables(program: Program): StateTable[] {
  const joins = program.intervals.flatMap(intervalTables)
  const sources = program.sources.flatMap((source) => [
    ...versionTables(source),
    ...source.silver.flatMap((table) => {
      const name = table.plan.table.name
      const { dedupe } = table
      const keys = dedupe && {
        name: `dedupe.${name}`,
        relation: dedupeState(name),
        delta: dedupeDelta(name),
        expire: dedupe.expire,
        compact: [],
      }
      const windows = table.windows.map(({ plan, sql }) => ({
        name: `window.${plan.table.name}`,
        relation: windowState(plan.table.name),
        delta: windowDelta(plan.table.name),
        expire: sql.drop,
        merge: { whole: sql.merge, sliced: sql.slices?.merge },
        compact: sql.takeMerged,
      }))
      const known = table.asOf.map(({ plan }) => ({
        name: `as-of.${plan.table.name}`,
        relation: knownState(plan.table.name),
        delta: knownDelta(plan.table.name),
        expire: [],
        compact: [],
      }))
      return [...(keys ? [keys] : []), ...windows, ...known]
    }),
  ])
  return [...sources, ...joins]
}

function intervalTables({ plan, sql }: IntervalNode): StateTable[] {
  const { name } = plan.table
  return JOIN_SIDES.map((side) => ({
    name: `interval.${side}.${name}`,
    relation: intervalState(name, side),
    delta: intervalDelta(name, side),
    expire: sql.drop(side),
    compact: sql.compact(side),
  }))
}

function versionTables({ plan, versions }: SourceNode): StateTable[] {
  if (versions === undefined) return []
  const [relation, delta] = [versionState(plan.name), versionDelta(plan.name)]
  return [{ name: `versions.${plan.name}`, relation, delta, expire: [], compact: [] }]
}

/**
 * Writes what changed in every state table since the newest checkpoint, and now and then a base, so that the cost
 * follows the change and not the size (DESIGN section 7, state). Resolves to the files that rebuild the state. `wanted`
 * names the state tables to write; all when left out.
 */
export async function writeState(instance: Instance, wanted?: ReadonlySet<string>): Promise<Map<string, StateFiles>> {
  const written = new Map<string, StateFiles>()
  const tables = stateTables(instance.program).filter(({ name }) => wanted?.has(name) !== false)
  const rows = await countRows(
    instance.session,
    tables.map(({ delta }) => delta),
  )
  for (const table of tables) {
    const known = instance.state.get(table.name) ?? { base: null, deltas: [] }
    const added = rows(table.delta)
    written.set(table.name, added === 0 ? known : await writeTableState(instance, table, known, added))
  }
  return written
}

async function writeTableState(
  instance: Instance,
  table: StateTable,
  known: StateFiles,
  added: number,
): Promise<StateFiles> {
  const taken = [`insert into ${table.relation} select * from ${table.delta}`, `truncate ${table.delta}`]
  const delta = await writeStateFile(instance, table.name, { relation: table.delta, rows: added }, taken)
  if (known.base === null && known.deltas.length === 0) return { base: delta, deltas: [] }
  const deltas = [...known.deltas, delta]
  const rows = deltas.reduce((sum, each) => sum + each.rows, 0)
  if (rows > Math.max(known.base?.rows ?? 0, LEAST_BASE_ROWS)) return writeBase(instance, table)
  if (deltas.length <= MOST_DELTAS) return { base: known.base, deltas }
  if (rows > (known.base?.rows ?? 0) / 2) return writeBase(instance, table)
  const merged = await withFiles(instance, deltas, (relation) =>
    writeStateFile(instance, table.name, { relation, rows }),
  )
  return { base: known.base, deltas: [merged] }
}

async function writeBase(instance: Instance, table: StateTable): Promise<StateFiles> {
  const { relation, merge, compact } = table
  if (merge !== undefined) await fillSliced(instance.session, merge.whole, merge.sliced)
  const rows = await instance.session.count([...compact, `select count(*) from ${relation}`])
  return { base: rows === 0 ? null : await writeStateFile(instance, table.name, { relation, rows }), deltas: [] }
}

/** Puts the state of a checkpoint back. checkpoint/state-missing names a file that is not there. */
export async function restoreState(instance: Instance, files: Readonly<Record<string, StateFiles>>): Promise<void> {
  for (const table of stateTables(instance.program)) {
    const known = files[table.name]
    if (known === undefined) continue
    const all = [...(known.base ? [known.base] : []), ...known.deltas]
    if (all.length > 0) {
      await withFiles(instance, all, (rows) =>
        instance.session.run(`insert into ${table.relation} select * from ${rows}`),
      )
    }
    await instance.session.runAll(table.expire)
    instance.state.set(table.name, known)
  }
}

/**
 * The files of a state table that a plan before this one wrote, in the columns it has now. `stored` names the columns of the
 * files in the order of those it has; without it, they are matched by their place. The files themselves when nothing differs.
 */
export async function migrateState(
  instance: Instance,
  name: string,
  files: StateFiles,
  stored?: readonly string[],
): Promise<StateFiles> {
  const { session } = instance
  const table = stateTables(instance.program).find((each) => each.name === name)
  const all = [...(files.base ? [files.base] : []), ...files.deltas]
  if (table === undefined || all.length === 0) return files
  return withFiles(instance, all, async (rows) => {
    const before = await columnsOf(session, rows)
    const wanted = await columnsOf(session, table.relation)
    if (JSON.stringify(before) === JSON.stringify(wanted)) return files
    const names = stored ?? before.map((column) => column.name)
    if (names.length !== wanted.length)
      throw smeltError('internal/bug', { detail: `the state ${name} has ${names.length} of ${wanted.length} columns` })
    await session.runAll([
      `truncate ${table.relation}`,
      `truncate ${table.delta}`,
      `insert into ${table.relation} select ${names.map(quoteName).join(', ')} from ${rows}`,
    ])
    return writeBase(instance, table)
  })
}

/**
 * Puts the rows of a state table's files into the session, matched by the names of columns: one that they do not have is
 * null, one that is gone is left out. Resolves to the files that hold them now: the same when nothing differs.
 */
export async function adoptState(instance: Instance, name: string, files: StateFiles): Promise<StateFiles> {
  const { session } = instance
  const table = stateTables(instance.program).find((each) => each.name === name)
  const all = [...(files.base ? [files.base] : []), ...files.deltas]
  if (table === undefined || all.length === 0) return files
  return withFiles(instance, all, async (rows) => {
    const before = await columnsOf(session, rows)
    const wanted = await columnsOf(session, table.relation)
    const kept = wanted.filter((column) => before.some((each) => each.name === column.name))
    await session.runAll([
      `truncate ${table.relation}`,
      `truncate ${table.delta}`,
      `insert into ${table.relation} by name select ${kept.map((column) => quoteName(column.name)).join(', ')} from ${rows}`,
    ])
    return JSON.stringify(before) === JSON.stringify(wanted) ? files : writeBase(instance, table)
  })
}

async function columnsOf(session: Session, relation: string): Promise<{ name: string; type: string }[]> {
  const rows = await session.rows(
    `select column_name as name, column_type as type from (describe select * from ${relation})`,
  )
  return rows.map(({ name, type }) => ({ name: String(name), type: String(type) }))
}

/** Runs `work` on the rows of a state table's files; there is no relation when it has none. */
export async function readState(
  place: Pick<Instance, 'store' | 'scratch'>,
  files: StateFiles | undefined,
  work: (relation: string) => Promise<void>,
): Promise<void> {
  const all = [...(files?.base ? [files.base] : []), ...(files?.deltas ?? [])]
  if (all.length > 0) await withFiles(place, all, work)
}

/** Writes rows beside the state files, under a name that begins with `name`, then runs `then`. */
export async function writeStateFile(
  instance: Pick<Instance, 'session' | 'store' | 'scratch' | 'plan'>,
  name: string,
  { relation, rows }: { readonly relation: string; readonly rows: number },
  then: readonly string[] = [],
): Promise<StateFile> {
  const { session, store, scratch, plan } = instance
  const key = `state/${plan.pipeline}/files/${name}-${randomUUID()}.parquet`
  const local = path.join(scratch, path.basename(key))
  const copy = `copy (select * from ${relation}) to ${quoteText(local)} (format parquet, compression lz4)`
  await session.run(copy)
  session.later(then)
  await store.upload(key, local)
  // A store on this machine has moved it; any other has read it.
  if (store.localPath(key) === undefined) await rm(local, { force: true })
  return { key, rows }
}

/** Runs `work` on a relation of the files' rows; local copies are gone afterwards. */
async function withFiles<T>(
  instance: Pick<Instance, 'store' | 'scratch'>,
  files: readonly StateFile[],
  work: (relation: string) => Promise<T>,
): Promise<T> {
  const locals: string[] = []
  try {
    for (const { key } of files) locals.push(await localCopy(instance, key))
    return await work(`read_parquet([${locals.map(quoteText).join(', ')}])`)
  } finally {
    const copies = locals.filter((local) => local.startsWith(instance.scratch))
    await Promise.all(copies.map((local) => rm(local, { force: true })))
  }
}

async function localCopy(instance: Pick<Instance, 'store' | 'scratch'>, key: string): Promise<string> {
  const direct = instance.store.localPath(key)
  const local = direct ?? path.join(instance.scratch, path.basename(key))
  try {
    if (direct === undefined) await instance.store.download(key, local)
    else await access(direct)
  } catch (cause) {
    throw smeltError('checkpoint/state-missing', { key }, { cause })
  }
  return local
}
