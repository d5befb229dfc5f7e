/** Where and why a text is no JSON. */
export class JsonFault extends Error {
  readonly offset: number

  constructor(detail: string, offset: number) {
    super(detail)
    this.offset = offset
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const SPACE = 0x20
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

/** Reads the tokens of a JSON text one after the other. Char codes are compared, as this runs over every refused record. */
export class JsonCursor {
  /** The next character to read. */
  at = 0
  private readonly text: string

  constructor(text: string) {
    this.text = text
  }

  /** The char code at the cursor, NaN at the end. */
  peek(): number {
    return this.text.charCodeAt(this.at)
  }

  atEnd(): boolean {
    return this.at >= this.text.length
  }

  skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at)
      if (code !== SPACE && code !== 0x0a && code !== 0x0d && code !== 0x09) return
      this.at++
    }
  }

  /** A string whose opening quote is at the cursor; `lone` tells of half a surrogate pair in it. */
  string(): { readonly value: string; readonly lone: boolean } {
    let from = ++this.at
    let value = ''
    let surrogates = false
    for (;;) {
      const code = this.text.charCodeAt(this.at)
      if (code === QUOTE) break
      if (code === BACKSLASH) {
        value += this.text.slice(from, this.at) + this.escape()
        from = this.at
        surrogates = true
      } else if (code < SPACE) {
        throw new JsonFault('a control character stands in a string without an escape', this.at)
      } else if (Number.isNaN(code)) {
        throw this.unexpected('the closing `"` of a string')
      } else {
        if ((code & 0xf800) === 0xd800) surrogates = true
        this.at++
      }
    }
    value += this.text.slice(from, this.at++)
    return { value, lone: surrogates && LONE.test(value) }
  }

  /** The text of a number at the cursor. */
  number(): string {
    NUMBER.lastIndex = this.at
    const text = NUMBER.exec(this.text)?.[0]
    if (text === undefined) throw this.unexpected('a value')
    const next = this.text.charAt(this.at + text.length)
    if (next !== '' && '0123456789.eE+-'.includes(next)) {
      throw new JsonFault('a number is not written as JSON writes it', this.at)
    }
    this.at += text.length
    return text
  }

  word(word: string): void {
    if (!this.text.startsWith(word, this.at)) throw this.unexpected('a value')
    this.at += word.length
  }

  unexpected(expected: string): JsonFault {
    const found = this.text.codePointAt(this.at)
    const what = found === undefined ? 'the text ends' : `\`${String.fromCodePoint(found)}\` stands`
    return new JsonFault(`${what} where ${expected} is expected`, this.at)
  }

  private escape(): string {
    const letter = this.text.charAt(this.at + 1)
    const simple = ESCAPES.get(letter)
    if (simple !== undefined) {
      this.at += 2
      return simple
    }
    const hex = this.text.slice(this.at + 2, this.at + 6)
    if (letter !== 'u' || !/^[0-9a-fA-F]{4}$/.test(hex)) {
      throw new JsonFault('an escape in a string is not one of JSON', this.at)
    }
    this.at += 6
    return String.fromCharCode(parseInt(hex, 16))
  }
}
