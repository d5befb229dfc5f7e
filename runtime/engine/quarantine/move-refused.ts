import { quoteText, type SourceNode } from '#dialect/duckdb'
import { stageDeletes } from '#lake'
import {
  addAccounting,
  addCounts,
  EMPTY_ACCOUNTING,
  type Accounting,
  type Counts,
  type SilverAccount,
} from '../accounting.ts'
import type { MovedRows } from '../checkpoint.ts'
import { addFiles, type Instance } from '../embedded/instance.ts'
import { writeStateFile } from '../embedded/state-files.ts'
import { isWritten } from '../embedded/write-table.ts'
import { quarantineName, tableKey } from '../tables.ts'
import { checkFilter, filterSql, type RefusedFilter } from './refused-filter.ts'
import { checkStops, GONE, judgeRefused, openGone, type SampleRow } from './judge-refused.ts'
import { numberRecords, SELECTED, selectRefused } from './select-refused.ts'

/** What is to become of which rows. Plain JSON: it is a request's arguments too. */
export interface Move {
  readonly action: MovedRows['action']
  readonly filter: RefusedFilter
}

/** What becomes of the rows of quarantine that a move is about. Plain JSON. */
export interface MoveReport {
  readonly action: MovedRows['action']
  /** Rows that the filter takes. */
  readonly selected: number
  /** Rows that leave quarantine, by code. */
  readonly moved: Counts
  /** Rows that stay, by code: refused as before, or too old by now. */
  readonly stayed: Counts
  /** Rows that a gold table refused: silver has them, and only a rebuild judges them again. By code. */
  readonly final: Counts
  /** What the moved records came to, by silver table. */
  readonly silver: Readonly<Record<string, SilverAccount>>
  /** Refusals that are new, by table (`layer.name`, or the source where no table saw the record) and code. */
  readonly refused: Readonly<Record<string, Counts>>
  /** Some of the rows that silver gets, by table. */
  readonly samples: Readonly<Record<string, readonly SampleRow[]>>
}

export interface MoveOptions {
  /** Rows to show of each silver table; none when left out. */
  readonly samples?: number
  /** Records that are judged at a time. */
  readonly batchRows?: number
}

const BATCH_ROWS = 122_880

/** What can be wrong with a move, found before anything is changed: the names of its filter, and checks that stop a pipeline. */
export async function checkMove(
  instance: Instance,
  move: Move,
  { batchRows = BATCH_ROWS }: MoveOptions = {},
): Promise<void> {
  checkFilter(instance.plan, move.filter)
  if (move.action !== 'replay') return
  await selectRefused(instance, `${filterSql(move.filter)} and ${replayable(instance)}`)
  for (const node of joinedFirst(instance)) {
    const records = await numberRecords(instance, node)
    for (let from = 0; from < records; from += batchRows)
      await checkStops(instance, node, { from, to: from + batchRows })
  }
}

/**
 * Takes rows out of quarantine as part of the next checkpoint (DESIGN section 5, replay): their deletes, the silver and gold
 * rows that they become, state and books stand in the instance's epoch. Once it has begun, a failure leaves the instance
 * unfit to go on; see `checkMove`.
 */
export async function moveRefused(instance: Instance, move: Move, options: MoveOptions = {}): Promise<MoveReport> {
  return moveWhere(instance, move.action, filterSql(move.filter), options)
}

/** As `moveRefused`, for the rows that an SQL condition on `refused` takes. */
export async function moveWhere(
  instance: Instance,
  action: Move['action'],
  where: string,
  options: MoveOptions = {},
): Promise<MoveReport> {
  const { session, epoch } = instance
  const selection = await selectRefused(instance, where)
  const nothing = {
    action,
    selected: selection.rows,
    moved: {},
    stayed: {},
    final: {},
    silver: {},
    refused: {},
    samples: {},
  }
  if (selection.rows === 0) return nothing
  await openGone(instance)
  const before = epoch.change
  epoch.change = EMPTY_ACCOUNTING
  const final = action === 'discard' ? {} : await countsOf(instance, `${SELECTED} where not ${replayable(instance)}`)
  const judged = action === 'discard' ? await discardAll(instance) : await replayAll(instance, options)
  const change = epoch.change
  epoch.change = addAccounting(before, change)
  instance.step('refused-judged')
  await stageMove(instance, action, selection.dataFiles)
  instance.step('refused-staged')
  const moved = await countsOf(instance, GONE)
  const left = await countsOf(instance, `${SELECTED} anti join ${GONE} using (_file_path, _pos)`)
  await session.runAll([`truncate ${SELECTED}`, `truncate ${GONE}`])
  return { ...nothing, ...judged, moved, final, stayed: without(left, final), refused: newRefusals(change) }
}

/** Rows that a silver table, or no table, refused: the others silver has already. */
function replayable({ plan }: Instance): string {
  const pairs = [
    ...plan.sources.map(({ name }) => `(source = ${quoteText(name)} and table_name is null)`),
    ...plan.silver.map(
      ({ table, source }) => `(source = ${quoteText(source)} and table_name = ${quoteText(tableKey(table))})`,
    ),
  ]
  return `coalesce(${pairs.join(' or ') || 'false'}, false)`
}

/** Versions come first: what joins them meets them. */
function joinedFirst({ program }: Instance): SourceNode[] {
  return [...program.sources].sort((a, b) => Number(b.joined) - Number(a.joined))
}

async function replayAll(
  instance: Instance,
  { samples = 0, batchRows = BATCH_ROWS }: MoveOptions,
): Promise<Pick<MoveReport, 'silver' | 'samples'>> {
  await instance.session.run(`delete from ${SELECTED} where not ${replayable(instance)}`)
  const silver: Record<string, SilverAccount> = {}
  const shown: Record<string, readonly SampleRow[]> = {}
  const onSilver = (table: string, account: SilverAccount, rows: readonly SampleRow[]): void => {
    const known = silver[table]
    silver[table] = known === undefined ? account : added(known, account)
    shown[table] = [...(shown[table] ?? []), ...rows].slice(0, samples)
  }
  for (const node of joinedFirst(instance)) {
    const records = await numberRecords(instance, node)
    for (let from = 0; from < records; from += batchRows)
      await judgeRefused(instance, node, { from, to: from + batchRows }, { samples, onSilver })
  }
  return { silver, samples: Object.fromEntries(Object.entries(shown).filter(([, rows]) => rows.length > 0)) }
}

function added(a: SilverAccount, b: SilverAccount): SilverAccount {
  return {
    rows: a.rows + b.rows,
    deduplicated: a.deduplicated + b.deduplicated,
    quarantined: addCounts(a.quarantined, b.quarantined),
    filtered: addCounts(a.filtered, b.filtered),
    warned: addCounts(a.warned, b.warned),
  }
}

/** Gives up every selected row; the books keep their number. */
async function discardAll(instance: Instance): Promise<Record<string, never>> {
  const { session, epoch } = instance
  await session.run(
    `insert into ${GONE} select source, table_name, kafka_partition, kafka_offset, code, _file_path, _pos from ${SELECTED}`,
  )
  const rows = await session.rows(
    `select source, table_name, code, count(*) as n from ${GONE} group by all order by all`,
  )
  for (const { source, table_name: table, code, n } of rows) {
    const account = { quarantined: { [String(code)]: -Number(n) }, discarded: { [String(code)]: Number(n) } }
    epoch.change = addAccounting(epoch.change, discarded(String(source), table as string | null, account))
  }
  return {}
}

function discarded(
  source: string,
  table: string | null,
  account: { readonly quarantined: Counts; readonly discarded: Counts },
): Accounting {
  const none = { consumed: 0, quarantined: {}, silver: {} }
  if (table === null) return { sources: { [source]: { ...none, ...account } }, gold: {} }
  const name = table.slice(table.indexOf('.') + 1)
  if (table.startsWith('gold.')) return { sources: {}, gold: { [name]: { rows: 0, ...account } } }
  const silver = { [name]: { rows: 0, deduplicated: 0, filtered: {}, warned: {}, ...account } }
  return { sources: { [source]: { ...none, silver } }, gold: {} }
}

/** Deletes the rows that go, and writes down which they were. */
async function stageMove(
  instance: Instance,
  action: Move['action'],
  dataFiles: Parameters<typeof stageDeletes>[0]['dataFiles'],
): Promise<void> {
  const { session, store, scratch, catalog, epoch, closed } = instance
  const quarantine = quarantineName(instance.plan)
  const key = tableKey(quarantine)
  if (!isWritten(instance, key)) return
  const gone = await session.count(`select count(*) from ${GONE}`)
  const table = await catalog.load(quarantine)
  if (gone === 0 || table === undefined) return
  const places = `(select source, table_name, kafka_partition, kafka_offset from ${GONE} order by all)`
  const rows = await writeStateFile(instance, 'moved', { relation: places, rows: gone })
  const relation = `(select _file_path as file_path, _pos as pos from ${GONE})`
  const deletes = await stageDeletes({ session, relation, table, store, scratch, dataFiles })
  addFiles(epoch, key, { deletes: deletes.files })
  epoch.releases.push(() => deletes.release())
  const through = Object.fromEntries([...closed].map(([name, time]) => [name, String(time)]))
  epoch.moved.push({ action, rows, closed: through })
}

async function countsOf({ session }: Instance, rows: string): Promise<Counts> {
  const found = await session.rows(`select code, count(*) as n from ${rows} group by all order by all`)
  return Object.fromEntries(found.map(({ code, n }) => [String(code), Number(n)]))
}

function without(counts: Counts, taken: Counts): Counts {
  const left = Object.entries(counts).map(([code, n]) => [code, n - (taken[code] ?? 0)] as const)
  return Object.fromEntries(left.filter(([, n]) => n > 0))
}

/** What the books have more of: a record that leaves one code for another stands under the new one. */
function newRefusals({ sources, gold }: Accounting): Record<string, Counts> {
  const named = [
    ...Object.entries(sources).flatMap(([source, { quarantined, silver }]) => [
      [source, quarantined] as const,
      ...Object.entries(silver).map(([name, account]) => [`silver.${name}`, account.quarantined] as const),
    ]),
    ...Object.entries(gold).map(([name, { quarantined }]) => [`gold.${name}`, quarantined] as const),
  ]
  const positive = named.map(
    ([name, counts]) => [name, Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0))] as const,
  )
  return Object.fromEntries(positive.filter(([, counts]) => Object.keys(counts).length > 0))
}
