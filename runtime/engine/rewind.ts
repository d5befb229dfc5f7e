import { smeltError } from '#diagnostics'
import {
  openCatalog,
  snapshotWithId,
  type Catalog,
  type Clock,
  type Identifier,
  type ObjectStore,
  type SnapshotId,
  type StagedCommit,
  type Table,
  type TableShape,
} from '#lake'
import { planHash, type Plan } from '#plan'
import type { Broker } from '#stream'
import { EMPTY_ACCOUNTING } from './accounting.ts'
import { stageTables } from './change/stage-tables.ts'
import { stateKeys, type Checkpoint } from './checkpoint.ts'
import { openCheckpoints } from './checkpoint-store.ts'
import { isOwner } from './embedded/open-tables.ts'
import type { Step } from './embedded/instance.ts'
import { CHECKPOINT_PROPERTY, commitTables, snapshotSummary } from './embedded/write-checkpoint.ts'
import { outboxSince } from './outbox.ts'
import { keepPlan, readPlan, type StoredPlan } from './plan-store.ts'
import { removedEntry } from './removed.ts'
import { lostTexts, rewindSources, type LostRange } from './rewind-losses.ts'
import { readSavepoint, releaseState, type Savepoint } from './savepoints.ts'
import { planTables, tableKey } from './tables.ts'
import { noteVersion } from './versions.ts'

export interface RewindOptions {
  readonly store: ObjectStore
  readonly broker: Broker
  readonly clock: Clock
  /** The plan of today: the one that starts anew with `empty`. */
  readonly today: Pick<StoredPlan, 'plan' | 'files' | 'references'>
  readonly runId: string
  /** Goes on without records that the topics do not hold any more. */
  readonly acceptLoss: boolean
  /** Why, for the versions of the pipeline; what it goes back to when left out. */
  readonly reason?: string
  readonly step?: (step: Step) => void
}

/** A savepoint by name, or the time before the first record. */
export type RewindTarget = { readonly savepoint: string } | 'empty'

export interface Rewound {
  /** The one that everything goes on from. */
  readonly checkpoint: Checkpoint
  readonly lost: readonly LostRange[]
}

/** Where everything shall be again. */
interface Destination {
  readonly to: string
  readonly planHash: string
  readonly state: Pick<Checkpoint, 'closed' | 'state' | 'past' | 'accounting' | 'sources'>
  readonly shapes: readonly TableShape[]
  /** The snapshots that tables go back to, by `layer.name`. A table that has none here loses all its rows. */
  readonly snapshots: ReadonlyMap<string, SnapshotId>
  /** The tables of then. */
  readonly tables: readonly Identifier[]
}

/**
 * Takes a pipeline that does not run back to a savepoint, or to nothing: positions, state, books, shapes and rows of every
 * table. All of it is one checkpoint, one number up, whose creation is the commit point: before it nothing has changed,
 * after it any start brings the tables there. Undefined when the pipeline never ran; nothing happens when it stands there
 * already and has not gone on. checkpoint/unknown-savepoint, checkpoint/savepoint-incomplete, and checkpoint/offsets-lost
 * when topics do not hold what would have to be read again and that is not accepted.
 */
export async function rewind(options: RewindOptions, target: RewindTarget): Promise<Rewound | undefined> {
  const { store, clock, broker, today, acceptLoss, step = () => undefined } = options
  const { tenant, pipeline } = today.plan
  const checkpoints = openCheckpoints(store, pipeline)
  const newest = await checkpoints.newest()
  if (newest === undefined) return undefined
  const catalog = openCatalog(store)
  const place = { catalog, clock, step, tables: new Map<string, Table>() }
  await commitTables(place, newest) // What a crash may have left.
  const destination = target === 'empty' ? await empty(catalog, today.plan) : await kept(options, catalog, target)
  const { to } = destination
  if (newest.rewound?.to === to && newest.planHash === destination.planHash) return { checkpoint: newest, lost: [] }
  const wanted = { standing: newest.sources, wanted: destination.state.sources }
  const { sources, lost } = await rewindSources(broker, wanted)
  if (lost.length > 0 && !acceptLoss)
    throw smeltError('checkpoint/offsets-lost', { pipeline: `${tenant}/${pipeline}`, to, lost: lostTexts(lost) })
  const outbox = await outboxSince(store, newest) // What has not been sent is still to be.
  const checkpoint: Checkpoint = {
    format: 1,
    id: newest.id + 1,
    tenant,
    pipeline,
    planHash: destination.planHash,
    runId: options.runId,
    createdMs: clock(),
    ...destination.state,
    ...(outbox === undefined ? {} : { outbox }),
    sources,
    rewound: { to, from: newest.id, ...(options.reason === undefined ? {} : { reason: options.reason }) },
    shapes: destination.shapes,
    commits: await rollbacks({ catalog, newest, today: today.plan }, destination, { id: newest.id + 1, sources }),
  }
  if (target === 'empty') await keepPlan(store, { ...today, storedMs: clock() })
  await noteVersion(store, newest)
  await checkpoints.create(checkpoint) // The commit point.
  step('rewind-created')
  await commitTables(place, checkpoint)
  await noteVersion(store, checkpoint)
  step('rewind-applied')
  await releaseState(store, newest, checkpoint).catch(() => undefined) // Costs room in the store, never a row.
  return { checkpoint, lost }
}

async function empty(catalog: Catalog, plan: Plan): Promise<Destination> {
  const all = new Set(planTables(plan).map(({ identifier }) => tableKey(identifier)))
  const { shapes } = await stageTables({ catalog, plan }, all)
  const state = { closed: {}, state: {}, accounting: EMPTY_ACCOUNTING, sources: {} }
  return { to: 'empty', planHash: planHash(plan), state, shapes, snapshots: new Map(), tables: [] }
}

async function kept(
  { store, today }: RewindOptions,
  catalog: Catalog,
  target: { readonly savepoint: string },
): Promise<Destination> {
  const savepoint = await readSavepoint(store, today.plan, target.savepoint)
  await checkWhole(store, catalog, savepoint)
  const { closed, state, past, accounting, sources, planHash: hash } = savepoint.checkpoint
  return {
    to: `savepoint ${savepoint.name}`,
    planHash: hash,
    state: { closed, state, accounting, sources, ...(past === undefined ? {} : { past }) },
    shapes: savepoint.tables.map(({ shape }) => shape),
    snapshots: new Map(
      savepoint.tables.flatMap(({ shape, snapshotId }) =>
        snapshotId === null ? [] : [[tableKey(shape.table), snapshotId] as const],
      ),
    ),
    tables: savepoint.tables.map(({ shape }) => shape.table),
  }
}

/** Looks before anything is changed that everything the savepoint names is there. */
async function checkWhole(store: ObjectStore, catalog: Catalog, savepoint: Savepoint): Promise<void> {
  const { name, checkpoint, tables } = savepoint
  const missing = (what: string): Error => smeltError('checkpoint/savepoint-incomplete', { name, what })
  for (const { shape, snapshotId } of tables) {
    if (snapshotId === null) continue
    const table = await catalog.load(shape.table)
    if (table === undefined || snapshotWithId(table, snapshotId) === undefined)
      throw missing(`the snapshot ${snapshotId} of \`${tableKey(shape.table)}\``)
  }
  const needed = stateKeys(checkpoint)
  for await (const { key } of store.list(`state/${checkpoint.pipeline}/files/`)) needed.delete(key)
  for (const key of needed) throw missing(`the state file \`${key}\``)
}

/** A commit for every table: to its snapshot, or to no rows for one that had none. */
async function rollbacks(
  { catalog, newest, today }: { readonly catalog: Catalog; readonly newest: Checkpoint; readonly today: Plan },
  { snapshots, tables, planHash: hash, state }: Destination,
  context: Pick<Checkpoint, 'id' | 'sources'>,
): Promise<StagedCommit[]> {
  const { plan: running } = await readPlan(catalog.store, newest.pipeline, newest.planHash)
  const commits: StagedCommit[] = []
  const written = [...planTables(running), ...planTables(today)].map(({ identifier }) => identifier)
  const read = Object.keys(newest.sources).map((name): Identifier => ({ layer: 'bronze', name }))
  for (const [key, table] of new Map([...tables, ...written, ...read].map((each) => [tableKey(each), each]))) {
    const live = await catalog.load(table)
    // One without a snapshot has no row to take back; another pipeline's is none of ours.
    if (live?.metadata.currentSnapshotId === undefined || !isOwner(live, today)) continue
    const rollsBackTo = snapshots.get(key)
    commits.push({
      table,
      operation: rollsBackTo === undefined ? 'delete' : 'replace',
      addedDataFiles: [],
      addedDeleteFiles: [],
      removedDataFiles: [],
      ...(rollsBackTo === undefined ? { replacesAll: true } : { rollsBackTo }),
      summary: {
        ...snapshotSummary(key, {
          ...context,
          accounting: state.accounting,
          pipeline: newest.pipeline,
          planHash: hash,
        }),
        ...removedEntry(rollsBackTo === undefined ? undefined : snapshotWithId(live, rollsBackTo)),
      },
      commitKey: { property: CHECKPOINT_PROPERTY, value: context.id },
    })
  }
  return commits
}
