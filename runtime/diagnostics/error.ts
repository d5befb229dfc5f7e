import { diagnostic, type Diagnostic, type Where } from './diagnostic.ts'
import type { Code, ParamsOf } from './codes/index.ts'

/** What is thrown when work cannot go on: a broken external or a fault of ours, never a user's mistake in a file. */
export class SmeltError extends Error {
  readonly diagnostic: Diagnostic

  constructor(problem: Diagnostic, options?: ErrorOptions) {
    super(problem.message, options)
    this.name = 'SmeltError'
    this.diagnostic = problem
  }

  get code(): Code {
    return this.diagnostic.code
  }
}

/** Builds the error of `code`. A caught fault goes in `cause`; its message is kept for the reader. */
export function smeltError<C extends Code>(
  code: C,
  params: ParamsOf<C>,
  where: Omit<Where, 'cause'> & { cause?: unknown } = {},
): SmeltError {
  const { cause, ...rest } = where
  if (cause === undefined) return new SmeltError(diagnostic(code, params, rest))
  return new SmeltError(diagnostic(code, params, { ...rest, cause: causeText(cause) }), { cause })
}

/** True for a SmeltError of one of `codes`, or of any code when none is named. Safe on foreign values. */
export function isSmeltError(value: unknown, ...codes: Code[]): value is SmeltError {
  return value instanceof SmeltError && (codes.length === 0 || codes.includes(value.code))
}

function causeText(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
