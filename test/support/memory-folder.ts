import { constants } from 'node:fs'
import { access, mkdtemp, rm, statfs } from 'node:fs/promises'
import path from 'node:path'

const MEMORY = '/dev/shm'
/** The suite never holds near as much at once. */
const ENOUGH_BYTES = 4 * (1 << 30)

/**
 * Lays the temporary folders of all tests into memory, where there is enough of it. A lake syncs each of its files, which is
 * most of what a test on a disk waits for; tests kill processes and never the machine, so that no promise hangs on it.
 * A `TMPDIR` that is set stays.
 */
export default async function inMemory(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.TMPDIR !== undefined || !(await hasRoom())) return undefined
  const folder = await mkdtemp(path.join(MEMORY, 'smelt-tests-'))
  process.env.TMPDIR = folder
  return () => rm(folder, { recursive: true, force: true })
}

async function hasRoom(): Promise<boolean> {
  try {
    await access(MEMORY, constants.W_OK)
    const { bavail, bsize } = await statfs(MEMORY)
    return bavail * bsize >= ENOUGH_BYTES
  } catch {
    return false
  }
}
