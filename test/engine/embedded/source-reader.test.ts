import { describe, expect, it } from 'vitest'
import { compileProgram } from '#dialect/duckdb'
import type { Broker, ReadResult, RecordReader } from '#stream'
import { openSourceReader } from '../../../runtime/engine/embedded/source-reader.ts'
import { EVENTS_FILES, EVENTS_PIPELINE } from '../../support/events.ts'
import { compilePipeline } from '../../support/pipeline.ts'

const { plan } = compilePipeline(EVENTS_PIPELINE, EVENTS_FILES)
const HOUR = 3_600_000_000n

/** Two topic partitions of one record each; partition 0 ends with a control record that no reader ever sees. */
function transactionalTopic(): { broker: Broker; paused: Set<number> } {
  const paused = new Set<number>()
  const next = new Map([
    [0, 0n],
    [1, 0n],
  ])
  const ends = new Map([
    [0, 2n],
    [1, 1n],
  ])
  const reader: RecordReader = {
    read: (into): Promise<ReadResult> => {
      const at = [...next].find(([partition, offset]) => !paused.has(partition) && offset < (ends.get(partition) ?? 0n))
      if (at !== undefined) {
        const [partition, offset] = at
        const isRecord = offset === 0n
        if (isRecord) {
          into.partition[into.count] = partition
          into.offset[into.count] = offset
          into.count += 1
        }
        next.set(partition, offset + 1n)
      }
      const positions = [...next].map(([partition, offset]) => ({
        partition,
        next: offset,
        end: ends.get(partition) ?? 0n,
        logStart: 0n,
      }))
      return Promise.resolve({ ok: true, positions })
    },
    pause: (partitions) => [...partitions].forEach((each) => paused.add(each)),
    resume: (partitions) => [...partitions].forEach((each) => paused.delete(each)),
    seek: () => undefined,
    add: () => undefined,
    close: () => Promise.resolve(),
  }
  const unused = (): never => {
    throw new Error('not asked for')
  }
  const broker: Broker = {
    topic: () => Promise.resolve({ id: 'one', partitions: [0, 1] }),
    offsets: (_topic, at) => Promise.resolve(at === 'latest' ? ends : new Map([...ends].map(([each]) => [each, 0n]))),
    open: () => Promise.resolve(reader),
    createTopic: unused,
    createPartitions: unused,
    deleteTopic: unused,
    deleteRecords: unused,
    producer: unused,
    commitGroupOffsets: unused,
    close: () => Promise.resolve(),
  }
  return { broker, paused }
}

describe('a source reader', () => {
  it('holds back what runs ahead, and lets it go when the slowest ends without a record', async () => {
    const { broker, paused } = transactionalTopic()
    const [node] = compileProgram(plan).sources
    if (node === undefined) throw new Error('the plan has a source')
    const source = await openSourceReader(node, undefined, { broker, batchRows: 1, batchBytes: 1024, untilEnd: true })
    const limits = { rows: 1, deadline: 0, eager: true, cut: () => false }
    await source.fill(limits)
    expect(source.columns.count).toBe(1)
    source.take()
    // Partition 1 is known from before to be far ahead.
    source.align(
      new Map([
        [0, HOUR],
        [1, 10n * HOUR],
      ]),
    )
    expect([...paused]).toEqual([1])

    await source.fill(limits)
    expect(source.columns.count).toBe(0)
    expect(source.take()).toBe(true)
    source.align(new Map())
    expect([...paused]).toEqual([])
    expect(source.position().partitions['0']).toEqual({ start: '0', next: '2', passed: '1', newest: String(HOUR) })

    await source.fill(limits)
    expect(source.columns.count).toBe(1)
    source.take()
    expect(source.ended()).toBe(true)
  })
})
