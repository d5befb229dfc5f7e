import { execFileSync } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { isSmeltError } from '#diagnostics'
import { openStore } from '#lake'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { EVENTS_FILES, EVENTS_PIPELINE, randomEvents } from '../support/events.ts'
import { compilePipeline, openBed } from '../support/pipeline.ts'

/** A file system of 3 MB, where the machine lets us mount one. */
function mountSmallDisk(): string | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'smelt-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder], { stdio: 'ignore' })
    return folder
  } catch {
    rmSync(folder, { recursive: true })
    return undefined
  }
}

const disk = mountSmallDisk()
afterAll(() => {
  if (disk === undefined) return
  execFileSync('umount', [disk])
  rmSync(disk, { recursive: true })
})

describe.skipIf(disk === undefined)('a disk that is full (needs the right to mount; NOT TESTED when skipped)', () => {
  it('stops the pipeline with a clear error, and loses nothing once there is room', async () => {
    const folder = disk ?? ''
    const ballast = path.join(folder, 'ballast')
    const store = await openStore({ kind: 'folder', path: path.join(folder, 'lake') })
    const bed = await openBed(compilePipeline(EVENTS_PIPELINE, EVENTS_FILES), { store })
    await bed.send('events', randomEvents(3, 60))
    await bed.run()
    await writeFile(ballast, Buffer.alloc(3 << 20)).catch(() => undefined)
    await bed.send('events', randomEvents(4, 60))
    const error = await bed.run().catch((caught: unknown) => caught)
    expect(isSmeltError(error, 'lake/disk-full', 'sql/statement-failed', 'lake/store-failed')).toBe(true)
    expect(JSON.stringify(isSmeltError(error) ? error.diagnostic : {})).toMatch(/[Dd]isk|[Ss]pace/)

    await rm(ballast)
    await bed.run()
    expect((await bed.rows('bronze.events', ['kafka_offset'])).length).toBe(120)
    expect((await bed.audit(true)).lines.filter((line) => line.expected !== line.found)).toEqual([])
  }, 60_000)
})
