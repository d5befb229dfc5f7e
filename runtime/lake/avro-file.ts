import { randomBytes } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import avsc from 'avsc'
import { isSmeltError, smeltError } from '#diagnostics'
import { isObject, objectAt, type JsonObject } from './json-value.ts'

const MAGIC = Buffer.from('Obj\u0001')
const SYNC_BYTES = 16
const RECORDS_PER_BLOCK = 2000

/** Longs as numbers while a number holds them exactly, else as bigints: snapshot ids of other writers need all 63 bits. */
const longType: avsc.Type = avsc.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => exactNumber(bytes.readBigInt64LE()),
  toBuffer: (value: number | bigint) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(BigInt(value))
    return bytes
  },
  fromJSON: (value: unknown) => value,
  toJSON: (value: unknown) => value,
  isValid: (value: unknown) => typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value)),
  compare: (a: number | bigint, b: number | bigint) => (a < b ? -1 : a > b ? 1 : 0),
})
const headerType = avsc.Type.forSchema({ type: 'map', values: 'bytes' })
const plainLong = avsc.Type.forSchema('long')
const types = new Map<string, avsc.Type>()

/** An Avro object container file, decoded. `schema` is its schema as written, with the attributes Avro has no use for. */
export interface AvroFile {
  readonly schema: JsonObject
  readonly metadata: ReadonlyMap<string, Buffer>
  readonly records: readonly JsonObject[]
}

/** The records of a file as a text that has all of their values, bytes as Latin-1: for those who look for one. */
export function avroText(bytes: Buffer, location: string): string {
  const { records, metadata } = decodeAvroFile(bytes, location)
  const plain = (_: string, value: unknown): unknown => {
    if (typeof value === 'bigint') return String(value)
    // What Buffer makes of itself for JSON.
    const shown = isObject(value) && value['type'] === 'Buffer' ? value['data'] : undefined
    return Array.isArray(shown) ? Buffer.from(shown as number[]).toString('latin1') : value
  }
  return JSON.stringify([[...metadata.values()].map(String), records], plain)
}

/** Writes records as an Avro object container file with the deflate codec. Longs may be numbers or bigints. */
export function encodeAvroFile(
  schema: JsonObject,
  metadata: Readonly<Record<string, string>>,
  records: readonly JsonObject[],
): Buffer {
  const text = JSON.stringify(schema)
  const type = typeFor(text)
  const sync = randomBytes(SYNC_BYTES)
  const entries = { ...metadata, 'avro.schema': text, 'avro.codec': 'deflate' }
  const header = Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, Buffer.from(value)]))
  const parts = [MAGIC, headerType.toBuffer(header), sync]
  for (let from = 0; from < records.length; from += RECORDS_PER_BLOCK) {
    const some = records.slice(from, from + RECORDS_PER_BLOCK)
    const block = deflateRawSync(Buffer.concat(some.map((record) => type.toBuffer(record))))
    parts.push(plainLong.toBuffer(some.length), plainLong.toBuffer(block.length), block, sync)
  }
  return Buffer.concat(parts)
}

/** Reads an Avro object container file. `lake/bad-metadata` when it is damaged, `lake/unsupported` for another codec. */
export function decodeAvroFile(bytes: Buffer, location: string): AvroFile {
  try {
    if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error('it is not an Avro file')
    const { value: metadata, offset } = readHeader(bytes)
    const text = metadata.get('avro.schema')?.toString() ?? ''
    const codec = metadata.get('avro.codec')?.toString() ?? 'null'
    if (codec !== 'null' && codec !== 'deflate') {
      throw smeltError('lake/unsupported', { location, feature: `the Avro codec \`${codec}\`` })
    }
    const schema: unknown = JSON.parse(text)
    const records = readBlocks(bytes, offset, typeFor(text), codec === 'deflate')
    return { schema: objectAt(schema, location), metadata, records }
  } catch (error) {
    if (isSmeltError(error)) throw error
    throw smeltError('lake/bad-metadata', { location, detail: 'it is damaged' }, { cause: error })
  }
}

function readHeader(bytes: Buffer): { value: Map<string, Buffer>; offset: number } {
  const { value, offset } = decodeAt(headerType, bytes, MAGIC.length)
  const entries = isObject(value) ? Object.entries(value) : []
  return { value: new Map(entries.flatMap(([key, each]) => (Buffer.isBuffer(each) ? [[key, each]] : []))), offset }
}

function readBlocks(bytes: Buffer, start: number, type: avsc.Type, compressed: boolean): JsonObject[] {
  const sync = bytes.subarray(start, start + SYNC_BYTES)
  const records: JsonObject[] = []
  let at = start + SYNC_BYTES
  while (at < bytes.length) {
    const count = decodeAt(plainLong, bytes, at)
    const size = decodeAt(plainLong, bytes, count.offset)
    const end = size.offset + Number(size.value)
    if (!bytes.subarray(end, end + SYNC_BYTES).equals(sync)) throw new Error('a block does not end with its marker')
    const raw = bytes.subarray(size.offset, end)
    readRecords(compressed ? inflateRawSync(raw) : raw, Number(count.value), type, records)
    at = end + SYNC_BYTES
  }
  return records
}

function readRecords(block: Buffer, count: number, type: avsc.Type, into: JsonObject[]): void {
  let at = 0
  for (let index = 0; index < count; index++) {
    const { value, offset } = decodeAt(type, block, at)
    if (!isObject(value)) throw new Error('a record is no record')
    into.push(value)
    at = offset
  }
}

function decodeAt(type: avsc.Type, bytes: Buffer, at: number): { value: unknown; offset: number } {
  const decoded: { value: unknown; offset: number } = type.decode(bytes, at)
  if (decoded.offset < 0) throw new Error('it ends too early')
  return decoded
}

/** Types are compiled once per schema text. */
function typeFor(text: string): avsc.Type {
  const known = types.get(text)
  if (known !== undefined) return known
  const schema: avsc.Schema = JSON.parse(text) as avsc.Schema
  const made = avsc.Type.forSchema(schema, { typeHook: exactLongs, wrapUnions: false })
  types.set(text, made)
  return made
}

/** Every long is read by our type, those with a logical type as well. */
function exactLongs(schema: unknown): avsc.Type | undefined {
  return schema === 'long' || (isObject(schema) && schema['type'] === 'long') ? longType : undefined
}

function exactNumber(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
