/** What a `pattern` means to the engines: RE2 text with JavaScript's meaning, or why there is none. */
export type PortablePattern =
  { readonly ok: true; readonly re2: string } | { readonly ok: false; readonly reason: string }

/** RE2 refuses larger counts; the size bounds what counts may multiply to, so that no pattern exhausts its memory. */
const MAX_COUNT = 1000
const MAX_SIZE = 4000
/** What JavaScript's `.` leaves out and RE2's does not. */
const ANY = '[^\\n\\r\\x{2028}\\x{2029}]'

/**
 * Translates a `pattern` of a contract (ECMA-262 with the `u` flag) to RE2. Covered is what means the same in RE2,
 * JavaScript and Java: literals, classes, `\d` and `\w`, groups, alternation, counts, `^` and `$`. (Java's `$` also
 * stands before a last line break, so a Java rendering must write `\z`.) The pattern must be one that JavaScript
 * compiles; it searches, it is not anchored.
 */
export function portablePattern(source: string): PortablePattern {
  try {
    const parser = new PatternParser(Array.from(source))
    const { re2, size } = parser.alternatives()
    if (size > MAX_SIZE) return { ok: false, reason: 'its counts multiply to more than the engines hold' }
    return { ok: true, re2 }
  } catch (fault) {
    if (fault instanceof NotPortable) return { ok: false, reason: fault.message }
    throw fault
  }
}

class NotPortable extends Error {}

interface Part {
  readonly re2: string
  readonly size: number
}

class PatternParser {
  private readonly chars: readonly string[]
  private at = 0

  constructor(chars: readonly string[]) {
    this.chars = chars
  }

  alternatives(): Part {
    let re2 = ''
    let size = 0
    while (this.at < this.chars.length && this.chars[this.at] !== ')') {
      const part = this.chars[this.at] === '|' ? { re2: this.take(), size: 1 } : this.term()
      re2 += part.re2
      size += part.size
    }
    return { re2, size }
  }

  private term(): Part {
    const atom = this.atom()
    const quantifier = this.quantifier()
    if (quantifier === undefined) return atom
    if (atom.re2 === '^' || atom.re2 === '$') throw new NotPortable('a counted anchor')
    return { re2: atom.re2 + quantifier.text, size: atom.size * Math.max(1, quantifier.times) }
  }

  private atom(): Part {
    const char = this.take()
    switch (char) {
      case '(':
        return this.group()
      case '[':
        return { re2: this.characterClass(), size: 1 }
      case '.':
        return { re2: ANY, size: 1 }
      case '\\':
        return { re2: this.escape(), size: 1 }
      case '^':
      case '$':
        return { re2: char, size: 1 }
      default:
        return { re2: literal(char), size: 1 }
    }
  }

  private group(): Part {
    if (this.chars[this.at] === '?') {
      if (this.chars[this.at + 1] !== ':') throw new NotPortable('a lookaround or named group')
      this.at += 2
    }
    const inner = this.alternatives()
    this.at++
    return { re2: `(?:${inner.re2})`, size: inner.size + 1 }
  }

  private quantifier(): { text: string; times: number } | undefined {
    const rest = this.chars.slice(this.at, this.at + 24).join('')
    const text = /^(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})\??/.exec(rest)?.[0]
    if (text === undefined) return undefined
    this.at += text.length
    const counts = (text.match(/[0-9]+/g) ?? []).map(Number)
    if (counts.some((count) => count > MAX_COUNT)) throw new NotPortable(`a count above ${MAX_COUNT}`)
    return { text, times: Math.max(1, ...counts) }
  }

  private characterClass(): string {
    let re2 = '['
    if (this.chars[this.at] === '^') re2 += this.take()
    const empty = this.chars[this.at] === ']'
    if (empty) throw new NotPortable('an empty class')
    while (this.chars[this.at] !== ']') {
      const char = this.take()
      if (char === '\\') re2 += this.escape()
      else re2 += char === '-' ? '-' : literal(char)
    }
    this.at++
    return `${re2}]`
  }

  private escape(): string {
    const char = this.take()
    if ('dDwW'.includes(char)) return `\\${char}`
    if (char === 'u') return this.codePoint()
    if (char === 'x') return `\\x{${this.take()}${this.take()}}`
    if (char === '0') return '\\x{0}'
    const control = { t: '9', n: 'a', v: 'b', f: 'c', r: 'd' }[char]
    if (control !== undefined) return `\\x{${control}}`
    if (/[A-Za-z0-9]/.test(char)) throw new NotPortable(`\`\\${char}\``)
    return literal(char)
  }

  private codePoint(): string {
    if (this.chars[this.at] !== '{') {
      const hex = this.chars.slice(this.at, this.at + 4).join('')
      if (/^d[89a-f]/i.test(hex)) throw new NotPortable('a surrogate escape')
      this.at += 4
      return `\\x{${hex}}`
    }
    const end = this.chars.indexOf('}', this.at)
    const hex = this.chars
      .slice(this.at + 1, end)
      .join('')
      .replace(/^0+(?=.)/, '')
    if (/^d[89a-f]..$/i.test(hex)) throw new NotPortable('a surrogate escape')
    this.at = end + 1
    return `\\x{${hex}}`
  }

  private take(): string {
    return this.chars[this.at++] ?? ''
  }
}

/** A character that stands for itself, inside a class and outside. */
function literal(char: string): string {
  return /[A-Za-z0-9 _]/.test(char) || char > '\u007f' ? char : `\\x{${(char.codePointAt(0) ?? 0).toString(16)}}`
}
