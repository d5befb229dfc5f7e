import { isSmeltError, smeltError } from '#diagnostics'
import { currentShape, openCatalog, tag, type Catalog, type Clock, type Identifier, type ObjectStore } from '#lake'
import { stateKeys, type Checkpoint } from './checkpoint.ts'
import { openCheckpoints } from './checkpoint-store.ts'
import type { Instance, Step } from './embedded/instance.ts'
import { commitTables } from './embedded/write-checkpoint.ts'
import { readPlan } from './plan-store.ts'
import { createSavepoint, findSavepoint, savepointTag, type SavedTable, type Savepoint } from './savepoints.ts'
import { planTables, tableKey } from './tables.ts'

/** What is wanted of a new savepoint. */
export interface WantedSavepoint {
  /** `checkpoint-<id>` when left out. */
  readonly name?: string
  readonly by: string
  readonly scheduled?: boolean
  /** See `Savepoint.request`. */
  readonly request?: string
}

/**
 * Keeps a checkpoint whose tables are committed, while no other is: tags the snapshot of every table, then creates
 * `state/<pipeline>/savepoints/<name>.json`, from which on it holds. A crash before leaves tags, which the next savepoint of
 * that name moves. Must be done before the checkpoint after, which lets go of state files that are not in `kept`.
 * checkpoint/savepoint-exists when the name is taken.
 */
export async function takeSavepoint(
  { store, catalog, clock, step, kept: needed }: Pick<Instance, 'store' | 'catalog' | 'clock' | 'step' | 'kept'>,
  checkpoint: Checkpoint,
  wanted: WantedSavepoint,
): Promise<Savepoint> {
  const { tenant, pipeline, shapes: _shapes, rewound: _rewound, outbox: _outbox, ...kept } = checkpoint
  const { name = `checkpoint-${checkpoint.id}`, by, scheduled = false, request } = wanted
  const taken = (found: Savepoint): Savepoint => {
    // Asked for twice, by a request that a crash left or without a name: it is the same.
    const same = request !== undefined && found.request === request
    if (same || (wanted.name === undefined && found.checkpoint.id === checkpoint.id)) return found
    throw smeltError('checkpoint/savepoint-exists', {
      pipeline: `${tenant}/${pipeline}`,
      name,
      id: found.checkpoint.id,
    })
  }
  const before = await findSavepoint(store, pipeline, name)
  if (before !== undefined) return taken(before)
  const tables: SavedTable[] = []
  for (const identifier of await tablesAt(store, checkpoint)) {
    const saved = await saveTable({ catalog, clock }, identifier, savepointTag(name))
    if (saved !== undefined) tables.push(saved)
    step('savepoint-tagged')
  }
  const savepoint: Savepoint = {
    format: 1,
    name,
    createdMs: clock(),
    by,
    scheduled,
    ...(request === undefined ? {} : { request }),
    checkpoint: { ...kept, tenant, pipeline, commits: [] },
    tables,
  }
  // Before it is there: a failure from here on may leave it so.
  for (const key of stateKeys(savepoint.checkpoint)) needed.add(key)
  const outcome = await createSavepoint(store, pipeline, savepoint) // From here on, it holds.
  step('savepoint-created')
  const other = outcome === 'exists' ? await findSavepoint(store, pipeline, name) : undefined
  return other === undefined ? savepoint : taken(other)
}

/**
 * Takes a savepoint of a pipeline that does not run. It makes a checkpoint of its own, which fences a process elsewhere
 * that goes on with the one before. checkpoint/none when it never ran, checkpoint/fenced when it does run.
 */
export async function takeSavepointAlone(
  options: {
    readonly store: ObjectStore
    readonly clock: Clock
    readonly tenant: string
    readonly pipeline: string
    readonly runId: string
    readonly step?: (step: Step) => void
  },
  wanted: WantedSavepoint,
): Promise<Savepoint> {
  const { store, clock, tenant, pipeline, runId, step = () => undefined } = options
  const checkpoints = openCheckpoints(store, pipeline)
  const newest = await checkpoints.newest()
  if (newest === undefined) throw smeltError('checkpoint/none', { pipeline: `${tenant}/${pipeline}` })
  const place = { store, clock, step, catalog: openCatalog(store), tables: new Map(), kept: new Set<string>() }
  await commitTables(place, newest) // What a crash may have left.
  const found = wanted.name === undefined ? undefined : await findSavepoint(store, pipeline, wanted.name)
  if (found !== undefined)
    throw smeltError('checkpoint/savepoint-exists', {
      pipeline: `${tenant}/${pipeline}`,
      name: found.name,
      id: found.checkpoint.id,
    })
  const { shapes: _shapes, rewound: _rewound, ...same } = newest
  const checkpoint: Checkpoint = { ...same, id: newest.id + 1, runId, createdMs: clock(), commits: [] }
  await checkpoints.create(checkpoint)
  step('checkpoint-created')
  return takeSavepoint(place, checkpoint, wanted)
}

/**
 * The savepoint that keeps the newest checkpoint and was taken by `takeSavepointAlone` without a name: nothing ran since. One
 * of the schedule, or that a running process was asked for, is none, as that process may go on.
 */
export async function standingSavepoint(store: ObjectStore, pipeline: string): Promise<Savepoint | undefined> {
  const newest = await openCheckpoints(store, pipeline).newest()
  const found = newest && (await findSavepoint(store, pipeline, `checkpoint-${newest.id}`))
  const isAlone = found?.checkpoint.id === newest?.id && found?.scheduled === false && found.request === undefined
  return isAlone ? found : undefined
}

/** The tables of the checkpoint's plan, and bronze of sources that it no longer reads but knows the position of. */
async function tablesAt(store: ObjectStore, { pipeline, planHash, sources }: Checkpoint): Promise<Identifier[]> {
  const { plan } = await readPlan(store, pipeline, planHash)
  const written = planTables(plan).map(({ identifier }) => identifier)
  const read = Object.keys(sources).map((name): Identifier => ({ layer: 'bronze', name }))
  return [...new Map([...written, ...read].map((each) => [tableKey(each), each])).values()]
}

async function saveTable(
  { catalog, clock }: { readonly catalog: Catalog; readonly clock: Clock },
  identifier: Identifier,
  name: string,
): Promise<SavedTable | undefined> {
  for (;;) {
    const table = await catalog.load(identifier)
    const snapshotId = table?.metadata.currentSnapshotId
    if (table === undefined) return undefined
    if (snapshotId === undefined) return { shape: currentShape(table), snapshotId: null }
    try {
      return { shape: currentShape(await tag(catalog, identifier, name, snapshotId, { clock })), snapshotId }
    } catch (error) {
      // Upkeep wrote the same rows to other files just now, and let the snapshot go.
      if (!isSmeltError(error, 'lake/no-such-snapshot')) throw error
    }
  }
}
