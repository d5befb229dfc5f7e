import type { Ast, Range } from './ast.ts'
import { problem, type Problem } from './problem.ts'
import type { Token } from './tokens.ts'

/** Raised inside the parser alone, to leave an expression at its first syntax error. */
export class SyntaxProblem extends Error {
  readonly problem: Problem

  constructor(found: Problem) {
    super(found.code)
    this.problem = found
  }
}

/** A place in a list of tokens. */
export interface Reader {
  /** The token at the place, or `ahead` further on. */
  readonly peek: (ahead?: number) => Token
  readonly next: () => Token
  /** True, and one step on, when the next token is the symbol or keyword. */
  readonly accept: (text: string) => boolean
  /** True, and past them, when the next tokens are these keywords. */
  readonly acceptWords: (...words: string[]) => boolean
  readonly expect: (text: string, ...alternatives: string[]) => Token
  /** Leaves the parser: the token at the place is not what may stand there. */
  readonly fail: (...expected: string[]) => never
  /** From `start` to the end of the token read last. */
  readonly rangeFrom: (start: number) => Range
}

/** What the parser hands to its parts: the tokens, and a way back to whole expressions. */
export interface Parser {
  readonly reader: Reader
  /** Parses operators that bind tighter than `power`. */
  readonly expression: (power?: number) => Ast
}

/** Reads `tokens` from their first; never past the last, which has kind `end`. */
export function createReader(tokens: readonly Token[]): Reader {
  let place = 0
  const end = tokens.at(-1) ?? { kind: 'end', text: '', value: '', start: 0, end: 0 }
  const peek = (ahead = 0): Token => tokens[place + ahead] ?? end
  const next = (): Token => {
    const token = peek()
    if (token.kind !== 'end') place++
    return token
  }
  const accept = (text: string): boolean => {
    if (!isToken(peek(), text)) return false
    place++
    return true
  }
  const acceptWords = (...words: string[]): boolean => {
    if (!words.every((word, index) => isToken(peek(index), word))) return false
    place += words.length
    return true
  }
  const fail = (...expected: string[]): never => {
    const token = peek()
    const found = token.kind === 'end' ? 'the end of the expression' : token.text
    throw new SyntaxProblem(problem('plan/expression-syntax', { found, expected }, token))
  }
  const expect = (text: string, ...alternatives: string[]): Token =>
    isToken(peek(), text) ? next() : fail(`\`${text}\``, ...alternatives)
  const rangeFrom = (start: number): Range => ({ start, end: tokens[place - 1]?.end ?? start })
  return { peek, next, accept, acceptWords, expect, fail, rangeFrom }
}

/** True when `token` is the symbol or keyword `text`; a quoted name never is. */
export function isToken(token: Token, text: string): boolean {
  return (token.kind === 'word' || token.kind === 'symbol') && token.value === text
}
