import { createHmac } from 'node:crypto'
import { readJson, type JsonNode } from '#contract'

/** Somebody, as the sources know them: a contract field, and the value it has for them. */
export interface Subject {
  /** Path in the contract: `user_email`, `user.email`. */
  readonly field: string
  readonly value: string
  /** What hashed columns and reports make of it. */
  readonly key: string
}

/** The name of an erasure: the same for the same subject, and nothing that tells who it is. */
export function subjectId({ field, value, key }: Subject): string {
  return createHmac('sha256', key).update(`erasure\n${field}\n${value}`).digest('hex').slice(0, 32)
}

/** The texts by which tables may know the subject: as sent, in lower and upper case, each plain and hashed. */
export function subjectTexts({ value, key }: Subject): string[] {
  const plain = [...new Set([value, value.toLowerCase(), value.toUpperCase(), value.trim()])]
  return [...plain, ...plain.map((each) => createHmac('sha256', key).update(each).digest('hex'))]
}

/**
 * A regular expression, the same in JavaScript and in SQL, for a text that holds the subject as a word of its own:
 * `joann@example.com` and `ann@example.com.au` do not hold `ann@example.com`.
 */
export function subjectPattern(subject: Subject): string {
  const texts = subjectTexts(subject).map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
  return `(^|[^0-9A-Za-z_.+@\\-\\x{80}-\\x{10FFFF}])(${texts.join('|')})($|[^0-9A-Za-z_@.\\-\\x{80}-\\x{10FFFF}]|\\.($|[^0-9A-Za-z]))`
}

/** Says whether bytes and records hold the subject. */
export interface Matcher {
  /** In the text of the bytes, JSON's escapes read. */
  inText(bytes: Uint8Array | null): boolean
  /**
   * A record of a source: its value has the field with the subject's value, its key holds it, or it is no JSON, so that no
   * field can be found, and holds it somewhere.
   */
  inRecord(record: { readonly key: Uint8Array | null; readonly value: Uint8Array | null }): boolean
}

/** Opens the matcher of a subject. */
export function openMatcher(subject: Subject): Matcher {
  const pattern = new RegExp(subjectPattern(subject).replace(/\\x\{(\w+)\}/g, '\\u{$1}'), 'u')
  const path = subject.field.split('.')
  const inText = (bytes: Uint8Array | null): boolean => {
    if (bytes === null) return false
    const text = textOf(bytes)
    return pattern.test(text) || (text.includes('\\') && pattern.test(unescaped(text)))
  }
  const inValue = (bytes: Uint8Array | null): boolean => {
    if (bytes === null) return false
    const reading = readJson(textOf(bytes))
    if (!reading.ok) return inText(bytes)
    return valuesAt(reading.root, path).some((value) => value === subject.value)
  }
  return { inText, inRecord: ({ key, value }) => inText(key) || inValue(value) }
}

/** Every value at the path: an object may have a key twice, which makes the record invalid and hides nothing. */
function valuesAt(node: JsonNode, path: readonly string[]): string[] {
  const [name, ...rest] = path
  if (name === undefined) {
    if (node.kind === 'string') return [node.value]
    return node.kind === 'number' ? [node.text] : []
  }
  if (node.kind !== 'object') return []
  return node.entries.flatMap((entry) => (entry.key === name ? valuesAt(entry.value, rest) : []))
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
