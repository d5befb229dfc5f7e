import { readJson, type JsonNode } from '#contract'
import { sameNumber } from './number-forms.ts'
import { subjectPattern, type Subject } from './subject.ts'

/** Keys, values and headers of a record, as bytes. */
export interface RecordBytes {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers?: readonly Uint8Array[]
}

/** Says whether bytes and records hold the subject. */
export interface Matcher {
  /** In the text of the bytes, JSON's escapes read. */
  inText(bytes: Uint8Array | null): boolean
  /**
   * A record of a source: its value has the field with the subject's value, its key holds it, or it is no JSON, so that no
   * field can be found, and holds it somewhere. A number counts in a JSON key under the name of the field, or alone.
   */
  inRecord(record: RecordBytes): boolean
  /** A record of which nothing is known: anywhere. A number says nothing of a person outside of its field. */
  anywhere(record: RecordBytes): boolean
}

/** Opens the matcher of a subject, as `subjectIn` knows it for the records it is to judge. */
export function openMatcher(subject: Subject): Matcher {
  const pattern = new RegExp(subjectPattern(subject).replace(/\\x\{(\w+)\}/g, '\\u{$1}'), 'u')
  const path = subject.field.split('.')
  const isNumeric = subject.numbers !== undefined
  const inText = (bytes: Uint8Array | null): boolean => {
    if (bytes === null) return false
    const text = textOf(bytes)
    return pattern.test(text) || (text.includes('\\') && pattern.test(unescaped(text)))
  }
  const inField = (bytes: Uint8Array | null): boolean => {
    if (bytes === null) return false
    const reading = readJson(textOf(bytes))
    if (!reading.ok) return inText(bytes)
    return nodesAt(reading.root, path).some((node) => isSubject(node, subject))
  }
  const inKey = (bytes: Uint8Array | null): boolean => {
    if (bytes === null || !isNumeric) return inText(bytes)
    const reading = readJson(textOf(bytes))
    if (!reading.ok || reading.root.kind === 'object') return inField(bytes)
    return scalarsOf(reading.root).some((node) => isSubject(node, subject))
  }
  const inRecord = ({ key, value, headers = [] }: RecordBytes): boolean =>
    inKey(key) || inField(value) || (!isNumeric && headers.some(inText))
  const anywhere = (record: RecordBytes): boolean =>
    isNumeric ? inRecord(record) : [record.key, record.value, ...(record.headers ?? [])].some(inText)
  return { inText, inRecord, anywhere }
}

function isSubject(node: JsonNode, { value, numbers }: Subject): boolean {
  switch (node.kind) {
    case 'string':
      return node.value === value || (numbers !== undefined && sameNumber(node.value, value, numbers))
    case 'number':
      return node.text === value || (numbers !== undefined && sameNumber(node.text, value, numbers))
    case 'true':
    case 'false':
      return node.kind === value
    default:
      return false
  }
}

/** Every value at the path: an object may have a key twice, which makes the record invalid and hides nothing. */
function nodesAt(node: JsonNode, path: readonly string[]): JsonNode[] {
  const [name, ...rest] = path
  if (name === undefined) return scalarsOf(node)
  if (node.kind === 'array') return node.items.flatMap((item) => nodesAt(item, path))
  if (node.kind !== 'object') return []
  return node.entries.flatMap((entry) => (entry.key === name ? nodesAt(entry.value, rest) : []))
}

/** What is in a list, and in the objects of a field that may be anything. */
function scalarsOf(node: JsonNode): JsonNode[] {
  if (node.kind === 'array') return node.items.flatMap(scalarsOf)
  return node.kind === 'object' ? node.entries.flatMap(({ value }) => scalarsOf(value)) : [node]
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code: string | undefined, plain: string | undefined) =>
    code === undefined ? (ESCAPES[plain ?? ''] ?? plain ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
  )
}
