/** What is known of a pattern: the first thing that is not portable, its groups, whether it matches empty text. */
export interface PatternFacts {
  readonly problem?: { readonly start: number; readonly end: number; readonly detail: string }
  /** Number of capturing groups. */
  readonly groups: number
  /** Whether it can match the empty text. */
  readonly empty: boolean
}

/** What one part of a pattern is, to the parts around it. */
interface Part {
  readonly empty: boolean
  /** Whether it holds a capturing group. */
  readonly captures: boolean
  /** Whether a capturing group stands inside it, itself not counted. */
  readonly capturesInside?: boolean
}

class Unportable extends Error {
  readonly problem: NonNullable<PatternFacts['problem']>

  constructor(start: number, end: number, detail: string) {
    super(detail)
    this.problem = { start, end, detail }
  }
}

const MAX_REPEAT = 1000
const MAX_NESTING = 50
const PLAIN_ESCAPES = '\\.*+?()[]{}|^$/'

const ESCAPE_ADVICE: Readonly<Record<string, string>> = {
  s: 'engines differ in what space is; write `[ \\t\\r\\n]`',
  S: 'engines differ in what space is; write `[^ \\t\\r\\n]`',
  b: 'engines differ in what a word is; write the characters around it',
  B: 'engines differ in what a word is; write the characters around it',
  v: 'it is one character on one engine and a class on another',
  Z: 'engines differ in where the end is; write `\\z`',
  p: 'engines know different versions of Unicode',
  P: 'engines know different versions of Unicode',
}

/**
 * Checks a regular expression against the subset that RE2 and Java read alike: literals, `.` (any character but a line
 * feed), classes, `\d` `\w` (ASCII) and their opposites, groups, alternatives, greedy and lazy repeats, `^` and `\z` for
 * the ends of the text. Left out is what differs or is missing: look-around, back-references, possessive repeats, `$`,
 * `\s`, `\b`, flags, named groups, Unicode classes, captures inside repeats.
 */
export function checkPattern(pattern: string): PatternFacts {
  const reader = { pattern, at: 0, groups: 0, nesting: 0 }
  try {
    const { empty } = readAlternatives(reader)
    if (reader.at < pattern.length)
      throw new Unportable(reader.at, reader.at + 1, 'there is no group to close; write `\\)`')
    return { groups: reader.groups, empty }
  } catch (error) {
    if (error instanceof Unportable) return { problem: error.problem, groups: reader.groups, empty: false }
    throw error
  }
}

interface PatternReader {
  readonly pattern: string
  at: number
  groups: number
  nesting: number
}

function readAlternatives(reader: PatternReader): Part {
  let part = readSequence(reader)
  while (peek(reader) === '|') {
    reader.at++
    const next = readSequence(reader)
    part = { empty: part.empty || next.empty, captures: part.captures || next.captures }
  }
  return part
}

function readSequence(reader: PatternReader): Part {
  let part: Part = { empty: true, captures: false }
  for (let next = peek(reader); next !== '' && next !== '|' && next !== ')'; next = peek(reader)) {
    const start = reader.at
    const atom = readAtom(reader)
    const read = readRepeat(reader, start, atom)
    part = { empty: part.empty && read.empty, captures: part.captures || read.captures }
  }
  return part
}

function readAtom(reader: PatternReader): Part & { anchor?: true } {
  const start = reader.at
  const sign = peek(reader)
  if (sign === '(') return readGroup(reader)
  if (sign === '[') return readClass(reader)
  if (sign === '\\') return readEscape(reader, false)
  reader.at += sign.length
  if (sign === '^') return { empty: true, captures: false, anchor: true }
  if (sign === '$') throw new Unportable(start, reader.at, 'engines differ before a final line feed; write `\\z`')
  if ('*+?'.includes(sign)) throw new Unportable(start, reader.at, 'there is nothing to repeat before it')
  if (']{}'.includes(sign)) throw new Unportable(start, reader.at, `write \`\\${sign}\` for the character itself`)
  return { empty: false, captures: false }
}

function readGroup(reader: PatternReader): Part {
  const start = reader.at++
  if (++reader.nesting > MAX_NESTING) throw new Unportable(start, reader.at, `groups nest at most ${MAX_NESTING} deep`)
  const plain = reader.pattern.startsWith('?:', reader.at)
  if (plain) reader.at += 2
  else if (peek(reader) === '?') {
    const end = start + (/^\(\?(?:<[=!]|[=!]|P?<?)/.exec(reader.pattern.slice(start))?.[0].length ?? 2)
    throw new Unportable(
      start,
      end,
      'look-around, flags and named groups are not on every engine; plain groups are `(...)` and `(?:...)`',
    )
  } else reader.groups++
  const inner = readAlternatives(reader)
  if (peek(reader) !== ')') throw new Unportable(start, start + 1, 'the group is not closed')
  reader.at++
  reader.nesting--
  return { empty: inner.empty, captures: inner.captures || !plain, capturesInside: inner.captures }
}

function readRepeat(reader: PatternReader, start: number, atom: Part & { anchor?: true }): Part {
  const repeat = /^(?:[*+?]|\{([0-9]+)(?:(,)([0-9]*))?\})/.exec(reader.pattern.slice(reader.at))
  if (repeat === null) return atom
  const [whole, least = '', comma, most = ''] = repeat
  const end = reader.at + whole.length
  if (Math.max(Number(least), Number(most)) > MAX_REPEAT)
    throw new Unportable(reader.at, end, `repeats go to ${MAX_REPEAT}`)
  if (comma && most && Number(most) < Number(least)) throw new Unportable(reader.at, end, 'the range is empty')
  if (atom.anchor) throw new Unportable(start, end, 'an anchor cannot be repeated')
  if (atom.empty) throw new Unportable(start, end, 'engines differ when what repeats can match nothing')
  if (atom.capturesInside)
    throw new Unportable(start, end, 'engines differ in what a group inside a repeat captures; write `(?:...)`')
  reader.at = end
  if (peek(reader) === '?') reader.at++
  const after = peek(reader)
  if (after !== '' && '*+?{'.includes(after)) {
    throw new Unportable(start, reader.at + 1, 'possessive and doubled repeats are not on every engine')
  }
  const optional = whole === '*' || whole === '?' || least === '0' || /^0+$/.test(least)
  return { empty: optional, captures: atom.captures }
}

function readEscape(reader: PatternReader, inClass: boolean): Part & { anchor?: true } {
  const start = reader.at
  const sign = reader.pattern.charAt(start + 1)
  reader.at += 2
  if (sign === 'z' && !inClass) return { empty: true, captures: false, anchor: true }
  if (sign === 'x') {
    if (!/^[0-7][0-9A-Fa-f]$/.test(reader.pattern.slice(reader.at, reader.at + 2))) {
      throw new Unportable(start, reader.at, 'it takes two hex digits of an ASCII character; write others as they are')
    }
    reader.at += 2
    return { empty: false, captures: false }
  }
  if (sign !== '' && (PLAIN_ESCAPES.includes(sign) || (inClass && sign === '-') || 'dDwWtnrf'.includes(sign)))
    return { empty: false, captures: false }
  const unknown = /[0-9]/.test(sign) ? 'back-references are not on every engine' : 'the escape is not on every engine'
  throw new Unportable(start, Math.min(reader.at, reader.pattern.length), ESCAPE_ADVICE[sign] ?? unknown)
}

function readClass(reader: PatternReader): Part {
  const start = reader.at++
  if (peek(reader) === '^') reader.at++
  let before: string | undefined
  for (let count = 0; ; count++) {
    const at = reader.at
    const sign = peek(reader)
    if (sign === '') throw new Unportable(start, reader.pattern.length, 'the class is not closed')
    if (sign === ']' && count > 0) break
    if (sign === '[' || sign === ']') throw new Unportable(at, at + 1, `write \`\\${sign}\` for the character itself`)
    if (sign === '&' || sign === '~') {
      if (reader.pattern.charAt(at + 1) === sign)
        throw new Unportable(at, at + 2, 'one engine reads it as an operation on classes')
    }
    if (sign === '-' && before !== undefined && reader.pattern.charAt(at + 1) !== ']') {
      reader.at++
      const last = classSign(reader)
      if (before.length === 0 || last.length === 0)
        throw new Unportable(at - 2, reader.at, 'a range goes from one character to another')
      if ((before.codePointAt(0) ?? 0) > (last.codePointAt(0) ?? 0))
        throw new Unportable(at - before.length, reader.at, 'the range is empty')
      before = undefined
      continue
    }
    if (sign === '-' && count > 0 && reader.pattern.charAt(at + 1) !== ']')
      throw new Unportable(at, at + 1, 'write `\\-` for the character itself')
    before = classSign(reader)
  }
  reader.at++
  return { empty: false, captures: false }
}

/** Reads one member of a class: the character it stands for, or empty when it stands for several. */
function classSign(reader: PatternReader): string {
  const sign = peek(reader)
  if (sign !== '\\') {
    reader.at += sign.length
    return sign
  }
  const start = reader.at
  readEscape(reader, true)
  const escaped = reader.pattern.slice(start + 1, reader.at)
  if ('dDwW'.includes(escaped)) return ''
  if (escaped.startsWith('x')) return String.fromCharCode(parseInt(escaped.slice(1), 16))
  return { t: '\t', n: '\n', r: '\r', f: '\f' }[escaped] ?? escaped
}

/** The code point at the place, or empty at the end. */
function peek({ pattern, at }: PatternReader): string {
  const code = pattern.codePointAt(at)
  return code === undefined ? '' : String.fromCodePoint(code)
}
