import { JsonCursor, JsonFault } from './json-cursor.ts'

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

interface Frame {
  readonly node: JsonArray | JsonObject
  key: { readonly key: string; readonly start: number; readonly end: number } | undefined
  /** Keys met, once there are more than a handful to search. */
  keys: Set<string> | undefined
}

const HANDFUL = 16

class Reader {
  private readonly cursor: JsonCursor
  private readonly stack: Frame[] = []
  private duplicate: { pointer: string; key: string; start: number; end: number } | undefined
  private loneSurrogate: { pointer: string; start: number } | undefined
  private tooDeep = false

  constructor(text: string) {
    this.cursor = new JsonCursor(text)
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
      if (fault instanceof JsonFault) return { ok: false, detail: fault.message, offset: fault.offset }
      throw fault
    }
  }

  private document(): JsonNode {
    this.cursor.skipSpace()
    let value = this.value()
    for (let frame = this.stack.at(-1); frame !== undefined; frame = this.stack.at(-1)) {
      if (value !== undefined) this.attach(frame, value)
      value = this.next(frame, value === undefined)
    }
    this.cursor.skipSpace()
    if (!this.cursor.atEnd()) throw this.cursor.unexpected('the end of the text')
    if (value === undefined) throw this.cursor.unexpected('a value')
    return value
  }

  /** The value that starts here, or undefined when a container was opened. */
  private value(): JsonNode | undefined {
    const start = this.cursor.at
    switch (this.cursor.peek()) {
      case OPEN_BRACE:
        this.open({ kind: 'object', entries: [], start, end: start })
        return undefined
      case OPEN_BRACKET:
        this.open({ kind: 'array', items: [], start, end: start })
        return undefined
      case QUOTE: {
        const value = this.string()
        return { kind: 'string', value, start, end: this.cursor.at }
      }
      case 0x74:
        return this.word('true', start)
      case 0x66:
        return this.word('false', start)
      case 0x6e:
        return this.word('null', start)
      default: {
        const text = this.cursor.number()
        return { kind: 'number', text, start, end: this.cursor.at }
      }
    }
  }

  /** The next value of an open container, or the container itself when it ends here. */
  private next(frame: Frame, first: boolean): JsonNode | undefined {
    const { node } = frame
    const { cursor } = this
    const isObject = node.kind === 'object'
    cursor.skipSpace()
    if (cursor.peek() === (isObject ? CLOSE_BRACE : CLOSE_BRACKET)) {
      node.end = ++cursor.at
      this.stack.pop()
      return node
    }
    if (!first) {
      if (cursor.peek() !== COMMA) throw cursor.unexpected(isObject ? '`,` or `}`' : '`,` or `]`')
      cursor.at++
      cursor.skipSpace()
    }
    if (isObject) this.key(frame, node, first)
    return this.value()
  }

  private key(frame: Frame, node: JsonObject, first: boolean): void {
    const { cursor } = this
    const start = cursor.at
    if (cursor.peek() !== QUOTE) {
      throw cursor.unexpected(first ? 'a key in double quotes or `}`' : 'a key in double quotes')
    }
    frame.key = undefined
    const key = this.string()
    frame.key = { key, start, end: cursor.at }
    if (this.isKnown(frame, node, key)) this.duplicate ??= { pointer: this.pointer(), key, start, end: cursor.at }
    cursor.skipSpace()
    if (cursor.peek() !== COLON) throw cursor.unexpected('`:`')
    cursor.at++
    cursor.skipSpace()
  }

  /** True when the object has the key already. Few keys are searched, many are hashed. */
  private isKnown(frame: Frame, { entries }: JsonObject, key: string): boolean {
    if (entries.length < HANDFUL) return entries.some((entry) => entry.key === key)
    frame.keys ??= new Set(entries.map((entry) => entry.key))
    const known = frame.keys.has(key)
    frame.keys.add(key)
    return known
  }

  private open(node: JsonArray | JsonObject): void {
    this.cursor.at++
    this.stack.push({ node, key: undefined, keys: undefined })
    if (this.stack.length > MAX_DEPTH) this.tooDeep = true
  }

  private attach({ node, key }: Frame, value: JsonNode): void {
    if (this.stack.length > MAX_DEPTH) return
    if (node.kind === 'array') node.items.push(value)
    else if (key !== undefined) node.entries.push({ key: key.key, start: key.start, end: key.end, value })
  }

  private string(): string {
    const start = this.cursor.at
    const { value, lone } = this.cursor.string()
    if (lone) this.loneSurrogate ??= { pointer: this.pointer(), start }
    return value
  }

  private word(word: 'true' | 'false' | 'null', start: number): JsonScalar {
    this.cursor.word(word)
    return { kind: word, start, end: this.cursor.at }
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

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** A key as a step of a JSON pointer (RFC 6901). */
export function escapePointer(key: string): string {
  return /[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key
}
