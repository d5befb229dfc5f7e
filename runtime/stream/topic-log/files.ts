import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'

/** What `topic.json` holds. */
export interface TopicFile {
  readonly id: string
  readonly partitions: number
}

/** Bounds of one topic partition's log; `bounds.json` is rewritten whole. */
export interface Bounds {
  /** Records below are deleted. */
  readonly logStart: bigint
  /** Everything below was on the disk when this was written, so damage there is no unfinished write. */
  readonly recoveryPoint: bigint
}

const TOPIC_FILE = 'topic.json'
const BOUNDS_FILE = 'bounds.json'
const SEGMENT = /^(\d{20})\.log$/

export function partitionFolder(topicFolder: string, partition: number): string {
  return path.join(topicFolder, String(partition))
}

/** A segment's file is named by the offset of its first record, as in Kafka. */
export function segmentFile(folder: string, base: bigint): string {
  return path.join(folder, `${String(base).padStart(20, '0')}.log`)
}

export function indexFile(folder: string, base: bigint): string {
  return path.join(folder, `${String(base).padStart(20, '0')}.index`)
}

/** Base offsets of the segments in `folder`, ascending. */
export async function listSegments(folder: string): Promise<bigint[]> {
  const names = await readdir(folder)
  return names
    .flatMap((name) => SEGMENT.exec(name)?.[1] ?? [])
    .sort()
    .map(BigInt)
}

/** The topic's id and size, or undefined when there is no such topic. */
export async function readTopicFile(topicFolder: string): Promise<TopicFile | undefined> {
  const value = await readJson(path.join(topicFolder, TOPIC_FILE))
  if (value === undefined) return undefined
  const { id, partitions } = value
  if (typeof id !== 'string' || typeof partitions !== 'number') throw new Error(`${TOPIC_FILE} is damaged`)
  return { id, partitions }
}

export function writeTopicFile(topicFolder: string, topic: TopicFile): Promise<void> {
  return replaceFile(path.join(topicFolder, TOPIC_FILE), JSON.stringify(topic))
}

/** The bounds of a topic partition; both are 0 before the first were written. */
export async function readBounds(folder: string): Promise<Bounds> {
  const value = await readJson(path.join(folder, BOUNDS_FILE))
  return { logStart: toOffset(value?.logStart), recoveryPoint: toOffset(value?.recoveryPoint) }
}

/** A number that changes whenever the bounds were written; 0 before the first time. */
export async function boundsVersion(folder: string): Promise<number> {
  try {
    // The file is replaced each time, so it is another one.
    const { ino, mtimeMs } = await stat(path.join(folder, BOUNDS_FILE))
    return ino + mtimeMs
  } catch (error) {
    if (isMissing(error)) return 0
    throw error
  }
}

export function writeBounds(folder: string, bounds: Bounds): Promise<void> {
  const text = JSON.stringify({ logStart: String(bounds.logStart), recoveryPoint: String(bounds.recoveryPoint) })
  return replaceFile(path.join(folder, BOUNDS_FILE), text)
}

/** Makes the folders and first segments of topic partitions `from` to `to` (exclusive). */
export async function createPartitionFolders(topicFolder: string, from: number, to: number): Promise<void> {
  for (let partition = from; partition < to; partition++) {
    const folder = partitionFolder(topicFolder, partition)
    await mkdir(folder, { recursive: true })
    const segment = await open(segmentFile(folder, 0n), 'a')
    await segment.close()
  }
}

/** Makes names in a folder (created, renamed, removed) survive a loss of power. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Removes a folder under a name that nobody looks for, so that it is there whole or not at all. */
export async function removeFolder(folder: string): Promise<void> {
  const doomed = path.join(path.dirname(folder), `.deleted-${randomUUID()}`)
  await rename(folder, doomed)
  await rm(doomed, { recursive: true, force: true })
}

/** True for the error of a file or folder that is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

async function replaceFile(file: string, text: string): Promise<void> {
  const fresh = `${file}.${randomUUID()}`
  const handle = await open(fresh, 'wx')
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(fresh, file)
}

async function readJson(file: string): Promise<Record<string, unknown> | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (typeof value !== 'object' || value === null) throw new Error(`${path.basename(file)} is damaged`)
    return { ...value }
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function toOffset(value: unknown): bigint {
  return typeof value === 'string' && /^\d+$/.test(value) ? BigInt(value) : 0n
}
