import type { Position, Span } from '#diagnostics'
import { offsetsOf } from './offsets.ts'
import { MAX_DEPTH } from './depth.ts'
import { isPlainStart, plainEnd, plainValue, quotedEnd } from './plain-scalar.ts'
import { isMasked } from './placeholders.ts'
import type { SourceText } from './source-text.ts'
import {
  pointerTo,
  type YamlEntry,
  type YamlMapping,
  type YamlNode,
  type YamlScalar,
  type YamlSequence,
} from './tree.ts'

interface Place {
  readonly pointer: string
  readonly keySpan?: Span
}

/** Blanks of every other kind have rules of their own, in YAML or in where a span ends. */
const ODD_BLANK = /[\t\r\v\f\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]/
const MARKS_DEPTH = /[:?[{-]/g

/**
 * Reads plain YAML many times faster than the library: block mappings and sequences, scalars and flow collections on
 * one line, comments. Gives the very tree the library would give, or undefined for a text that has anything else in it
 * or anything wrong: the library then reads it, and says what. `masked` is the text with its placeholders masked.
 */
export function readPlainYaml(source: SourceText, masked: string): YamlNode | undefined {
  if (ODD_BLANK.test(masked)) return undefined
  const reader = new PlainReader(source, masked)
  return reader.read()
}

/** A cursor over the lines that are more than a comment. Every method gives undefined, or false, for what is not plain. */
class PlainReader {
  private readonly source: SourceText
  private readonly text: string
  private line = -1
  /** Blanks before the line's first character. */
  private indent = 0
  private at = 0
  /** Where the line ends, blanks at its end not counted. */
  private end = 0
  private done = false
  /** The end of the line before: what a collection that is over ends with. */
  private before: Position = { offset: 0, line: 1, column: 1 }

  constructor(source: SourceText, masked: string) {
    this.source = source
    this.text = masked
  }

  read(): YamlNode | undefined {
    if (!this.advance() || this.indent > 0 || this.isDash()) return undefined
    // Lines that do not go on with the mapping are left over; in a text without any there is no key.
    const root = this.mapping(0, { pointer: '' })
    return this.done ? root : undefined
  }

  private mapping(indent: number, { pointer, keySpan }: Place): YamlMapping | undefined {
    const start = this.position(this.at)
    const entries: YamlEntry[] = []
    const names = new Set<string>()
    do {
      const entry = this.entry(indent, pointer)
      if (entry === undefined || names.has(entry.name)) return undefined
      names.add(entry.name)
      entries.push(entry)
    } while (!this.done && this.indent === indent)
    if (!this.done && this.indent > indent) return undefined
    const span = { file: this.source.file, start, end: this.before }
    return { kind: 'mapping', span, keySpan: keySpan ?? span, pointer, entries }
  }

  private sequence(indent: number, { pointer, keySpan }: Place): YamlSequence | undefined {
    const start = this.position(this.at)
    const items: YamlNode[] = []
    do {
      this.at += 2
      this.skipBlanks()
      const item = this.item(this.at - (this.source.lineStarts[this.line] ?? 0), pointerTo(pointer, items.length))
      if (item === undefined) return undefined
      items.push(item)
    } while (!this.done && this.indent === indent && this.isDash())
    const span = { file: this.source.file, start, end: this.before }
    return { kind: 'sequence', span, keySpan: keySpan ?? span, pointer, items }
  }

  private item(indent: number, pointer: string): YamlNode | undefined {
    if (this.startsEntry()) return this.mapping(indent, { pointer })
    const item = this.node({ pointer }, false)
    return item !== undefined && this.endLine() ? item : undefined
  }

  /** True when a key stands at the cursor, as in `- name: x`. */
  private startsEntry(): boolean {
    const end = this.scalarEnd(false)
    return end !== undefined && this.text[end] === ':'
  }

  private entry(indent: number, parent: string): YamlEntry | undefined {
    const key = this.key(false)
    if (key === undefined) return undefined
    const place = { pointer: pointerTo(parent, key.name), keySpan: key.span }
    this.skipBlanks()
    const value = this.at < this.end && this.text[this.at] !== '#' ? this.sameLine(place) : this.below(indent, place)
    return value === undefined ? undefined : { name: key.name, key: key.span, value }
  }

  private sameLine(place: Place): YamlNode | undefined {
    const value = this.node(place, false)
    return value !== undefined && this.endLine() ? value : undefined
  }

  private below(indent: number, place: Place): YamlNode | undefined {
    if (!this.advance() || this.done || this.indent < indent) return undefined
    if (this.isDash()) return this.sequence(this.indent, place)
    return this.indent > indent ? this.mapping(this.indent, place) : undefined
  }

  /** A key with its colon, which a blank or the end of the line must follow. */
  private key(inFlow: boolean): { name: string; span: Span } | undefined {
    const start = this.at
    const end = this.scalarEnd(inFlow)
    // The library bounds the length of a key.
    if (end === undefined || this.text[end] !== ':' || end - start > 1000) return undefined
    const after = this.text[end + 1]
    if (end + 1 < this.end && after !== ' ') return undefined
    this.at = end + 1
    const name = scalarText(this.source.text, start, end)
    return name === '<<' ? undefined : { name, span: this.span(start, end) }
  }

  private node(place: Place, inFlow: boolean): YamlNode | undefined {
    const first = this.text[this.at]
    if (first === '[') return this.flowSequence(place)
    return first === '{' ? this.flowMapping(place) : this.scalar(place, inFlow)
  }

  private scalar({ pointer, keySpan }: Place, inFlow: boolean): YamlScalar | undefined {
    const start = this.at
    const end = this.scalarEnd(inFlow)
    if (end === undefined || this.text[end] === ':') return undefined
    const text = scalarText(this.source.text, start, end)
    const seen = scalarText(this.text, start, end)
    const value = isQuote(this.text[start]) || isMasked(seen) ? text : plainValue(text)
    if (value === undefined) return undefined
    this.at = end
    const span = this.span(start, end)
    const offsets = offsetsOf(seen, this.text, start, end)
    return { kind: 'scalar', span, keySpan: keySpan ?? span, pointer, text, value, offsets }
  }

  private flowSequence({ pointer, keySpan }: Place): YamlSequence | undefined {
    const start = this.at
    const items: YamlNode[] = []
    const isRead = this.flow(']', () => {
      const item = this.node({ pointer: pointerTo(pointer, items.length) }, true)
      if (item !== undefined) items.push(item)
      return item !== undefined
    })
    if (!isRead) return undefined
    const span = this.span(start, this.at)
    return { kind: 'sequence', span, keySpan: keySpan ?? span, pointer, items }
  }

  private flowMapping({ pointer, keySpan }: Place): YamlMapping | undefined {
    const start = this.at
    const entries: YamlEntry[] = []
    const isRead = this.flow('}', () => {
      const entry = this.flowEntry(pointer)
      if (entry === undefined || entries.some(({ name }) => name === entry.name)) return false
      entries.push(entry)
      return true
    })
    if (!isRead) return undefined
    const span = this.span(start, this.at)
    return { kind: 'mapping', span, keySpan: keySpan ?? span, pointer, entries }
  }

  private flowEntry(parent: string): YamlEntry | undefined {
    const key = this.key(true)
    if (key === undefined) return undefined
    this.skipBlanks()
    const value = this.node({ pointer: pointerTo(parent, key.name), keySpan: key.span }, true)
    return value === undefined ? undefined : { name: key.name, key: key.span, value }
  }

  /** Steps over a flow collection up to `close`; `member` reads each of its members. */
  private flow(close: string, member: () => boolean): boolean {
    this.at++
    this.skipBlanks()
    for (let isFirst = true; this.at < this.end; isFirst = false) {
      if (isFirst && this.text[this.at] === close) break
      if (!member()) return false
      this.skipBlanks()
      if (this.text[this.at] === close) break
      if (this.text[this.at] !== ',') return false
      this.at++
      this.skipBlanks()
    }
    if (this.at >= this.end) return false
    this.at++
    return true
  }

  /** Where the scalar at the cursor ends. A colon there makes it a key. */
  private scalarEnd(inFlow: boolean): number | undefined {
    const { text, at, end } = this
    if (isQuote(text[at])) return quotedEnd(text, at, end)
    return isPlainStart(text, at) ? plainEnd(text, at, { lineEnd: end, inFlow }) : undefined
  }

  /** Leaves a line of which only a comment may be left. */
  private endLine(): boolean {
    const value = this.at
    this.skipBlanks()
    if (this.at < this.end && (this.text[this.at] !== '#' || this.at === value)) return false
    return this.advance()
  }

  /** On to the next line with more than a comment; `done` when there is none. */
  private advance(): boolean {
    const { text, source } = this
    if (this.line >= 0) this.before = this.position(this.end)
    let comment: number | undefined
    for (this.line++; this.line < source.lineStarts.length; this.line++) {
      const start = source.lineStarts[this.line] ?? 0
      const next = source.lineStarts[this.line + 1]
      let end = next === undefined ? text.length : next - 1
      while (end > start && text[end - 1] === ' ') end--
      let first = start
      while (text[first] === ' ' && first < end) first++
      if (first === end) continue
      if (text[first] === '#') {
        if (comment !== undefined && comment !== first - start) return false
        comment = first - start
        continue
      }
      this.indent = first - start
      this.at = first
      this.end = end
      // A comment that is not in line with what follows it may belong to what stands before.
      return (comment === undefined || comment === this.indent) && this.isShallow(start) && !this.isMarker(start)
    }
    this.done = true
    return comment === undefined || comment === 0
  }

  /** The most that the watch of the library's tokens could count in this line is within its limit. */
  private isShallow(start: number): boolean {
    if (this.end - start <= MAX_DEPTH) return true
    const marks = this.text.slice(this.at, this.end).match(MARKS_DEPTH)?.length ?? 0
    return this.indent + marks <= MAX_DEPTH
  }

  /** `---` and `...` begin and end documents. */
  private isMarker(start: number): boolean {
    return this.text.startsWith('---', start) || this.text.startsWith('...', start)
  }

  private isDash(): boolean {
    return this.text[this.at] === '-' && this.text[this.at + 1] === ' '
  }

  private skipBlanks(): void {
    while (this.at < this.end && this.text[this.at] === ' ') this.at++
  }

  private position(offset: number): Position {
    return { offset, line: this.line + 1, column: offset - (this.source.lineStarts[this.line] ?? 0) + 1 }
  }

  private span(start: number, end: number): Span {
    return { file: this.source.file, start: this.position(start), end: this.position(end) }
  }
}

function isQuote(character: string | undefined): boolean {
  return character === '"' || character === "'"
}

/** What the scalar from `start` to `end` says. */
function scalarText(text: string, start: number, end: number): string {
  const first = text[start]
  if (!isQuote(first)) return text.slice(start, end)
  const inner = text.slice(start + 1, end - 1)
  return first === "'" ? inner.replaceAll("''", "'") : inner
}
