import { MalformedBatch, readVarint, type Cursor } from './batch/varint.ts'
import type { Header } from './port.ts'

/** Decodes the headers of one record from its span of `RecordColumns.bytes`; values are views into `bytes`. Throws on bytes that are none. */
export function decodeHeaders(bytes: Buffer, start: number, length: number): Header[] {
  if (length <= 0) return []
  const cursor: Cursor = { at: start, end: start + length }
  const count = readVarint(bytes, cursor)
  const headers: Header[] = []
  for (let index = 0; index < count; index++) {
    const name = readSpan(bytes, cursor)
    headers.push([name === null ? '' : name.toString('utf8'), readSpan(bytes, cursor)])
  }
  return headers
}

function readSpan(bytes: Buffer, cursor: Cursor): Buffer | null {
  const length = readVarint(bytes, cursor)
  if (length < 0) return null
  const start = cursor.at
  cursor.at += length
  if (cursor.at > cursor.end) throw new MalformedBatch('a header runs past the end of its record')
  return bytes.subarray(start, cursor.at)
}
