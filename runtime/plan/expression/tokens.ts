import type { Range } from './ast.ts'
import { problem, type Problem } from './problem.ts'

/** `value` is a string's or quoted name's content; of other tokens, the text in lower case. */
export interface Token extends Range {
  readonly kind: 'number' | 'string' | 'word' | 'quoted' | 'symbol' | 'end'
  readonly text: string
  readonly value: string
}

const SPACE = /[ \t\r\n]+/y
const NUMBER = /(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y
const WORD = /[\p{L}_][\p{L}\p{N}_$]*/uy
const SYMBOL = /<=|>=|<>|!=|\|\||::|[()[\],.+\-*/%<>=]/y

/** Cuts a text into tokens, always ended by one of kind `end`; a stretch that is no token is a problem and is left out. */
export function tokenize(text: string): { tokens: Token[]; problems: Problem[] } {
  const tokens: Token[] = []
  const problems: Problem[] = []
  let at = 0
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.test(text) ? text.slice(at, pattern.lastIndex) : undefined
  }
  const push = (kind: Token['kind'], length: number, value: string): void => {
    tokens.push({ kind, text: text.slice(at, at + length), value, start: at, end: at + length })
    at += length
  }
  while (at < text.length) {
    const space = take(SPACE)
    if (space !== undefined) {
      at += space.length
      continue
    }
    const quote = text.charAt(at)
    if (quote === "'" || quote === '"') {
      const length = quotedLength(text, at)
      if (length === undefined) {
        const range = { start: at, end: text.length }
        problems.push(
          problem(
            'plan/expression-syntax',
            { found: text.slice(at, at + 20), expected: [`a closing ${quote}`] },
            range,
          ),
        )
        break
      }
      const value = text.slice(at + 1, at + length - 1).replaceAll(quote + quote, quote)
      const range = { start: at, end: at + length }
      if (/\p{Surrogate}/u.test(value))
        problems.push(problem('plan/bad-literal', { text: 'text', detail: 'it holds half of a surrogate pair' }, range))
      push(quote === "'" ? 'string' : 'quoted', length, value)
      continue
    }
    const number = take(NUMBER)
    if (number !== undefined && !(number === '.' || (number.startsWith('.') && endsName(tokens.at(-1), at)))) {
      pushNumber(number)
      continue
    }
    const word = take(WORD)
    if (word !== undefined) {
      push('word', word.length, word.toLowerCase())
      continue
    }
    const symbol = take(SYMBOL)
    if (symbol !== undefined) {
      push('symbol', symbol.length, symbol)
      continue
    }
    const stray = String.fromCodePoint(text.codePointAt(at) ?? 0)
    problems.push(
      problem(
        'plan/expression-syntax',
        { found: stray, expected: ['an operator', 'a value'] },
        { start: at, end: at + stray.length },
      ),
    )
    at += stray.length
  }
  tokens.push({ kind: 'end', text: '', value: '', start: text.length, end: text.length })
  return { tokens, problems }

  function pushNumber(number: string): void {
    const start = at
    push('number', number.length, number.toLowerCase())
    const tail = take(WORD)
    if (tail === undefined) return
    at += tail.length
    const detail = 'a number is followed by a space, an operator or the end'
    problems.push(problem('plan/bad-literal', { text: number + tail, detail }, { start, end: at }))
  }
}

/** Length of the quoted stretch that starts at `start`, both quotes counted; a doubled quote stands for itself. */
function quotedLength(text: string, start: number): number | undefined {
  const quote = text.charAt(start)
  for (let at = start + 1; at < text.length; at++) {
    if (text.charAt(at) !== quote) continue
    if (text.charAt(at + 1) === quote) at++
    else return at + 1 - start
  }
  return undefined
}

/** True when a dot at `at` reads a field of what stands before it rather than starting a number. */
function endsName(before: Token | undefined, at: number): boolean {
  if (before?.end !== at) return false
  return before.kind === 'word' || before.kind === 'quoted' || before.text === ']' || before.text === ')'
}
