import { randomUUID } from 'node:crypto'
import { latestPending, QUARANTINE_PENDING, QUARANTINE_ROWS, windowDelta } from '#dialect/duckdb'
import { commitTable, shapeTable, type StagedCommit } from '#lake'
import { addAccounting, type Accounting } from '../accounting.ts'
import { stateKeys, type Checkpoint, type SourcePosition } from '../checkpoint.ts'
import { EMPTY_OUTBOX, withSinks, writeOutboxFile, type NumberedAlert, type OutboxBooks } from '../outbox.ts'
import { REMOVED_PROPERTY, type Removed } from '../removed.ts'
import { quarantineName, tableKey } from '../tables.ts'
import { numberAlerts } from './collect-alerts.ts'
import { countRows } from './count-rows.ts'
import { flushCurrent } from './current-windows.ts'
import { expireState } from './expire-state.ts'
import { closeWindows, goldNodes } from './close-windows.ts'
import { closeInterval } from './process-interval.ts'
import { emptyEpoch, type Epoch, type Instance } from './instance.ts'
import { flushLatest } from './latest-rows.ts'
import { writeState } from './state-files.ts'
import { tableOf, writeTable } from './write-table.ts'

/** Snapshot summary entry that tells which checkpoint a snapshot belongs to. */
export const CHECKPOINT_PROPERTY = 'smelt.checkpoint-id'

/** A checkpoint ready to be created, with what to let go of once its tables are committed. */
export interface PreparedCheckpoint {
  readonly checkpoint: Checkpoint
  readonly epoch: Epoch
  /** What is to be sent once the tables are committed. */
  readonly alerts: readonly NumberedAlert[]
}

export interface CheckpointInput {
  readonly previous: Checkpoint | undefined
  readonly sources: Readonly<Record<string, SourcePosition>>
  /** Per source, how far windows may close: microseconds, nothing, or everything at the end of a bounded input. */
  readonly watermarks: ReadonlyMap<string, bigint | 'all' | undefined>
  /** Per interval join, as `gold.name`, the watermark of its sources. */
  readonly joined: ReadonlyMap<string, bigint | undefined>
  /** A bounded input has come to its end. */
  readonly ended: boolean
  /** For an audit: windows are closed no further than this, per window table in microseconds; not at all where it has none. */
  readonly closeThrough?: Checkpoint['closed']
}

/**
 * Step 1 of a checkpoint (DESIGN section 7): writes gold and quarantine rows and state files, and gathers everything
 * written since the last one. Nothing is visible yet.
 */
export async function prepareCheckpoint(instance: Instance, input: CheckpointInput): Promise<PreparedCheckpoint> {
  const waiting = await rowsWaiting(instance)
  for (const { source, windows, latest } of goldNodes(instance)) {
    const watermark = input.watermarks.get(source.plan.name)
    for (const each of windows) if (waiting(windowDelta(each.plan.table.name)) > 0) await flushCurrent(instance, each)
    const through = (table: string): bigint | 'all' | undefined => capped(watermark, table, input.closeThrough)
    await closeWindows(instance, windows, through, { written: true })
    for (const each of latest) if (waiting(latestPending(each.plan.table.name)) > 0) await flushLatest(instance, each)
  }
  let refused = waiting(QUARANTINE_PENDING)
  for (const join of instance.program.intervals)
    refused += await closeInterval(instance, join, input.joined.get(tableKey(join.plan.table)), input)
  if (refused > 0) await flushQuarantine(instance, refused)
  instance.step('gold-written')
  expireState(instance)
  const state = await writeState(instance)
  for (const [name, files] of state) instance.state.set(name, files)
  instance.step('state-written')

  const { epoch } = instance
  instance.epoch = emptyEpoch()
  const id = (input.previous?.id ?? 0) + 1
  const { alerts, outbox } = await writeOutbox(instance, epoch, { id, previous: input.previous })
  instance.step('alerts-written')
  const accounting = addAccounting(input.previous?.accounting ?? { sources: {}, gold: {} }, epoch.change)
  const sources = { ...input.previous?.sources, ...input.sources }
  const checkpoint: Checkpoint = {
    format: 1,
    id,
    tenant: instance.plan.tenant,
    pipeline: instance.plan.pipeline,
    planHash: instance.planHash,
    runId: instance.runId,
    createdMs: instance.clock(),
    // A source that is no longer read stays where it was: it may come back.
    sources,
    closed: Object.fromEntries([...instance.closed].map(([name, through]) => [name, String(through)])),
    state: Object.fromEntries(state),
    ...pastOf(input.previous, epoch, instance, sources),
    commits: stagedCommits(instance, epoch, { id, accounting, sources: input.sources }),
    accounting,
    ...(outbox === undefined ? {} : { outbox }),
  }
  return { checkpoint, epoch, alerts }
}

/** Writes the alerts of an epoch, and what the checkpoint `id` says of those on their way. */
async function writeOutbox(
  instance: Instance,
  epoch: Epoch,
  { id, previous }: { readonly id: number; readonly previous: Checkpoint | undefined },
): Promise<{ readonly alerts: readonly NumberedAlert[]; readonly outbox?: OutboxBooks }> {
  const { store, plan, delivery } = instance
  const before = previous?.outbox ?? EMPTY_OUTBOX
  if (delivery === undefined) {
    // What waits stays, unless nobody is to have it any more.
    const kept = plan.sinks === undefined ? withSinks(before, {}) : before
    return { alerts: [], ...(previous?.outbox === undefined ? {} : { outbox: kept }) }
  }
  const alerts = numberAlerts(instance, epoch.alerts, id, before.next)
  const file = await writeOutboxFile(store, `state/${plan.pipeline}/files/alerts-${randomUUID()}.jsonl`, alerts)
  const next = before.next + alerts.length
  const sinks = delivery.books({ alerts, skipped: epoch.skipped }, next)
  return { alerts, outbox: withSinks({ next, files: [...before.files, ...(file ? [file] : [])], sinks }, sinks) }
}

/** Plans before this one, and what was moved out of quarantine: each with the positions that it went to. */
function pastOf(
  previous: Checkpoint | undefined,
  { moved }: Epoch,
  { planHash }: Instance,
  sources: Checkpoint['sources'],
): Pick<Checkpoint, 'past'> {
  const past = [...(previous?.past ?? []), ...moved.map((each) => ({ planHash, sources, moved: each }))]
  return past.length === 0 ? {} : { past }
}

function capped(
  watermark: bigint | 'all' | undefined,
  table: string,
  closeThrough: CheckpointInput['closeThrough'],
): bigint | 'all' | undefined {
  if (closeThrough === undefined || watermark === undefined) return watermark
  const through = closeThrough[table]
  if (through === undefined) return undefined
  return watermark === 'all' || watermark > BigInt(through) ? BigInt(through) : watermark
}

/** How many rows came since the newest checkpoint for what only writes at one. */
function rowsWaiting(instance: Instance): Promise<(relation: string) => number> {
  const gold = goldNodes(instance).flatMap(({ windows, latest }) => [
    ...windows.flatMap(({ plan, sql }) => (sql.current === undefined ? [] : [windowDelta(plan.table.name)])),
    ...latest.map(({ plan }) => latestPending(plan.table.name)),
  ])
  return countRows(instance.session, [QUARANTINE_PENDING, ...gold])
}

/** Writes the records that wait for quarantine, `rows` of them. */
export async function flushQuarantine(instance: Instance, rows: number): Promise<void> {
  await writeTable(instance, tableKey(quarantineName(instance.plan)), QUARANTINE_ROWS, rows)
  instance.session.later([`truncate ${QUARANTINE_PENDING}`])
}

interface CommitContext {
  readonly id: number
  readonly accounting: Accounting
  readonly sources: Checkpoint['sources']
  /** What has left quarantine, for a commit that replaces it. */
  readonly removed?: Removed
}

/**
 * What was written in the epoch, as commits of the checkpoint `context.id`. `replaced` names the tables, by `layer.name`,
 * of which nothing else stays.
 */
export function stagedCommits(
  instance: Instance,
  epoch: Epoch,
  context: CommitContext,
  replaced: ReadonlySet<string> = new Set(),
): StagedCommit[] {
  const none = { data: [], deletes: [], removed: [] }
  const written = [...new Set([...epoch.files.keys(), ...replaced])]
  return written.flatMap((key): StagedCommit[] => {
    const files = epoch.files.get(key) ?? none
    const all = replaced.has(key)
    if (!all && files.data.length + files.deletes.length + files.removed.length === 0) return []
    return [
      {
        table: tableOf(instance, key).identifier,
        operation: all || files.deletes.length + files.removed.length > 0 ? 'overwrite' : 'append',
        addedDataFiles: files.data,
        addedDeleteFiles: files.deletes,
        removedDataFiles: files.removed,
        ...(all ? { replacesAll: true } : {}),
        ...withRemoved(instance, key, context),
        commitKey: { property: CHECKPOINT_PROPERTY, value: context.id },
      },
    ]
  })
}

/** The summary, and what has left the table: as it is known, or as it stands when the commit is made. */
function withRemoved(
  { plan, planHash }: Instance,
  key: string,
  { removed, ...context }: CommitContext,
): Pick<StagedCommit, 'summary' | 'carries'> {
  const told = snapshotSummary(key, { ...context, pipeline: plan.pipeline, planHash })
  if (removed === undefined || key !== tableKey(quarantineName(plan)))
    return { summary: told, carries: REMOVED_PROPERTY }
  return { summary: { ...told, [REMOVED_PROPERTY]: JSON.stringify(removed) } }
}

/** What every snapshot says of its checkpoint: id, plan, offsets, and the table's books since the first record (promise 3). */
export function snapshotSummary(
  key: string,
  context: Pick<Checkpoint, 'id' | 'accounting' | 'sources' | 'pipeline' | 'planHash'>,
): Record<string, string> {
  const offsets = Object.entries(context.sources).map(([source, { partitions }]) => [
    `smelt.offsets.${source}`,
    JSON.stringify(Object.fromEntries(Object.entries(partitions).map(([partition, { next }]) => [partition, next]))),
  ])
  return {
    [CHECKPOINT_PROPERTY]: String(context.id),
    'smelt.pipeline': context.pipeline,
    'smelt.plan-hash': context.planHash,
    'smelt.accounting': JSON.stringify(booksOf(key, context.accounting)),
    ...(Object.fromEntries(offsets) as Record<string, string>),
  }
}

/** The part of the books that is about one table; a snapshot lives long, so it says no more. */
function booksOf(key: string, { sources, gold }: Accounting): unknown {
  const [layer, name] = [key.slice(0, key.indexOf('.')), key.slice(key.indexOf('.') + 1)]
  if (layer === 'gold') return gold[name]
  if (layer === 'bronze') return { consumed: sources[name]?.consumed }
  if (layer === 'silver') {
    return Object.values(sources).flatMap(({ consumed, quarantined, silver }) =>
      silver[name] === undefined ? [] : [{ consumed, refused: quarantined, ...silver[name] }],
    )[0]
  }
  return Object.fromEntries(Object.entries(sources).map(([source, { quarantined }]) => [source, quarantined]))
}

/**
 * Step 3 of a checkpoint: commits its tables, those that do not have it yet. Safe to repeat after a crash, by any
 * process.
 */
export async function commitTables(
  instance: Pick<Instance, 'catalog' | 'clock' | 'tables' | 'step'>,
  checkpoint: Checkpoint,
): Promise<void> {
  for (const shape of checkpoint.shapes ?? []) {
    instance.tables.set(tableKey(shape.table), await shapeTable(instance.catalog, shape, { clock: instance.clock }))
    instance.step('table-shaped')
  }
  const results = await Promise.allSettled(
    checkpoint.commits.map(async (staged) => {
      const { table } = await commitTable(instance.catalog, staged, { clock: instance.clock })
      instance.tables.set(tableKey(staged.table), table)
      instance.step('table-committed')
    }),
  )
  for (const result of results) if (result.status === 'rejected') throw result.reason
  instance.step('tables-committed')
}

/** Lets go of scratch copies, and of state files that only the checkpoint before `checkpoint` needed and no savepoint keeps. Best effort. */
export async function cleanUp(
  instance: Instance,
  epoch: Epoch,
  previous: Checkpoint | undefined,
  checkpoint: Checkpoint,
): Promise<void> {
  await Promise.all(epoch.releases.map((release) => release()))
  const named = stateKeys(checkpoint)
  const gone = [...stateKeys(previous)].filter((key) => !named.has(key) && !instance.kept.has(key))
  if (gone.length > 0) await instance.store.delete(gone)
}
