import { codeEntry, type Diagnostic } from '#diagnostics'

/** Said by one that came second: the instance is another process's, here or elsewhere, and so are its states. */
const ANOTHER_RUNS: readonly string[] = ['checkpoint/already-running', 'checkpoint/fenced']

/** External by their entry, as the machine may be the cause; but what a plan asks of memory and disk is, too. */
const MAY_BE_OF_PLAN: readonly string[] = ['sql/statement-failed', 'cli/instance-ended']

/** Whether an attempt to run an instance was refused because another process runs it. */
export function anotherRuns(problems: readonly Pick<Diagnostic, 'code'>[]): boolean {
  return problems.some(({ code }) => ANOTHER_RUNS.includes(code))
}

/**
 * What of the problems that a plan ended with, once it had begun, may be its own fault: not that another process runs it, nor
 * what the broker, the lake or a receiver did, which would befall any plan.
 */
export function faultOfPlan(problems: readonly Diagnostic[]): Diagnostic | undefined {
  if (anotherRuns(problems)) return undefined
  return problems.find(({ code }) => codeEntry(code).domain !== 'external' || MAY_BE_OF_PLAN.includes(code))
}
