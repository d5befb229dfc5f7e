import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { smeltError } from '#diagnostics'
import { isMissing } from './files.ts'

/** Who holds a lock. The start time tells a process from a later one with its number; empty where it is not known. */
interface Owner {
  readonly pid: number
  readonly started: string
  readonly token: string
}

export interface WriterLock {
  release(): Promise<void>
}

const LOCK_FILE = 'writer.lock'

/**
 * Takes the single-writer lock of a topic. A lock whose process is gone is taken over. Throws stream/topic-locked when
 * a live process has it. The lock holds among processes of one machine.
 */
export async function takeWriterLock(topic: string, topicFolder: string): Promise<WriterLock> {
  const file = path.join(topicFolder, LOCK_FILE)
  const own: Owner = { pid: process.pid, started: startTime(process.pid), token: randomUUID() }
  const draft = `${file}.${own.token}`
  await writeFile(draft, JSON.stringify(own))
  try {
    while (!(await placeLock(draft, file))) await removeStaleLock(topic, file)
  } finally {
    await rm(draft, { force: true })
  }
  return {
    async release() {
      const holder = await readOwner(file)
      if (holder?.token === own.token) await rm(file, { force: true })
    },
  }
}

/** A hard link either makes the whole lock file or fails because there is one. */
async function placeLock(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

async function removeStaleLock(topic: string, file: string): Promise<void> {
  const holder = await readOwner(file)
  if (!holder) return
  if (isAlive(holder)) throw smeltError('stream/topic-locked', { topic, owner: `process ${holder.pid}` })
  const taken = `${file}.stale-${randomUUID()}`
  try {
    await rename(file, taken)
  } catch (error) {
    if (isMissing(error)) return
    throw error
  }
  // Another process may have replaced the stale lock by its own between our look and our rename: give that one back.
  const moved = await readOwner(taken)
  if (moved && moved.token !== holder.token) await placeLock(taken, file)
  await rm(taken, { force: true })
}

async function readOwner(file: string): Promise<Owner | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'))
    return isOwner(value) ? value : undefined
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function isOwner(value: unknown): value is Owner {
  if (typeof value !== 'object' || value === null) return false
  return 'pid' in value && typeof value.pid === 'number' && 'started' in value && 'token' in value
}

function isAlive({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
  }
  return startTime(pid) === started
}

/** Start time of a process in clock ticks, from Linux's /proc; empty elsewhere, and for one that has ended unnoticed. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '')
  } catch {
    return ''
  }
}
