import { createReadStream } from 'node:fs'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { smeltError } from '#diagnostics'
import type { Host } from './host.ts'

/** The beginning of a file. */
export interface FileStart {
  readonly bytes: Buffer
  /** The file goes on. */
  readonly cut: boolean
}

/**
 * The first `maxBytes` of a file, or of standard input for `-`; a file that is packed by gzip is unpacked, and what
 * counts is its content. Reads no further than it must. Throws cli/unreadable-file.
 */
export async function readStart(host: Host, file: string, maxBytes: number): Promise<FileStart> {
  const raw: Readable = file === '-' ? host.stdin : createReadStream(path.resolve(host.folder, file))
  try {
    return await take(raw, maxBytes)
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause)) throw cause
    throw smeltError('cli/unreadable-file', { file, detail: cause.message })
  } finally {
    raw.destroy()
  }
}

async function take(raw: Readable, maxBytes: number): Promise<FileStart> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of unpacked(raw)) {
    chunks.push(chunk)
    size += chunk.length
    if (size > maxBytes) return { bytes: Buffer.concat(chunks).subarray(0, maxBytes), cut: true }
  }
  return { bytes: Buffer.concat(chunks), cut: false }
}

/** The first two bytes say whether it is gzip, whatever the name of the file is. */
async function* unpacked(raw: Readable): AsyncGenerator<Buffer> {
  const chunks: AsyncGenerator<Buffer, void> = bytesOf(raw)
  const first = await chunks.next()
  if (first.done === true) return
  const start = first.value
  const rest = async function* (): AsyncGenerator<Buffer> {
    yield start
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value
  }
  if (start[0] !== 0x1f || start[1] !== 0x8b) {
    yield* rest()
    return
  }
  const gunzip = createGunzip()
  const feeding = feed(rest(), gunzip)
  try {
    for await (const chunk of gunzip) yield chunk as Buffer
    await feeding
  } finally {
    gunzip.destroy()
    await feeding.catch(() => undefined)
  }
}

async function feed(from: AsyncIterable<Buffer>, to: ReturnType<typeof createGunzip>): Promise<void> {
  try {
    for await (const chunk of from) {
      if (to.destroyed) return
      if (!to.write(chunk))
        await new Promise<void>((resolve) => void to.once('drain', () => resolve()).once('close', () => resolve()))
    }
    to.end()
  } catch (error) {
    to.destroy(error instanceof Error ? error : undefined)
  }
}

async function* bytesOf(stream: Readable): AsyncGenerator<Buffer, void> {
  for await (const chunk of stream) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
}
