import { gunzipSync } from 'node:zlib'
import * as zlib from 'node:zlib'
import { MalformedBatch } from './varint.ts'

/** Decompresses the records of one batch. Synchronous on purpose: a hop to a thread costs more than a batch. */
export type Decompress = (bytes: Buffer) => Buffer

const NONE = 0
const GZIP = 1
const SNAPPY = 2
const LZ4 = 3
const ZSTD = 4

const loaded = new Map<number, Decompress>([
  [NONE, (bytes) => bytes],
  [GZIP, (bytes) => gunzipSync(bytes)],
])

/** The codec of that number if it is known and loaded. */
export function findCodec(codec: number): Decompress | undefined {
  return loaded.get(codec)
}

/** Loads the library of a codec at its first use. An unknown number is left unknown. */
export async function loadCodec(codec: number): Promise<void> {
  if (loaded.has(codec)) return
  const decompress = await importCodec(codec).catch((error: unknown) => () => {
    throw error
  })
  if (decompress) loaded.set(codec, decompress)
}

async function importCodec(codec: number): Promise<Decompress | undefined> {
  switch (codec) {
    case SNAPPY: {
      const { uncompress } = await import('snappyjs')
      return (bytes) => unframeSnappy(bytes, (block) => uncompress(block))
    }
    case LZ4: {
      const { decompressFrameSync } = await import('lz4-napi')
      return (bytes) => decompressFrameSync(bytes)
    }
    case ZSTD:
      return importZstd()
    default:
      return undefined
  }
}

const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const XERIAL_HEADER = XERIAL.length + 8

/** Java frames snappy (xerial): magic, two versions, then length-prefixed blocks. Others send one bare block. */
function unframeSnappy(bytes: Buffer, uncompress: (block: Buffer) => Buffer): Buffer {
  if (bytes.length < XERIAL_HEADER || !bytes.subarray(0, XERIAL.length).equals(XERIAL)) return uncompress(bytes)
  const blocks: Buffer[] = []
  for (let at = XERIAL_HEADER; at < bytes.length;) {
    if (at + 4 > bytes.length) throw new MalformedBatch('a snappy frame ends inside a block length')
    const size = bytes.readInt32BE(at)
    at += 4
    if (size < 0 || at + size > bytes.length) throw new MalformedBatch('a snappy block runs past its frame')
    blocks.push(uncompress(bytes.subarray(at, at + size)))
    at += size
  }
  return Buffer.concat(blocks)
}

const FIRST_ZSTD_ROOM = 1 << 20
const LARGEST_ZSTD_ROOM = 1 << 30

async function importZstd(): Promise<Decompress> {
  // Node has zstd from 22.15 on.
  if ('zstdDecompressSync' in zlib && typeof zlib.zstdDecompressSync === 'function') {
    const decompress: unknown = zlib.zstdDecompressSync
    if (isDecompress(decompress)) return decompress
  }
  const zstd = await import('@bokuweb/zstd-wasm')
  await zstd.init()
  return (bytes) => growingRoom(bytes, (room) => zstd.decompress(bytes, { defaultHeapSize: room }))
}

function isDecompress(value: unknown): value is Decompress {
  return typeof value === 'function'
}

/** Java writes no content size into its frames, so the room is a guess that grows until the content fits. */
function growingRoom(bytes: Buffer, decompress: (room: number) => Uint8Array): Buffer {
  for (let room = Math.max(FIRST_ZSTD_ROOM, bytes.length * 8); ; room *= 4) {
    try {
      const content = decompress(Math.min(room, LARGEST_ZSTD_ROOM))
      return Buffer.from(content.buffer, content.byteOffset, content.byteLength)
    } catch (error) {
      if (room >= LARGEST_ZSTD_ROOM) throw error
    }
  }
}
