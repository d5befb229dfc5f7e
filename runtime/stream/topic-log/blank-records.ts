import { randomUUID } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import { sealBatch } from '../batch/encode-batch.ts'
import { LAYOUT, walkBatches, type BatchHeader } from '../batch/layout.ts'
import { readVarint, readVarlong, type Cursor } from '../batch/varint.ts'
import type { StoredRecord } from '../port.ts'
import { listSegments, segmentFile, syncFolder } from './files.ts'

/** What keys, values and headers of blanked records are made of: as many bytes as before, so that nothing moves. */
const BLANK = 0x20

export interface Blanked {
  /** The segment files that were written anew. */
  readonly files: readonly string[]
  readonly offsets: readonly bigint[]
}

/**
 * Overwrites keys, values and headers of the records of one topic partition for which `holds` is true. Offsets, times and
 * sizes stay. Each segment is written beside and swapped, so a crash leaves it as it was or as it is to be, and a reader that
 * has it open reads on. Nobody may append meanwhile. With `dryRun`, finds and changes nothing.
 */
export async function blankRecords(
  folder: string,
  holds: (record: StoredRecord) => boolean,
  { dryRun }: { readonly dryRun: boolean },
): Promise<Blanked> {
  const files: string[] = []
  const offsets: bigint[] = []
  for (const base of await listSegments(folder)) {
    const file = segmentFile(folder, base)
    const bytes = await readFile(file)
    const found = blankSegment(bytes, holds)
    if (found.length === 0) continue
    offsets.push(...found)
    files.push(file)
    if (!dryRun) await replaceSegment(file, bytes)
  }
  if (files.length > 0 && !dryRun) await syncFolder(folder)
  return { files, offsets }
}

/** Blanks in `bytes`, and gives the offsets of what it blanked. */
function blankSegment(bytes: Buffer, holds: (record: StoredRecord) => boolean): bigint[] {
  const offsets: bigint[] = []
  let at = 0
  for (const { header, complete } of walkBatches(bytes)) {
    if (!complete) break
    const batch = bytes.subarray(at, at + header.size)
    const known = offsets.length
    // Our own writer compresses nothing.
    if (header.codec === 0) offsets.push(...blankBatch(batch, header, holds))
    if (offsets.length > known) sealBatch(batch)
    at += header.size
  }
  return offsets
}

function blankBatch(batch: Buffer, header: BatchHeader, holds: (record: StoredRecord) => boolean): bigint[] {
  const offsets: bigint[] = []
  const cursor: Cursor = { at: LAYOUT.records, end: batch.length }
  for (let count = 0; count < header.recordsCount; count++) {
    const { offset, spans, end } = recordAt(batch, header, cursor)
    const [key, value, ...headers] = spans
    const already = spans.every((span) => span === null || span.every((byte) => byte === BLANK))
    const held = !already && holds({ offset, key: key ?? null, value: value ?? null, headers: headers.map(present) })
    if (held) {
      for (const span of spans) span?.fill(BLANK)
      offsets.push(offset)
    }
    cursor.at = end
  }
  return offsets
}

const present = (span: Buffer | null): Buffer => span ?? Buffer.alloc(0)

/** The record at the cursor: key, value, then names and values of headers, as parts of `batch`; null where there is none. */
function recordAt(
  batch: Buffer,
  header: BatchHeader,
  cursor: Cursor,
): { readonly offset: bigint; readonly spans: (Buffer | null)[]; readonly end: number } {
  const size = readVarint(batch, cursor)
  const end = cursor.at + size
  cursor.at += 1 // The attributes of a record are unused.
  readVarlong(batch, cursor)
  const offset = header.baseOffset + BigInt(readVarint(batch, cursor))
  const span = (): Buffer | null => {
    const length = readVarint(batch, cursor)
    if (length < 0) return null
    cursor.at += length
    return batch.subarray(cursor.at - length, cursor.at)
  }
  const spans = [span(), span()]
  for (let left = readVarint(batch, cursor) * 2; left > 0; left--) spans.push(span())
  return { offset, spans, end }
}

async function replaceSegment(file: string, bytes: Buffer): Promise<void> {
  const fresh = `${file}.${randomUUID()}`
  const handle = await open(fresh, 'wx')
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(fresh, file)
}
