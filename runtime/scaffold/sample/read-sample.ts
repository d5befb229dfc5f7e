import { isUtf8 } from 'node:buffer'
import { csvRecords } from './csv-records.ts'
import { documentRecords } from './document-records.ts'
import { lineRecords } from './line-records.ts'
import { listRecords } from './list-records.ts'
import type { ReadSample, Sample, SampleRefusal } from './sample.ts'

const EMPTY: SampleRefusal = { detail: 'it holds nothing', fix: 'Give a file with at least one record.' }

/**
 * Reads records from the beginning of a file: lines of JSON, one JSON list, a list within a JSON document, a single
 * document, or CSV with a header line. Which of them it is, the ending of the name and the first characters tell.
 */
export function readSample({ bytes, cut, file, path, maxRecords }: ReadSample): Sample | SampleRefusal {
  const decoded = decode(bytes)
  const input = { text: cut ? wholeLines(decoded) : decoded, cut, maxRecords }
  const first = decoded.trimStart().charAt(0)
  if (first === '') return EMPTY
  const name = file.toLowerCase().replace(/\.gz$/, '')
  if (/\.(csv|tsv)$/.test(name)) return csvRecords(input)
  // The list may be one line of any length.
  if (first === '[') return listRecords({ ...input, text: decoded })
  if (first !== '{') return /\.(json|ndjson|jsonl)$/.test(name) ? lineRecords(input) : csvRecords(input)
  if (path === undefined && isLines(input.text)) return lineRecords(input)
  return documentRecords({ ...input, text: decoded }, path)
}

/** Lines of JSON when a line holds a whole object and another line follows it. */
function isLines(text: string): boolean {
  const lines = text.split('\n', 200).filter((line) => line.trim() !== '')
  return lines.length > 1 && lines.slice(0, 20).some((line) => isObjectText(line.trim()))
}

function isObjectText(line: string): boolean {
  if (!line.startsWith('{') || !line.endsWith('}')) return false
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}

/** Bytes that are no UTF-8 become U+FFFD; `lineRecords` tells the lines that have one from those that had it before. */
function decode(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  const marked = isUtf8(bytes) ? text : text.replaceAll('\ufffd', BROKEN)
  return marked.startsWith('\ufeff') ? marked.slice(1) : marked
}

/** A control character that JSON refuses stands for bytes that are no text, so that no record with them is used. */
const BROKEN = '\u0000'

function wholeLines(text: string): string {
  const end = text.lastIndexOf('\n')
  return end < 0 ? text : text.slice(0, end + 1)
}
