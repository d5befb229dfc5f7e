import path from 'node:path'
import {
  declaredArrivalsRelation,
  declaredKnownRelation,
  declaredLateJoined,
  declaredLateRelation,
  quoteText,
} from '#dialect/duckdb'
import { openCatalog, openLocalizer, openStore, quoteName, type ObjectStore } from '#lake'
import { applyChange } from '../change/apply-change.ts'
import { findChange } from '../change/find-change.ts'
import { findRebuild } from '../change/find-rebuild.ts'
import type { Checkpoint, MovedRows, PastPlan } from '../checkpoint.ts'
import { closeInstance, openInstance } from '../embedded/open-instance.ts'
import { run } from '../embedded/run.ts'
import type { Session } from '../embedded/session.ts'
import { readState } from '../embedded/state-files.ts'
import { moveAgain } from '../quarantine/move-alone.ts'
import { readPlan } from '../plan-store.ts'
import { readTable } from '../read-table.ts'
import type { Removed } from '../removed.ts'
import { joinedSources, planTables, tableKey } from '../tables.ts'
import type { Plan, WindowPlan } from '#plan'
import type { AuditLine, AuditOptions, AuditReport, Uncompared } from './audit-report.ts'
import { openBronzeBroker } from './bronze-broker.ts'
import { uncomparedTables } from './uncompared.ts'

const REBUILD_BATCH = { batchRows: 122_880, batchBytes: 64 << 20, checkpointEveryMs: 3_600_000 }
const CACHE_BYTES = 1 << 30

interface Live {
  readonly session: Session
  readonly checkpoint: Checkpoint
  readonly views: ReadonlyMap<string, string>
  /** What has left the tables, by `layer.name`. */
  readonly removed: ReadonlyMap<string, Removed>
  /** Sources of which bronze has lost records: none is read. */
  readonly partial: ReadonlySet<string>
}

/**
 * Runs bronze through the pipeline again into a lake aside, and compares silver, gold and quarantine row by row. Plans that
 * ran before and whose rows may still stand run first, each as far as it did, and are taken over as they were. Which
 * windows were closed when is history and no function of bronze, so records that came for a closed window are taken
 * from quarantine, and windows that are still open are left out. Which versions a row could meet is history too: it is
 * taken from the state of the checkpoint. What is older than the newest row that expired from a table is left out too.
 * Sources that have lost records of bronze are left out, and so are their tables: see `uncomparedTables`.
 */
export async function compareRebuilt(
  options: AuditOptions,
  given: Omit<Live, 'partial'>,
): Promise<Pick<AuditReport, 'uncompared'> & { readonly lines: AuditLine[] }> {
  const { plan } = options
  const { session, checkpoint, views } = given
  const uncompared = uncomparedTables(plan, { accounting: checkpoint.accounting, removed: given.removed })
  const live: Live = { ...given, partial: new Set(uncompared.map(({ source }) => source)) }
  const leftOut = new Set(uncompared.map(({ table }) => table))
  const store = await openStore({ kind: 'folder', path: path.join(options.scratch, 'rebuilt') })
  let after: PastPlan | undefined
  const history = checkpoint.past ?? []
  for (const [index, past] of history.entries()) {
    const stored = await readPlan(options.store, plan.pipeline, past.planHash)
    const references = new Map(Object.entries(stored.references))
    await rebuild({ ...options, plan: stored.plan, references }, store, live, {
      sources: past.sources,
      after,
      closeThrough: history.slice(index).find(({ moved }) => moved !== undefined)?.moved?.closed,
    })
    await moveRows({ ...options, plan: stored.plan, references }, store, live, past.moved)
    after = past
  }
  await rebuild(options, store, live, { sources: checkpoint.sources, after })
  const catalog = openCatalog(store)
  const localizer = await openLocalizer({
    store,
    folder: path.join(options.scratch, 'rebuilt-cache'),
    maxBytes: CACHE_BYTES,
  })
  const lines: AuditLine[] = []
  for (const { identifier, columns } of planTables(plan)) {
    if (identifier.layer === 'bronze') continue
    const key = tableKey(identifier)
    if (leftOut.has(key)) continue
    const rebuilt = await readTable(catalog, localizer, identifier)
    const names = columns.filter((column) => column.name !== 'kafka_headers').map(({ name }) => quoteName(name))
    const closed = checkpoint.closed[identifier.name]
    const gold = identifier.layer === 'gold' && plan.gold.find(({ table }) => table.name === identifier.name)
    const onlyClosed = gold && gold.kind === 'window' && gold.emit === 'on_close' ? closedRows(gold, closed) : 'true'
    const judged = identifier.layer === 'quarantine' ? judgedRows(uncompared) : 'true'
    const kept = `${keptRows(plan, key, live)} and ${judged}`
    const ours = `select ${names.join(', ')} from ${views.get(key) ?? ''} where ${kept}`
    const theirs = `select ${names.join(', ')} from (${rebuilt.sql}) where ${kept} and ${onlyClosed}`
    lines.push(
      {
        table: key,
        what: 'rows that a rebuild does not give',
        expected: 0,
        found: await difference(session, ours, theirs),
      },
      {
        table: key,
        what: 'rows that only a rebuild gives',
        expected: 0,
        found: await difference(session, theirs, ours),
      },
    )
    rebuilt.release()
  }
  await store.close()
  return { lines, uncompared }
}

/** The rows of quarantine that are refused by what is rebuilt. */
function judgedRows(uncompared: readonly Uncompared[]): string {
  const without = (column: string, names: readonly string[]): string =>
    `coalesce(${column} not in (${[...new Set(names)].map(quoteText).join(', ')}), true)`
  if (uncompared.length === 0) return 'true'
  const tables = without(
    'table_name',
    uncompared.map(({ table }) => table),
  )
  const sources = without(
    'source',
    uncompared.map(({ source }) => source),
  )
  return `${tables} and ${sources}`
}

/** The rows of a table that no retention has reached. */
function keptRows(plan: Plan, key: string, { removed }: Live): string {
  const beforeMs = removed.get(key)?.expiredBeforeMs ?? null
  const column = plan.retention?.find(({ table }) => tableKey(table) === key)?.column
  if (beforeMs === null || column === undefined) return 'true'
  return `coalesce(epoch_ms(${quoteName(column)}::timestamptz) >= ${beforeMs}, true)`
}

/** The rows of a window table whose windows are closed through `closed`; a session closes one gap after its end. */
function closedRows({ window }: WindowPlan, closed: string | undefined): string {
  const afterMs = window.kind === 'session' ? window.gapMs : 0
  return `epoch_us(window_end) + ${afterMs * 1000} <= ${closed ?? 'null'}`
}

function difference(session: Session, a: string, b: string): Promise<number> {
  return session.count(`select count(*) from ((${a}) except all (${b}))`)
}

/** Brings the lake aside to where a plan stood at the given positions, taking over from the one before as it did. */
async function rebuild(
  options: AuditOptions,
  store: ObjectStore,
  live: Live,
  {
    sources,
    after,
    closeThrough,
  }: {
    readonly sources: Checkpoint['sources']
    readonly after: PastPlan | undefined
    /** Rows that were moved out of quarantine met windows that were open then. */
    readonly closeThrough?: Checkpoint['closed'] | undefined
  },
): Promise<void> {
  const { plan } = options
  const engine = { ...options, store }
  const change = after?.rebuilt ? await findRebuild(store, plan, after.rebuilt) : await findChange(store, plan)
  if (change !== undefined) await applyChange(engine, change)
  const closedLive = new Map(
    Object.entries(closeThrough ?? live.checkpoint.closed).map(([name, through]) => [name, BigInt(through)]),
  )
  const instance = await openInstance({ ...engine, rebuild: true, closedLive })
  try {
    await declareLate(instance.session, options, live)
    await declareKnown(instance.session, options, live.checkpoint)
    const topics = new Map(
      plan.sources.flatMap(({ name, topic }) => {
        const position = sources[name]
        if (position === undefined) return []
        // A source that is no longer read has no table that is compared, so its records may be left out.
        const relation = live.partial.has(name) ? undefined : live.views.get(`bronze.${name}`)
        return [
          [topic, relation ? { relation, position } : { relation: '', position: { ...position, partitions: {} } }],
        ]
      }),
    )
    const last = sources === live.checkpoint.sources
    const broker = openBronzeBroker(live.session, topics)
    const settings = { ...REBUILD_BATCH, broker, untilEnd: true, keepWindows: !last }
    await run(instance, closeThrough === undefined ? settings : { ...settings, closeThrough })
  } finally {
    await closeInstance(instance)
  }
}

/** Takes the same rows out of the quarantine aside that were taken out of the live one. */
async function moveRows(
  options: AuditOptions,
  store: ObjectStore,
  live: Live,
  moved: MovedRows | undefined,
): Promise<void> {
  if (moved === undefined) return
  const columns = 'source, table_name, kafka_partition, kafka_offset'
  await moveAgain(
    { ...options, store },
    {
      action: moved.action,
      where: `exists (from moved_rows moved where ${columns
        .split(', ')
        .map((each) => `moved.${each} is not distinct from refused.${each}`)
        .join(' and ')})`,
      async prepare(instance) {
        await declareLate(instance.session, options, live)
        const files = { base: moved.rows, deltas: [] }
        await readState({ store: options.store, scratch: instance.scratch }, files, (rows) =>
          instance.session.run(`create temp table moved_rows as select ${columns} from ${rows}`),
        )
      },
    },
  )
}

async function declareLate(
  target: Session,
  { plan }: AuditOptions,
  live: Pick<Live, 'session' | 'views'>,
): Promise<void> {
  for (const gold of plan.gold) {
    const { name } = gold.table
    if (gold.kind === 'window') await declareLateOf(target, { plan, table: name }, live, declaredLateRelation(name))
    if (gold.kind !== 'interval') continue
    for (const source of joinedSources(plan, gold))
      await declareLateOf(target, { plan, table: name, source }, live, declaredLateJoined(name, source))
  }
}

/** Tells a rebuild which records a gold table refused because of what was closed; of one source, where it has two. */
async function declareLateOf(
  target: Session,
  { plan, table, source }: { readonly plan: Plan; readonly table: string; readonly source?: string },
  live: Pick<Live, 'session' | 'views'>,
  relation: string,
): Promise<void> {
  await target.run(`create table ${relation}(kafka_partition bigint, kafka_offset bigint, missed bigint)`)
  const rows = await live.session
    .rows(`select kafka_partition, kafka_offset, coalesce(try_cast(split_part(rule, ':', 2) as bigint), 1) as missed
      from ${live.views.get(tableKey({ layer: 'quarantine', name: plan.pipeline })) ?? ''}
      where code = 'record/late' and split_part(rule, ':', 1) = 'closed' and table_name = ${quoteText(`gold.${table}`)}
      ${source === undefined ? '' : `and source = ${quoteText(source)}`}`)
  for (let start = 0; start < rows.length; start += 1000) {
    const values = rows
      .slice(start, start + 1000)
      .map((row) => `(${String(row.kafka_partition)}, ${String(row.kafka_offset)}, ${String(row.missed)})`)
    await target.run(`insert into ${relation} values ${values.join(', ')}`)
  }
}

async function declareKnown(target: Session, options: AuditOptions, { state }: Checkpoint): Promise<void> {
  const place = 'kafka_partition, kafka_offset'
  const declare = async (relation: string, number: string, files: string, column: string): Promise<void> => {
    await target.run(`create table ${relation}(kafka_partition integer, kafka_offset bigint, ${number} bigint)`)
    await readState(options, state[files], (rows) =>
      target.run(`insert into ${relation} select ${place}, ${column} from ${rows}`),
    )
  }
  for (const { name, versionedBy } of options.plan.sources)
    if (versionedBy !== undefined)
      await declare(declaredArrivalsRelation(name), 'arrived', `versions.${name}`, '_arrived')
  for (const { kind, table } of options.plan.gold)
    if (kind === 'as-of') await declare(declaredKnownRelation(table.name), 'known', `as-of.${table.name}`, 'known')
}
