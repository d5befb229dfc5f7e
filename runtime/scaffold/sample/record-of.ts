import { readJson, type JsonNode } from '#contract'
import type { SampleFault, SampleRecord } from './sample.ts'

/**
 * A text as a record of the sample, or what is wrong with it. What the pipeline would send to quarantine whatever the
 * contract says (no JSON, duplicate keys, nested too deeply, no object) teaches nothing and is a fault.
 */
export function recordOf(text: string, line: number): SampleRecord | SampleFault {
  const reading = readJson(text)
  if (!reading.ok)
    return { line, detail: text.includes('\u0000') ? 'it is not UTF-8' : `it is not JSON: ${reading.detail}` }
  if (reading.duplicate !== undefined)
    return { line, detail: `it has the key ${JSON.stringify(reading.duplicate.key)} twice` }
  if (reading.tooDeep) return { line, detail: 'it is nested too deeply' }
  if (reading.loneSurrogate !== undefined) return { line, detail: 'a text in it holds half of a surrogate pair' }
  const { root } = reading
  if (hasInfinite(root)) return { line, detail: 'a number in it is too large to be held' }
  if (root.kind !== 'object') return { line, detail: 'it is no JSON object' }
  const trimmed = text.trim()
  return { line, text: /[\n\r]/.test(trimmed) ? compact(trimmed) : trimmed, root }
}

/** True for a fault among the answers of `recordOf`. */
export function isFault(answer: SampleRecord | SampleFault): answer is SampleFault {
  return 'detail' in answer
}

/** True when a number in the value is larger than a double can hold; no table takes such a record. */
function hasInfinite(node: JsonNode): boolean {
  if (node.kind === 'number') return !Number.isFinite(Number(node.text))
  if (node.kind === 'array') return node.items.some(hasInfinite)
  return node.kind === 'object' && node.entries.some((entry) => hasInfinite(entry.value))
}

/** JSON text without the white space between its tokens; numbers keep their digits. */
function compact(text: string): string {
  let out = ''
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (quoted && char === '\\') {
      out += char + text.charAt(++at)
      continue
    }
    if (char === '"') quoted = !quoted
    if (quoted || !/\s/.test(char)) out += char
  }
  return out
}
