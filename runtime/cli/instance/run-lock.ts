import { createHash, randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isSmeltError, smeltError } from '#diagnostics'
import type { Host } from '../host.ts'

/** One pipeline on one lake. */
export interface LockedPipeline {
  /** Where the lake of the tenant lies. */
  readonly storeRoot: string
  readonly pipeline: string
  /** For messages. */
  readonly instance: string
}

interface Process {
  readonly pid: number
  /** When the process started; a pid is given to another process some day. */
  readonly started: string
}

interface Holder extends Process {
  /** The process that starts it again when it ends. */
  readonly supervisor?: Process
}

/** A name for the pipeline on its lake that is safe as a file name. */
export function lockName({ storeRoot, pipeline }: Omit<LockedPipeline, 'instance'>): string {
  return createHash('sha256').update(`${storeRoot}\n${pipeline}`).digest('hex').slice(0, 32)
}

/**
 * Takes the lock of a pipeline on this machine, or throws checkpoint/already-running. The lock of a process that is
 * gone is taken over. It spares people a run that would be fenced; what keeps the tables right is the fence.
 * Returns how to release it.
 */
export function takeRunLock(host: Host, locked: LockedPipeline): () => void {
  const file = lockFile(host, locked)
  const mine = JSON.stringify(holderOf(host))
  mkdirSync(path.dirname(file), { recursive: true })
  const draft = `${file}.${randomUUID()}`
  writeFileSync(draft, mine)
  try {
    for (;;) {
      if (linked(draft, file)) return () => release(file, mine)
      const found = readHolder(file)
      if (found !== undefined && isAlive(host, found)) {
        throw smeltError('checkpoint/already-running', { pipeline: locked.instance, pid: found.pid })
      }
      // Moved away and not removed: if another process took it over just now, it is put back.
      const stale = `${file}.${randomUUID()}`
      if (!moved(file, stale)) continue
      const holder = readHolder(stale)
      if (holder !== undefined && isAlive(host, holder)) linked(stale, file)
      rmSync(stale, { force: true })
    }
  } finally {
    rmSync(draft, { force: true })
  }
}

/** A process that was killed may take this long to be gone: its memory is given back first. */
const DYING_MS = 2_000
const RETRY_MS = 50

/** Takes the lock as `takeRunLock` does, giving a holder that is being killed a moment to be gone. */
export async function awaitRunLock(host: Host, locked: LockedPipeline): Promise<() => void> {
  const deadline = performance.now() + DYING_MS
  for (;;) {
    try {
      return takeRunLock(host, locked)
    } catch (error) {
      if (!isSmeltError(error, 'checkpoint/already-running') || performance.now() > deadline) throw error
      await delay(RETRY_MS)
    }
  }
}

/** The process that runs the pipeline on this machine, if one does. */
export function lockHolder(host: Host, locked: LockedPipeline): number | undefined {
  const found = readHolder(lockFile(host, locked))
  return found !== undefined && isAlive(host, found) ? found.pid : undefined
}

/** A process that starts an instance again when it ends. */
export interface Supervisor {
  readonly isAlive: () => boolean
}

/** What starts the instance again that holds the lock; undefined when nothing does, or nothing holds it. */
export function lockSupervisor(host: Host, locked: LockedPipeline): Supervisor | undefined {
  const found = readHolder(lockFile(host, locked))
  const supervisor = found !== undefined && isAlive(host, found) ? found.supervisor : undefined
  return supervisor && { isAlive: () => isAlive(host, supervisor) }
}

function holderOf(host: Host): Holder {
  const started = (pid: number): Process => ({ pid, started: host.processStart(pid) ?? '' })
  return { ...started(host.pid), ...(host.parent === undefined ? {} : { supervisor: started(host.parent.pid) }) }
}

function lockFile(host: Host, locked: LockedPipeline): string {
  return path.join(host.temporaryFolder, `smelt-${host.user}`, 'running', `${lockName(locked)}.json`)
}

function isAlive(host: Host, { pid, started }: Process): boolean {
  return host.processStart(pid) === started
}

function readHolder(file: string): Holder | undefined {
  try {
    const holder: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (!isProcess(holder)) return undefined
    const { pid, started } = holder
    const supervisor = 'supervisor' in holder && isProcess(holder.supervisor) ? holder.supervisor : undefined
    return { pid, started, ...(supervisor === undefined ? {} : { supervisor }) }
  } catch {
    return undefined
  }
}

function isProcess(value: unknown): value is Process {
  if (typeof value !== 'object' || value === null || !('pid' in value) || !('started' in value)) return false
  return typeof value.pid === 'number' && typeof value.started === 'string'
}

function release(file: string, mine: string): void {
  try {
    if (readFileSync(file, 'utf8') === mine) rmSync(file, { force: true })
  } catch {
    // Taken over, or gone: nothing of ours is left.
  }
}

function linked(from: string, to: string): boolean {
  return worked(() => linkSync(from, to), 'EEXIST')
}

function moved(from: string, to: string): boolean {
  return worked(() => renameSync(from, to), 'ENOENT')
}

function worked(change: () => void, otherwise: string): boolean {
  try {
    change()
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === otherwise) return false
    throw error
  }
}
