import { gzipSync } from 'node:zlib'
import { compressFrameSync } from 'lz4-napi'
import { describe, expect, it } from 'vitest'
import { findCodec, loadCodec } from '../../../runtime/stream/batch/codecs.ts'

const TEXT = Buffer.from('smelt '.repeat(20_000))

async function decompress(codec: number, bytes: Buffer): Promise<Buffer> {
  await loadCodec(codec)
  const found = findCodec(codec)
  if (!found) throw new Error(`Codec ${codec} is unknown`)
  return Buffer.from(found(bytes))
}

describe('codecs', () => {
  it('none and gzip', async () => {
    expect(await decompress(0, TEXT)).toEqual(TEXT)
    expect(await decompress(1, gzipSync(TEXT))).toEqual(TEXT)
  })

  it('lz4 frames', async () => {
    expect(await decompress(3, compressFrameSync(TEXT))).toEqual(TEXT)
  })

  it('snappy, bare and in the frame Java writes', async () => {
    // A bare block: its length as a varint, then one literal.
    const block = (text: string): Buffer =>
      Buffer.concat([Buffer.from([text.length, (text.length - 1) << 2]), Buffer.from(text)])
    expect(await decompress(2, block('hello'))).toEqual(Buffer.from('hello'))
    const frame = (blocks: Buffer[]): Buffer =>
      Buffer.concat([
        Buffer.from('82534e4150505900' + '00000001' + '00000001', 'hex'),
        ...blocks.flatMap((each) => [Buffer.from([0, 0, 0, each.length]), each]),
      ])
    expect(await decompress(2, frame([block('hello '), block('world')]))).toEqual(Buffer.from('hello world'))
    await expect(decompress(2, frame([block('hello')]).subarray(0, -1))).rejects.toThrow('runs past its frame')
    await expect(decompress(2, Buffer.concat([frame([]), Buffer.alloc(3)]))).rejects.toThrow('inside a block length')
  })

  it('zstd frames that do not say how long their content is, also of many megabytes', async () => {
    await loadCodec(4)
    const zstd = await import('@bokuweb/zstd-wasm')
    const content = Buffer.alloc(20_000_000, 'z')
    expect((await decompress(4, Buffer.from(zstd.compress(content)))).equals(content)).toBe(true)
    expect((await decompress(4, zeros(9_000_000))).equals(Buffer.alloc(9_000_000))).toBe(true)
    await expect(decompress(4, Buffer.from('no frame'))).rejects.toThrow()
  })

  it('knows no others', async () => {
    for (const codec of [5, 6, 7]) {
      await loadCodec(codec)
      expect(findCodec(codec)).toBeUndefined()
    }
  })
})

/** A zstd frame by hand, as a stream writes it: no content size, a window, blocks of one repeated byte. */
function zeros(size: number): Buffer {
  const parts = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58])]
  for (let rest = size; rest > 0;) {
    const block = Math.min(rest, 100_000)
    rest -= block
    const header = Buffer.alloc(4)
    header.writeUIntLE((block << 3) | (1 << 1) | (rest === 0 ? 1 : 0), 0, 3)
    parts.push(header)
  }
  return Buffer.concat(parts)
}
