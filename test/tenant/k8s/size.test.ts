import { DISK_SIZE } from '#spec'
import { describe, expect, it } from 'vitest'
import { diskMib, graceSeconds, podMemoryMib } from '../../../runtime/tenant/k8s/size.ts'

const engine = { memoryLimitBytes: 512_000_000, batchBytes: 96_000_000, checkpointEveryMs: 10_000 }

describe('sizes of a pod', () => {
  it('give it more memory than its SQL engine may use, in steps', () => {
    expect(podMemoryMib(engine)).toBe(1_536)
    expect(podMemoryMib({ ...engine, memoryLimitBytes: 4_000_000_000 })).toBe(6_528)
  })

  it('give it time for a checkpoint before it is killed', () => {
    expect(graceSeconds(engine)).toBe(120)
    expect(graceSeconds({ ...engine, checkpointEveryMs: 300_000 })).toBe(660)
  })
})

describe('sizes of a disk', () => {
  it.each(['20Gi', '512Mi', '1Ti'])('take %s', (text) => expect(DISK_SIZE.test(text)).toBe(true))
  it.each(['', '0Gi', '20', '20G', '1.5Gi', '-1Gi', '20Gi '])('refuse `%s`', (text) =>
    expect(DISK_SIZE.test(text)).toBe(false),
  )
  it('are counted in MiB', () => expect(['20Gi', '512Mi', '1Ti'].map(diskMib)).toEqual([20_480, 512, 1_048_576]))
})
