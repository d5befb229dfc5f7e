import { nearestMatch, smeltError } from '#diagnostics'
import type { ObjectStore, SnapshotId, TableShape } from '#lake'
import { stateKeys, type Checkpoint } from './checkpoint.ts'
import { seal, unseal } from './sealed-json.ts'

/** A checkpoint that is kept, with the tables as they were (DESIGN section 7). Plain JSON. */
export interface Savepoint {
  readonly format: 1
  readonly name: string
  readonly createdMs: number
  /** Who or what wanted it. */
  readonly by: string
  /** Taken by the pipeline's schedule, which drops it again once newer ones are enough. */
  readonly scheduled: boolean
  /** The request it was taken for: one that is carried out twice finds its own. */
  readonly request?: string
  /** Without its commits and shapes, which are in the tables, and its alerts, which go on their way. */
  readonly checkpoint: Checkpoint
  readonly tables: readonly SavedTable[]
}

/** A table as it was. Its snapshot carries the tag `savepoint-<name>`; a table without rows may have none. */
export interface SavedTable {
  readonly shape: TableShape
  readonly snapshotId: SnapshotId | null
}

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/

/** Places to start from that are no savepoints: one of that name could never be gone back to. */
const OTHER_PLACES: readonly string[] = ['empty', 'latest']

/**
 * Whether a savepoint can be taken under that name. Names are parts of tags and keys: lower-case letters, digits and `-`, at
 * most 63; `empty` and `latest` mean other places.
 */
export function isSavepointName(name: string): boolean {
  return NAME.test(name) && !OTHER_PLACES.includes(name)
}

/** The Iceberg tag of a savepoint, on every table. */
export function savepointTag(name: string): string {
  return `savepoint-${name}`
}

/** The savepoints of a pipeline, oldest first. checkpoint/savepoint-damaged. */
export async function listSavepoints(store: ObjectStore, pipeline: string): Promise<Savepoint[]> {
  const keys: string[] = []
  for await (const { key } of store.list(savepointFolder(pipeline))) keys.push(key)
  const found = await Promise.all(keys.map((key) => readKey(store, key)))
  return found
    .filter((each): each is Savepoint => each !== undefined)
    .sort((a, b) => a.checkpoint.id - b.checkpoint.id || a.createdMs - b.createdMs)
}

/** The savepoint of that name, if there is one. checkpoint/savepoint-damaged. */
export function findSavepoint(store: ObjectStore, pipeline: string, name: string): Promise<Savepoint | undefined> {
  return readKey(store, savepointKey(pipeline, name))
}

/** The savepoint of that name. checkpoint/unknown-savepoint, checkpoint/savepoint-damaged. */
export async function readSavepoint(
  store: ObjectStore,
  { tenant, pipeline }: { readonly tenant: string; readonly pipeline: string },
  name: string,
): Promise<Savepoint> {
  const found = NAME.test(name) ? await findSavepoint(store, pipeline, name) : undefined
  if (found !== undefined) return found
  const known = (await listSavepoints(store, pipeline)).map((each) => each.name)
  throw smeltError('checkpoint/unknown-savepoint', {
    pipeline: `${tenant}/${pipeline}`,
    name,
    nearest: nearestMatch(name, known),
    known,
  })
}

/** Writes a savepoint if there is none of its name: from then on it holds. */
export function createSavepoint(
  store: ObjectStore,
  pipeline: string,
  savepoint: Savepoint,
): Promise<'created' | 'exists'> {
  return store.create(savepointKey(pipeline, savepoint.name), seal('savepoint', savepoint))
}

/** Removes the document alone; see `dropSavepoint`. */
export async function forgetSavepoint(store: ObjectStore, pipeline: string, name: string): Promise<void> {
  await store.delete([savepointKey(pipeline, name)])
}

/** The keys of the state files that savepoints need. */
export async function keptState(store: ObjectStore, pipeline: string): Promise<Set<string>> {
  const savepoints = await listSavepoints(store, pipeline)
  return new Set(savepoints.flatMap(({ checkpoint }) => [...stateKeys(checkpoint)]))
}

/**
 * Removes the state files of a checkpoint that nothing goes on from any more, but for those that the newest one or a
 * savepoint needs. `newest` must have been read before: a savepoint is taken before the checkpoint after its own.
 */
export async function releaseState(
  store: ObjectStore,
  gone: Checkpoint,
  newest: Checkpoint | undefined,
): Promise<void> {
  const needed = new Set([...stateKeys(newest), ...(await keptState(store, gone.pipeline))])
  await store.delete([...stateKeys(gone)].filter((key) => !needed.has(key)))
}

async function readKey(store: ObjectStore, key: string): Promise<Savepoint | undefined> {
  const bytes = await store.read(key)
  if (bytes === undefined) return undefined
  const found = unseal('savepoint', bytes)
  if (!found.ok) throw smeltError('checkpoint/savepoint-damaged', { key, detail: found.detail })
  return found.value as Savepoint
}

const savepointFolder = (pipeline: string): string => `state/${pipeline}/savepoints/`
const savepointKey = (pipeline: string, name: string): string => `${savepointFolder(pipeline)}${name}.json`
