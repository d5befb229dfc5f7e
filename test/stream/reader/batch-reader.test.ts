import { describe, expect, it } from 'vitest'
import { createRecordColumns } from '#stream'
import { encodeBatch } from '../../../runtime/stream/batch/encode-batch.ts'
import { BatchReader } from '../../../runtime/stream/reader/batch-reader.ts'
import type { BatchSource, FetchAnswer, FetchWant } from '../../../runtime/stream/reader/source.ts'
import { must, recordsOf } from '../../conformance/broker.ts'

const ALL = { rows: 1000, bytes: 1 << 20, deadlineMs: 2000 }

interface Asked {
  readonly wants: readonly FetchWant[]
  readonly maxWaitMs: number
  answer(answers: FetchAnswer[]): void
}

/** A source whose fetches the test answers itself. */
function heldSource(
  lanes: (partition: number) => number = () => 0,
): BatchSource & { asked: Asked[]; next(): Promise<Asked> } {
  const asked: Asked[] = []
  return {
    topic: 't',
    asked,
    laneOf: lanes,
    fetch: (_lane, wants, maxWaitMs) => new Promise((answer) => asked.push({ wants, maxWaitMs, answer })),
    close: () => Promise.resolve(),
    async next() {
      await expect.poll(() => asked.length).toBeGreaterThan(0)
      const first = asked.shift()
      if (!first) throw new Error('Nothing was asked')
      return first
    },
  }
}

function batch(partition: number, from: number, count: number, end: number): FetchAnswer {
  const records = Array.from({ length: count }, (_, index) => ({ key: null, value: Buffer.from(`v${from + index}`) }))
  const batches = encodeBatch(records, { baseOffset: BigInt(from), nowMs: 0 })
  return { partition, batches, end: BigInt(end), logStart: 0n, aborted: [] }
}

const nothing = (partition: number, end: number): FetchAnswer => ({
  partition,
  batches: Buffer.alloc(0),
  end: BigInt(end),
  logStart: 0n,
  aborted: [],
})

describe('the shared reader', () => {
  it('drops an answer to what was asked before a seek', async () => {
    const source = heldSource()
    const reader = new BatchReader(source, new Map([[0, 50n]]))
    const columns = createRecordColumns({ rows: 10, bytes: 1000 })
    const reading = reader.read(columns, { ...ALL, rows: 2 })
    const stale = await source.next()
    reader.seek(0, 10n)
    stale.answer([batch(0, 50, 5, 200)])
    const fresh = await source.next()
    expect(fresh.wants).toMatchObject([{ partition: 0, offset: 10n }])
    fresh.answer([batch(0, 8, 6, 200)])
    expect(must(await reading)).toMatchObject([{ next: 12n }])
    expect(recordsOf(columns).map((record) => record.value)).toEqual(['v10', 'v11'])
    await reader.close()
  })

  it('fetches ahead while the caller works, and no further than its budget', async () => {
    const source = heldSource()
    const reader = new BatchReader(source, new Map([[0, 0n]]), { prefetchBytes: 300 })
    const reading = reader.read(createRecordColumns({ rows: 10, bytes: 1000 }), { ...ALL, rows: 1 })
    const first = await source.next()
    expect(first.wants).toMatchObject([{ maxBytes: 100 }])
    first.answer([batch(0, 0, 1, 100)])
    await reading
    const second = await source.next()
    expect(second.wants).toMatchObject([{ offset: 1n }])
    second.answer([batch(0, 1, 30, 100)])
    await new Promise(setImmediate)
    expect(source.asked).toEqual([])
    await reader.close()
  })

  it('waits at the broker at the end of the log, and asks again at once while it is behind', async () => {
    const source = heldSource()
    const reader = new BatchReader(source, new Map([[0, 0n]]))
    const reading = reader.read(createRecordColumns({ rows: 10, bytes: 1000 }), { ...ALL, rows: 3 })
    const waits: number[] = []
    for (const answer of [batch(0, 0, 1, 2), batch(0, 1, 1, 2), nothing(0, 2), batch(0, 2, 1, 3)]) {
      const asked = await source.next()
      waits.push(asked.maxWaitMs)
      asked.answer([answer])
    }
    expect(waits).toEqual([0, 0, 250, 250])
    must(await reading)
    await reader.close()
  })

  it('keeps the share of a topic partition whose records are on their way', async () => {
    const source = heldSource((partition) => partition)
    const reader = new BatchReader(
      source,
      new Map([
        [0, 0n],
        [1, 0n],
      ]),
    )
    const columns = createRecordColumns({ rows: 100, bytes: 10_000 })
    const reading = reader.read(columns, { ...ALL, rows: 100 })
    const lanes = [await source.next(), await source.next()]
    const one = lanes.find(({ wants }) => wants[0]?.partition === 1)
    lanes.find((lane) => lane !== one)?.answer([batch(0, 0, 200, 1000)])
    await expect.poll(() => columns.count).toBe(50)
    one?.answer([batch(1, 0, 200, 1000)])
    expect(must(await reading).map(({ next }) => next)).toEqual([50n, 50n])
    await reader.close()
  })

  it('hands out what lies before a failure first, and the failure then until it is sought', async () => {
    const source = heldSource()
    const reader = new BatchReader(source, new Map([[0, 0n]]))
    const columns = createRecordColumns({ rows: 10, bytes: 1000 })
    const reading = reader.read(columns, ALL)
    ;(await source.next()).answer([batch(0, 0, 3, 100)])
    ;(await source.next()).answer([
      { partition: 0, failure: 'offset-out-of-range', detail: { offset: 3n, start: 50n, end: 100n } },
    ])
    expect(must(await reading)).toMatchObject([{ next: 3n }])
    expect(columns.count).toBe(3)
    for (let read = 0; read < 2; read++)
      expect(await reader.read(columns, ALL)).toMatchObject({ ok: false, code: 'offset-out-of-range' })
    expect(columns.count).toBe(3)
    reader.seek(0, 50n)
    const again = reader.read(columns, { ...ALL, rows: 1 })
    ;(await source.next()).answer([batch(0, 50, 1, 100)])
    expect(must(await again)).toMatchObject([{ next: 51n }])
    await reader.close()
  })

  it('moves past empty and compacted batches, to `until` and no further', async () => {
    const source = heldSource()
    const reader = new BatchReader(source, new Map([[0, 0n]]))
    const columns = createRecordColumns({ rows: 10, bytes: 1000 })
    const reading = reader.read(columns, { ...ALL, until: new Map([[0, 7n]]) })
    const answer = batch(0, 0, 1, 20)
    if ('batches' in answer) {
      // Retained without its records, which were offsets 0 to 9.
      const { sealBatch } = await import('../../../runtime/stream/batch/encode-batch.ts')
      const empty = Buffer.from(answer.batches.subarray(0, 61))
      empty.writeInt32BE(49, 8)
      empty.writeInt32BE(9, 23)
      empty.writeInt32BE(0, 57)
      sealBatch(empty)
      ;(await source.next()).answer([{ ...answer, batches: empty }])
    }
    expect(must(await reading)).toMatchObject([{ next: 7n }])
    expect(columns.count).toBe(0)
    const rest = reader.read(columns, { ...ALL, rows: 1 })
    ;(await source.next()).answer([batch(0, 10, 1, 20)])
    expect(must(await rest)).toMatchObject([{ next: 11n }])
    await reader.close()
  })

  it('throws what a source must never do', async () => {
    const source = { ...heldSource(), fetch: () => Promise.reject(new Error('broken source')) }
    const reader = new BatchReader(source, new Map([[0, 0n]]))
    await expect(reader.read(createRecordColumns({ rows: 1, bytes: 10 }), ALL)).rejects.toThrow('broken source')
    await reader.close()
  })

  it('takes one read at a time, and none after its end', async () => {
    const source = heldSource()
    const reader = new BatchReader(source, new Map([[0, 0n]]))
    const columns = createRecordColumns({ rows: 1, bytes: 10 })
    const reading = reader.read(columns, ALL)
    await expect(reader.read(columns, ALL)).rejects.toThrow('under way')
    await reader.close()
    expect((await reading).ok).toBe(true)
    await expect(reader.read(columns, ALL)).rejects.toThrow('closed')
  })
})
