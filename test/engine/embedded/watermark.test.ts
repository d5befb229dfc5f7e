import { describe, expect, it } from 'vitest'
import { partitionsAhead, pipelineWatermark } from '../../../runtime/engine/embedded/watermark.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const source = { watermarkMs: 5 * MINUTE, maxSkewMs: HOUR }
const at = (minutes: number): bigint => BigInt(minutes) * 60_000_000n
const reading = (partition: number, newest: bigint | undefined) => ({ partition, newest, caughtUp: false })
const idle = (partition: number, newest: bigint | undefined) => ({ partition, newest, caughtUp: true })

describe('pipelineWatermark', () => {
  it('is the least topic-partition watermark', () => {
    expect(pipelineWatermark([{ source, progress: [reading(0, at(100)), reading(1, at(90))] }])).toBe(at(85))
  })

  it('is unknown before any event, and while a partition with records left has none yet', () => {
    expect(pipelineWatermark([{ source, progress: [] }])).toBeUndefined()
    expect(pipelineWatermark([{ source, progress: [idle(0, undefined)] }])).toBeUndefined()
    expect(pipelineWatermark([{ source, progress: [reading(0, at(100)), reading(1, undefined)] }])).toBeUndefined()
  })

  it('does not wait for an empty partition, nor for one read to its end and more than max_skew behind', () => {
    expect(pipelineWatermark([{ source, progress: [idle(0, at(100)), idle(1, undefined)] }])).toBe(at(95))
    expect(pipelineWatermark([{ source, progress: [reading(0, at(100)), idle(1, at(39))] }])).toBe(at(95))
    expect(pipelineWatermark([{ source, progress: [reading(0, at(100)), idle(1, at(40))] }])).toBe(at(35))
  })

  it('waits for a partition with records left, however far behind', () => {
    expect(pipelineWatermark([{ source, progress: [reading(0, at(1000)), reading(1, at(1))] }])).toBe(at(-4))
  })
})

describe('partitionsAhead', () => {
  it('holds back what is more than max_skew ahead of the slowest with records left', () => {
    expect(partitionsAhead(source, [reading(0, at(100)), reading(1, at(39)), reading(2, at(99))])).toEqual([0])
  })

  it('never holds back the slowest, and nothing while a partition has shown no event', () => {
    expect(partitionsAhead(source, [reading(0, at(100))])).toEqual([])
    expect(partitionsAhead(source, [reading(0, at(100)), reading(1, undefined)])).toEqual([])
  })

  it('does not wait for partitions that were read to their end', () => {
    expect(partitionsAhead(source, [reading(0, at(1000)), idle(1, at(1))])).toEqual([])
  })
})
