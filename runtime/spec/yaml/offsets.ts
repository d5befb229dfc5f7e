import type { Offsets } from '../nodes.ts'

interface Token {
  readonly offset: number
  /** Where what it was written as ends. */
  readonly end: number
  readonly text: string
}

const BLANK = /[ \t\r\n]/
const ESCAPE = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(\r?\n)|([^]))/y
const NAMED: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
  '\t': '\t',
}

/**
 * For each UTF-16 unit of a scalar's `value`, the file offset it was written at, and one offset more: where the last
 * one ends. `written` is the scalar as it stands in the file, quotes or block header included, and starts at `start`.
 * Blanks that YAML folds are placed at the fold; every other character is exact.
 */
export function scalarOffsets(value: string, written: string, start: number): number[] {
  const tokens = tokensOf(written, start)
  const offsets: number[] = []
  let next = 0
  let last: Pick<Token, 'offset' | 'end'> = { offset: start, end: start }
  for (let index = 0; index < value.length; index++) {
    const character = value.charAt(index)
    if (!BLANK.test(character)) while (next < tokens.length && BLANK.test(tokens[next]?.text ?? '')) next++
    last = tokens[next] ?? last
    offsets.push(last.offset)
    next++
  }
  return [...offsets, last.end]
}

/** The offsets of a scalar as `scalarOffsets` gives them, worked out at the first look: most texts have no fault to place. */
export class ScalarOffsets implements Offsets {
  private readonly value: string
  private readonly text: string
  private readonly start: number
  private readonly end: number
  private found: readonly number[] | undefined = undefined

  /** `value` was written in `text` from `start` to `end`. */
  constructor(value: string, text: string, start: number, end: number) {
    this.value = value
    this.text = text
    this.start = start
    this.end = end
  }

  at(index: number): number | undefined {
    return this.all().at(index)
  }

  [Symbol.iterator](): Iterator<number> {
    return this.all()[Symbol.iterator]()
  }

  private all(): readonly number[] {
    this.found ??= scalarOffsets(this.value, this.text.slice(this.start, this.end), this.start)
    return this.found
  }
}

/** The offsets of a text that stands in the file as it is: nothing need be worked out. */
class StraightOffsets implements Offsets {
  private readonly start: number
  private readonly length: number

  constructor(start: number, length: number) {
    this.start = start
    this.length = length
  }

  at(index: number): number | undefined {
    const found = index < 0 ? this.length + 1 + index : index
    return found < 0 || found > this.length ? undefined : this.start + found
  }

  *[Symbol.iterator](): Iterator<number> {
    for (let index = 0; index <= this.length; index++) yield this.start + index
  }
}

/** As `ScalarOffsets`, of a scalar on one line. */
export function offsetsOf(value: string, text: string, start: number, end: number): Offsets {
  const quotes = end - start - value.length
  if (quotes === 0) return new StraightOffsets(start, value.length)
  // With more characters than its quotes it has an escape; an empty text is placed at its first quote.
  if (quotes === 2 && value !== '') return new StraightOffsets(start + 1, value.length)
  return new ScalarOffsets(value, text, start, end)
}

function tokensOf(written: string, start: number): Token[] {
  const quote = written.charAt(0)
  if (quote === '"') return doubleQuoted(written, start)
  if (quote === "'") return singleQuoted(written, start)
  const header = /^[|>][^\n]*\n/.exec(written)?.[0].length ?? 0
  return characters(written.slice(header), start + header)
}

function characters(text: string, start: number): Token[] {
  return text.split('').map((character, index) => ({ offset: start + index, end: start + index + 1, text: character }))
}

function singleQuoted(written: string, start: number): Token[] {
  const tokens: Token[] = []
  for (let at = 1; at < written.length - 1; at++) {
    const offset = start + at
    const text = written.charAt(at)
    if (text === "'") at++
    tokens.push({ offset, end: start + at + 1, text })
  }
  return tokens
}

function doubleQuoted(written: string, start: number): Token[] {
  const tokens: Token[] = []
  for (let at = 1; at < written.length - 1;) {
    ESCAPE.lastIndex = at
    const escape = ESCAPE.exec(written)
    const text = escape === null ? written.charAt(at) : escaped(escape)
    const offset = start + at
    at += escape?.[0].length ?? 1
    for (const unit of text.split('')) tokens.push({ offset, end: start + at, text: unit })
  }
  return tokens
}

function escaped([, two, four, eight, newline, single]: RegExpExecArray): string {
  const code = two ?? four ?? eight
  if (code !== undefined) return String.fromCodePoint(Math.min(parseInt(code, 16), 0x10ffff))
  if (newline !== undefined || single === undefined) return ''
  return NAMED[single] ?? single
}
