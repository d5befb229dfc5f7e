import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRecordColumns, type RecordColumns } from '#stream'
import { encodeBatch, sealBatch } from '../../../runtime/stream/batch/encode-batch.ts'
import { LAYOUT, readBatchHeader } from '../../../runtime/stream/batch/layout.ts'
import { checkBatch, openBatch, UnknownCodec, type OpenBatch } from '../../../runtime/stream/batch/open-batch.ts'
import { takeRecords, type Taken, type TakeLimits } from '../../../runtime/stream/batch/take-records.ts'
import { MalformedBatch } from '../../../runtime/stream/batch/varint.ts'

const BASE = 1000n

function batchOf(count: number, size = 10): Buffer {
  const records = Array.from({ length: count }, (_, index) => ({
    key: null,
    value: Buffer.alloc(size, index),
    timestampMs: index,
  }))
  return encodeBatch(records, { baseOffset: BASE, nowMs: 0 })
}

function opened(batch: Buffer): OpenBatch {
  const header = readBatchHeader(batch, 0)
  checkBatch(batch, 0, header)
  return openBatch(batch, 0, header)
}

function take(batch: OpenBatch, into: RecordColumns, limits: Partial<TakeLimits> = {}): Taken {
  const all = {
    partition: 0,
    from: 0n,
    until: undefined,
    rows: 1e6,
    turnBytes: 1e6,
    roomBytes: into.bytes.length - into.bytesUsed,
  }
  return takeRecords(batch, into, { ...all, ...limits })
}

function resealed(batch: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(batch)
  change(copy)
  sealBatch(copy)
  return copy
}

describe('taking records of a batch', () => {
  it('starts at the wanted offset and stops before `until`', () => {
    const batch = opened(batchOf(10))
    const into = createRecordColumns({ rows: 10, bytes: 1000 })
    expect(take(batch, into, { from: BASE + 3n, until: BASE + 7n })).toMatchObject({ rows: 4, stop: 'until' })
    expect([...into.offset.subarray(0, into.count)]).toEqual([1003n, 1004n, 1005n, 1006n])
    expect(take(batch, into, { until: BASE + 7n })).toMatchObject({ rows: 0, stop: 'until' })
    expect(take(batch, into)).toMatchObject({ rows: 3, stop: 'end' })
  })

  it('takes one record into a small arena at a time, and grows it for a larger record only when it is empty', () => {
    const batch = opened(batchOf(3, 500))
    const into = createRecordColumns({ rows: 10, bytes: 100 })
    expect(take(batch, into)).toMatchObject({ rows: 1, stop: 'room' })
    expect(into.bytes.length).toBeGreaterThanOrEqual(500)
    expect(take(batch, into)).toMatchObject({ rows: 0, stop: 'room' })
    into.clear()
    expect(take(batch, into)).toMatchObject({ rows: 1 })
    expect(into.bytes[into.valueStart[0] ?? 0]).toBe(1)
  })

  it('ends its turn by rows and by bytes, after at least one record', () => {
    const batch = opened(batchOf(10, 100))
    const into = createRecordColumns({ rows: 10, bytes: 10_000 })
    expect(take(batch, into, { rows: 2 })).toMatchObject({ rows: 2, stop: 'turn' })
    expect(take(batch, into, { turnBytes: 1 })).toMatchObject({ rows: 1, stop: 'turn' })
    expect(take(batch, into, { turnBytes: 330 })).toMatchObject({ rows: 3, stop: 'turn' })
  })

  it('gives the time of the log to every record of a LogAppendTime batch', () => {
    const batch = resealed(batchOf(3), (copy) => {
      copy.writeInt16BE(0x08, LAYOUT.attributes)
      copy.writeBigInt64BE(77n, LAYOUT.maxTimestamp)
    })
    const into = createRecordColumns({ rows: 3, bytes: 1000 })
    take(opened(batch), into)
    expect([...into.timestampMs]).toEqual([77n, 77n, 77n])
  })

  it('keeps timestamps that no number holds', () => {
    for (const base of [-1n, -(2n ** 63n), 2n ** 63n - 5n, 2n ** 53n]) {
      const batch = resealed(batchOf(3), (copy) => copy.writeBigInt64BE(base, LAYOUT.baseTimestamp))
      const into = createRecordColumns({ rows: 3, bytes: 1000 })
      take(opened(batch), into)
      expect([...into.timestampMs]).toEqual([base, base + 1n, base + 2n])
    }
  })

  it('carries offsets over the border of 32 bits', () => {
    const base = 2n ** 40n + 0xffff_ffffn
    const batch = Buffer.from(batchOf(3))
    batch.writeBigInt64BE(base, LAYOUT.baseOffset)
    const into = createRecordColumns({ rows: 3, bytes: 1000 })
    take(opened(batch), into)
    expect([...into.offset]).toEqual([base, base + 1n, base + 2n])
  })
})

describe('a damaged batch', () => {
  it('is refused for any changed byte that the checksum covers', () => {
    const batch = batchOf(2)
    for (let at = LAYOUT.crc; at < batch.length; at++) {
      const copy = Buffer.from(batch)
      copy[at] = (copy[at] ?? 0) ^ 0x10
      expect(() => opened(copy), `byte ${at}`).toThrow(MalformedBatch)
    }
  })

  it('never gives more than an error, whatever a right checksum covers', () => {
    const batch = batchOf(4)
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: LAYOUT.attributes, max: batch.length - 1 }), fc.nat(255)), {
          minLength: 1,
        }),
        (edits) => {
          const copy = resealed(batch, (bytes) => edits.forEach(([at, byte]) => bytes.writeUInt8(byte, at)))
          const into = createRecordColumns({ rows: 100, bytes: 1000 })
          try {
            take(opened(copy), into)
          } catch (error) {
            expect(error instanceof MalformedBatch || error instanceof UnknownCodec).toBe(true)
            expect(into.count).toBe(0)
          }
        },
      ),
      { seed: 3, numRuns: 3000 },
    )
  })

  it.each<[string, (copy: Buffer) => void, string]>([
    ['more records than are there', (copy) => copy.writeInt32BE(5, LAYOUT.recordsCount), 'past the end'],
    ['fewer records than are there', (copy) => copy.writeInt32BE(3, LAYOUT.recordsCount), 'bytes follow'],
    ['offsets past its last', (copy) => copy.writeInt32BE(2, LAYOUT.lastOffsetDelta), 'do not ascend'],
    ['a negative count', (copy) => copy.writeInt32BE(-1, LAYOUT.recordsCount), 'negative'],
  ])('says what is wrong: %s', (_name, change, reason) => {
    const into = createRecordColumns({ rows: 100, bytes: 1000 })
    expect(() => take(opened(resealed(batchOf(4), change)), into)).toThrow(reason)
  })

  it('of an old format or an unknown codec is told from damage', () => {
    expect(() => opened(resealed(batchOf(1), (copy) => copy.writeInt8(1, LAYOUT.magic)))).toThrow(UnknownCodec)
    expect(() => opened(resealed(batchOf(1), (copy) => copy.writeInt16BE(5, LAYOUT.attributes)))).toThrow(UnknownCodec)
  })
})
