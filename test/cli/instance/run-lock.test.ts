import { readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { awaitRunLock, lockHolder, lockSupervisor, takeRunLock } from '../../../runtime/cli/instance/run-lock.ts'
import { processHost } from '../../../runtime/cli/process-host.ts'
import { bufferHost } from '../support/buffer-host.ts'
import { temporaryFolder } from '../support/project.ts'

const LOCKED = { storeRoot: '/lake/acme', pipeline: 'p', instance: 'acme/p' }

/** A machine on which some processes run, each since a time of its own. */
function machine(folder: string, pid: number, processes: Readonly<Record<number, string>>) {
  return bufferHost({ temporaryFolder: folder, pid, processStart: (each) => processes[each] })
}

function running(folder: string): string {
  return path.join(folder, 'smelt-tester', 'running')
}

describe('takeRunLock', () => {
  it('gives the lock to one process, and to the next when it is released', () => {
    const folder = temporaryFolder()
    const processes = { 10: 'monday', 11: 'tuesday' }
    const release = takeRunLock(machine(folder, 10, processes), LOCKED)
    expect(lockHolder(machine(folder, 11, processes), LOCKED)).toBe(10)
    expect(() => takeRunLock(machine(folder, 11, processes), LOCKED)).toThrow(
      'already run on this machine by process 10',
    )
    // Another pipeline, and another lake, are other locks.
    takeRunLock(machine(folder, 11, processes), { ...LOCKED, pipeline: 'q' })()
    takeRunLock(machine(folder, 11, processes), { ...LOCKED, storeRoot: '/lake/globex' })()
    release()
    expect(lockHolder(machine(folder, 11, processes), LOCKED)).toBeUndefined()
    takeRunLock(machine(folder, 11, processes), LOCKED)()
    expect(readdirSync(running(folder))).toEqual([])
  })

  it('tells what starts the holder again, and whether that is still there', () => {
    const folder = temporaryFolder()
    const processes: Record<number, string> = { 10: 'monday', 11: 'tuesday', 12: 'sunday' }
    const parent = { pid: 12, send: () => Promise.resolve(), onMessage: () => undefined, onGone: () => undefined }
    const child = bufferHost({ temporaryFolder: folder, pid: 10, parent, processStart: (each) => processes[each] })
    const other = machine(folder, 11, processes)
    const release = takeRunLock(child, LOCKED)
    const supervisor = lockSupervisor(other, LOCKED)
    expect(supervisor?.isAlive()).toBe(true)
    release()
    expect([supervisor?.isAlive(), lockSupervisor(other, LOCKED)]).toEqual([true, undefined])
    processes[12] = 'friday'
    expect(supervisor?.isAlive()).toBe(false)
    takeRunLock(other, LOCKED)
    expect(lockSupervisor(other, LOCKED)).toBeUndefined()
  })

  it.each([
    ['the process is gone', {}],
    ['its pid belongs to another process by now', { 10: 'friday' }],
  ])('is taken over when %s', (_why, others) => {
    const folder = temporaryFolder()
    takeRunLock(machine(folder, 10, { 10: 'monday' }), LOCKED)
    const release = takeRunLock(machine(folder, 11, { 11: 'tuesday', ...others }), LOCKED)
    expect(lockHolder(machine(folder, 12, { 11: 'tuesday', ...others }), LOCKED)).toBe(11)
    release()
    expect(readdirSync(running(folder))).toEqual([])
  })

  it('is taken over when its file was never finished', () => {
    const folder = temporaryFolder()
    takeRunLock(machine(folder, 10, { 10: 'monday' }), LOCKED)
    const [name = ''] = readdirSync(running(folder))
    writeFileSync(path.join(running(folder), name), '{"pid":')
    takeRunLock(machine(folder, 11, { 11: 'tuesday' }), LOCKED)()
  })

  it('does not remove the lock of whoever took it over', () => {
    const folder = temporaryFolder()
    const release = takeRunLock(machine(folder, 10, { 10: 'monday' }), LOCKED)
    takeRunLock(machine(folder, 11, { 11: 'tuesday' }), LOCKED)
    release()
    expect(lockHolder(machine(folder, 12, { 11: 'tuesday' }), LOCKED)).toBe(11)
  })

  it('waits for a holder that is dying, not for one that lives', async () => {
    const folder = temporaryFolder()
    takeRunLock(machine(folder, 10, { 10: 'monday' }), LOCKED)
    let looks = 0
    const dying = bufferHost({
      temporaryFolder: folder,
      pid: 11,
      processStart: (pid) => (pid === 11 ? 'tuesday' : ++looks < 3 ? 'monday' : undefined),
    })
    const release = await awaitRunLock(dying, LOCKED)
    expect(looks).toBeGreaterThanOrEqual(3)
    const alive = machine(folder, 12, { 11: 'tuesday', 12: 'friday' })
    await expect(awaitRunLock(alive, LOCKED)).rejects.toThrow('already run on this machine by process 11')
    release()
  })

  it('knows the processes of this machine by their start', () => {
    const { pid, processStart } = processHost()
    expect(processStart(pid)).toMatch(/\S/)
    expect(processStart(pid)).toBe(processStart(pid))
    expect(processStart(2 ** 22 + 1)).toBeUndefined()
  })
})
