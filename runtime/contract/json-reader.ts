/** A JSON value with its place. `start` and `end` are UTF-16 offsets into the text. */
export type JsonNode = JsonScalar | JsonNumber | JsonString | JsonArray | JsonObject

export interface JsonScalar {
  readonly kind: 'null' | 'true' | 'false'
  readonly start: number
  readonly end: number
}

/** `text` is the number as written; no digit is lost. */
export interface JsonNumber {
  readonly kind: 'number'
  readonly text: string
  readonly start: number
  readonly end: number
}

export interface JsonString {
  readonly kind: 'string'
  readonly value: string
  readonly start: number
  readonly end: number
}

export interface JsonArray {
  readonly kind: 'array'
  readonly items: JsonNode[]
  readonly start: number
  end: number
}

export interface JsonObject {
  readonly kind: 'object'
  readonly entries: JsonEntry[]
  readonly start: number
  end: number
}

export interface JsonEntry {
  readonly key: string
  readonly start: number
  readonly end: number
  readonly value: JsonNode
}

/** What a text is: one JSON value with what Smelt refuses in it, or no JSON, with the place and the reason. */
export type JsonReading =
  | {
      readonly ok: true
      readonly root: JsonNode
      /** The first key that its object has twice. */
      readonly duplicate?: {
        readonly pointer: string
        readonly key: string
        readonly start: number
        readonly end: number
      }
      /** The first string or key that holds half of a surrogate pair. */
      readonly loneSurrogate?: { readonly pointer: string; readonly start: number }
      /** Containers nest deeper than the limit; what lies deeper is not in the tree. */
      readonly tooDeep: boolean
    }
  | { readonly ok: false; readonly detail: string; readonly offset: number }

/** Containers deeper than this are checked for syntax and then dropped. */
export const MAX_DEPTH = 128

/**
 * Reads one JSON value by the letter of RFC 8259: no comments, no trailing commas, no NaN, no leading zeros, nothing
 * after the value. Unlike `JSON.parse` it keeps every digit of a number, sees duplicate keys, and says where it stopped.
 * It never recurses, so no text can exhaust the stack. The reason never quotes more than one character of the text.
 */
export function readJson(text: string): JsonReading {
  return new Reader(text).read()
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const PLAIN = /[^"\\\u0000-\u001f]*/y
const SPACE = /[ \t\n\r]*/y
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

class Fault extends Error {
  readonly offset: number

  constructor(detail: string, offset: number) {
    super(detail)
    this.offset = offset
  }
}

interface Frame {
  readonly node: JsonArray | JsonObject
  /** Keys met, once there is more than a handful to search. */
  keys?: Set<string>
  key?: { readonly key: string; readonly start: number; readonly end: number }
}

class Reader {
  private readonly text: string
  private at = 0
  private readonly stack: Frame[] = []
  private duplicate: { pointer: string; key: string; start: number; end: number } | undefined
  private loneSurrogate: { pointer: string; start: number } | undefined
  private tooDeep = false

  constructor(text: string) {
    this.text = text
  }

  read(): JsonReading {
    try {
      const root = this.document()
      return {
        ok: true,
        root,
        tooDeep: this.tooDeep,
        ...(this.duplicate && { duplicate: this.duplicate }),
        ...(this.loneSurrogate && { loneSurrogate: this.loneSurrogate }),
      }
    } catch (fault) {
      if (fault instanceof Fault) return { ok: false, detail: fault.message, offset: fault.offset }
      throw fault
    }
  }

  private document(): JsonNode {
    this.space()
    let value = this.value()
    for (;;) {
      const frame = this.stack.at(-1)
      if (frame === undefined) break
      if (value !== undefined) this.attach(frame, value)
      value = this.next(frame, value === undefined)
    }
    this.space()
    if (this.at < this.text.length) throw this.unexpected('the end of the text')
    if (value === undefined) throw this.unexpected('a value')
    return value
  }

  /** The value that starts here, or undefined when a container was opened. */
  private value(): JsonNode | undefined {
    const start = this.at
    switch (this.text[start]) {
      case '{':
        this.open({ kind: 'object', entries: [], start, end: start })
        return undefined
      case '[':
        this.open({ kind: 'array', items: [], start, end: start })
        return undefined
      case '"': {
        const value = this.string()
        return { kind: 'string', value, start, end: this.at }
      }
      case 't':
        return this.word('true', start)
      case 'f':
        return this.word('false', start)
      case 'n':
        return this.word('null', start)
      default:
        return this.number(start)
    }
  }

  /** The next value of an open container, or the container itself when it ends here. */
  private next(frame: Frame, first: boolean): JsonNode | undefined {
    const { node } = frame
    const close = node.kind === 'object' ? '}' : ']'
    this.space()
    if (this.text[this.at] === close) {
      this.at++
      node.end = this.at
      this.stack.pop()
      return node
    }
    if (!first) {
      if (this.text[this.at] !== ',') throw this.unexpected(`\`,\` or \`${close}\``)
      this.at++
      this.space()
    }
    if (node.kind === 'object') this.key(frame, first)
    return this.value()
  }

  private key(frame: Frame, first: boolean): void {
    const start = this.at
    if (this.text[start] !== '"')
      throw this.unexpected(first ? 'a key in double quotes or `}`' : 'a key in double quotes')
    delete frame.key
    const key = this.string()
    frame.key = { key, start, end: this.at }
    this.noteDuplicate(frame, key, start)
    this.space()
    if (this.text[this.at] !== ':') throw this.unexpected('`:`')
    this.at++
    this.space()
  }

  private noteDuplicate(frame: Frame, key: string, start: number): void {
    if (frame.node.kind !== 'object') return
    frame.keys ??= new Set()
    if (frame.keys.has(key) && this.duplicate === undefined) {
      this.duplicate = { pointer: this.pointer(), key, start, end: this.at }
    }
    frame.keys.add(key)
  }

  private open(node: JsonArray | JsonObject): void {
    this.at++
    this.stack.push({ node })
    if (this.stack.length > MAX_DEPTH) this.tooDeep = true
  }

  private attach(frame: Frame, value: JsonNode): void {
    const { node, key } = frame
    if (this.stack.length > MAX_DEPTH) return
    if (node.kind === 'array') node.items.push(value)
    else if (key !== undefined) node.entries.push({ ...key, value })
  }

  private string(): string {
    const start = this.at++
    let value = ''
    for (;;) {
      value += this.match(PLAIN)
      const next = this.text[this.at]
      if (next === '"') break
      if (next === undefined) throw this.unexpected('the closing `"` of a string')
      if (next !== '\\') throw new Fault('a control character stands in a string without an escape', this.at)
      value += this.escape()
    }
    this.at++
    if (this.loneSurrogate === undefined && LONE.test(value)) this.loneSurrogate = { pointer: this.pointer(), start }
    return value
  }

  private escape(): string {
    const letter = this.text[this.at + 1] ?? ''
    const simple = ESCAPES[letter]
    if (simple !== undefined) {
      this.at += 2
      return simple
    }
    const hex = this.text.slice(this.at + 2, this.at + 6)
    if (letter !== 'u' || !/^[0-9a-fA-F]{4}$/.test(hex))
      throw new Fault('an escape in a string is not one of JSON', this.at)
    this.at += 6
    return String.fromCharCode(parseInt(hex, 16))
  }

  private number(start: number): JsonNumber {
    const text = this.match(NUMBER)
    if (text === '') throw this.unexpected('a value')
    const next = this.text[this.at]
    if (next !== undefined && /[0-9.eE+\-]/.test(next))
      throw new Fault('a number is not written as JSON writes it', start)
    return { kind: 'number', text, start, end: this.at }
  }

  private word(word: 'true' | 'false' | 'null', start: number): JsonScalar {
    if (!this.text.startsWith(word, start)) throw this.unexpected('a value')
    this.at += word.length
    return { kind: word, start, end: this.at }
  }

  private space(): void {
    this.match(SPACE)
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0] ?? ''
    this.at += found.length
    return found
  }

  private unexpected(expected: string): Fault {
    const found = this.text.codePointAt(this.at)
    const what = found === undefined ? 'the text ends' : `\`${String.fromCodePoint(found)}\` stands`
    return new Fault(`${what} where ${expected} is expected`, this.at)
  }

  /** The JSON pointer of the value being read. */
  private pointer(): string {
    return this.stack
      .slice(0, MAX_DEPTH)
      .map(({ node, key }) =>
        node.kind === 'array' ? `/${node.items.length}` : key ? `/${escapePointer(key.key)}` : '',
      )
      .join('')
  }
}

/** A key as a step of a JSON pointer (RFC 6901). */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
