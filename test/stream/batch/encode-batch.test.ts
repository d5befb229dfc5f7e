import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRecordColumns, decodeHeaders, type OutgoingRecord, type RecordColumns } from '#stream'
import { encodeBatch } from '../../../runtime/stream/batch/encode-batch.ts'
import { batchSize, hasValidCrc, readBatchHeader } from '../../../runtime/stream/batch/layout.ts'
import { checkBatch, openBatch } from '../../../runtime/stream/batch/open-batch.ts'
import { takeRecords } from '../../../runtime/stream/batch/take-records.ts'

const bytes = fc.option(
  fc.uint8Array({ maxLength: 40 }).map((each) => Buffer.from(each)),
  { nil: null },
)
const record: fc.Arbitrary<OutgoingRecord> = fc.record({
  key: bytes,
  value: bytes,
  headers: fc.array(fc.tuple(fc.string({ unit: 'binary', maxLength: 8 }), bytes), { maxLength: 3 }),
  timestampMs: fc.oneof(
    fc.integer({ min: 0, max: 4e12 }),
    fc.maxSafeInteger().map((each) => Math.trunc(each / 2)),
  ),
})

function decode(batch: Buffer, columns: RecordColumns, turnRows: number): void {
  const header = readBatchHeader(batch, 0)
  checkBatch(batch, 0, header)
  const open = openBatch(batch, 0, header)
  for (;;) {
    const taken = takeRecords(open, columns, {
      partition: 3,
      from: header.baseOffset,
      until: undefined,
      rows: turnRows,
      turnBytes: 1 << 20,
      roomBytes: columns.bytes.length - columns.bytesUsed,
    })
    if (taken.stop === 'end') return
  }
}

function span(columns: RecordColumns, start: number | undefined, length: number | undefined): Buffer | null {
  return (length ?? -1) < 0 ? null : columns.bytes.subarray(start ?? 0, (start ?? 0) + (length ?? 0))
}

describe('a record batch', () => {
  it('is decoded to what was encoded', () => {
    const baseOffset = fc.bigInt({ min: 0n, max: 2n ** 62n })
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 30 }),
        baseOffset,
        fc.integer({ min: 1, max: 9 }),
        (records, base, rows) => {
          const columns = createRecordColumns({ rows: 30, bytes: 1 << 16 })
          const batch = encodeBatch(records, { baseOffset: base, nowMs: 5 })
          expect(batchSize(batch, 0)).toBe(batch.length)
          decode(batch, columns, rows)
          expect(columns.count).toBe(records.length)
          for (const [row, { key, value, headers = [], timestampMs = 0 }] of records.entries()) {
            expect(columns.partition[row]).toBe(3)
            expect(columns.offset[row]).toBe(base + BigInt(row))
            expect(columns.timestampMs[row]).toBe(BigInt(timestampMs))
            expect(span(columns, columns.keyStart[row], columns.keyLength[row])).toEqual(key)
            expect(span(columns, columns.valueStart[row], columns.valueLength[row])).toEqual(value)
            const decoded = decodeHeaders(
              columns.bytes,
              columns.headersStart[row] ?? 0,
              columns.headersLength[row] ?? 0,
            )
            // Lone surrogates have no UTF-8 form.
            expect(decoded).toEqual(headers.map(([name, content]) => [Buffer.from(name).toString(), content]))
          }
        },
      ),
      { seed: 11, numRuns: 300 },
    )
  })

  it('has the layout of the format, byte by byte', () => {
    const batch = encodeBatch(
      [{ key: Buffer.from('k'), value: null, headers: [['h', Buffer.from('v')]], timestampMs: 1000 }],
      {
        baseOffset: 258n,
        nowMs: 0,
        producer: { id: 9n, epoch: 2, sequence: 77 },
      },
    )
    expect(batch.toString('hex')).toBe(
      '0000000000000102' +
        '0000003d' +
        'ffffffff' +
        '02' +
        batch.toString('hex', 17, 21) +
        '0000' +
        '00000000' +
        '00000000000003e8' +
        '00000000000003e8' +
        '0000000000000009' +
        '0002' +
        '0000004d' +
        '00000001' +
        // length 11, attributes, timestamp delta, offset delta, key 1 'k', value null, one header 1 'h' 1 'v'
        '16' +
        '00' +
        '00' +
        '00' +
        '026b' +
        '01' +
        '02' +
        '0268' +
        '0276',
    )
    expect(hasValidCrc(batch, 0, batch.length)).toBe(true)
  })
})
