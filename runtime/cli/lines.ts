import { createReadStream } from 'node:fs'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { smeltError } from '#diagnostics'
import type { Host } from './host.ts'

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

/**
 * The lines of a file, or of standard input for `-`, as the bytes they are: nothing is decoded, so nothing can be
 * mended in silence. Line ends (LF, CR LF) are taken off, blank lines left out. Throws cli/unreadable-file.
 */
export async function* openLines(host: Host, file: string): AsyncGenerator<Buffer> {
  const stream: Readable = file === '-' ? host.stdin : createReadStream(path.resolve(host.folder, file))
  try {
    yield* linesOf(stream)
  } catch (cause) {
    const known = cause instanceof Error && 'syscall' in cause
    if (!known) throw cause
    throw smeltError('cli/unreadable-file', { file, detail: cause.message })
  }
}

async function* linesOf(stream: Readable): AsyncGenerator<Buffer> {
  let parts: Buffer[] = []
  for await (const chunk of stream) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    let from = 0
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, from)) {
      const line = withoutReturn(
        parts.length === 0 ? bytes.subarray(from, end) : Buffer.concat([...parts, bytes.subarray(from, end)]),
      )
      parts = []
      from = end + 1
      if (line.length > 0) yield line
    }
    if (from < bytes.length) parts.push(bytes.subarray(from))
  }
  const last = withoutReturn(Buffer.concat(parts))
  if (last.length > 0) yield last
}

function withoutReturn(line: Buffer): Buffer {
  return line[line.length - 1] === CARRIAGE_RETURN ? line.subarray(0, -1) : line
}
