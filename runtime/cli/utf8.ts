import type { Span } from '#diagnostics'

/** What a decoder puts in the place of bytes that are no character; a text may also hold it by itself. */
const REPLACED = '\uFFFD'

/** The first byte of a file that is no UTF-8, and where it stands. */
export interface BadByte {
  readonly byte: number
  readonly span: Span
}

/**
 * Where `file` is no UTF-8; undefined when its text says what its bytes do. The bytes are asked for only where the text
 * cannot tell: a sound file costs nothing.
 */
export function badByte(file: string, text: string, read: () => Buffer | undefined): BadByte | undefined {
  if (!text.includes(REPLACED)) return undefined
  const bytes = read()
  if (bytes === undefined) return undefined
  const at = firstDifference(bytes, Buffer.from(bytes.toString('utf8')))
  const byte = bytes[at]
  if (byte === undefined) return undefined
  const before = bytes.subarray(0, at).toString('utf8')
  const line = before.split('\n').length
  const start = { offset: before.length, line, column: before.length - before.lastIndexOf('\n') }
  return { byte, span: { file, start, end: { ...start, offset: start.offset + 1, column: start.column + 1 } } }
}

/** Where the first character starts in which `again`, the text of `bytes` as bytes, differs from them. */
function firstDifference(bytes: Buffer, again: Buffer): number {
  const isSame = bytes.equals(again)
  if (isSame) return bytes.length
  let at = 0
  while (bytes[at] === again[at]) at++
  // What replaces a character that breaks off may begin with the very same bytes.
  while (((again[at] ?? 0) & 0xc0) === 0x80) at--
  return at
}
