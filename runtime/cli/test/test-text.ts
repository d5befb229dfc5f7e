import { terminalReporter } from '#diagnostics'
import { failureText, type CaseResult, type TestReport } from '#fixture'

/** The counts of a report. */
export interface TestCounts {
  readonly cases: number
  readonly passed: number
  readonly failed: number
  /** Cases that could not be run. */
  readonly broken: number
}

/** Counts the cases of a report. */
export function countCases(results: readonly CaseResult[]): TestCounts {
  const count = (outcome: CaseResult['outcome']): number => results.filter((each) => each.outcome === outcome).length
  return { cases: results.length, passed: count('passed'), failed: count('failed'), broken: count('broken') }
}

/** The report for people: a line per file, what is wrong, every failure with its difference, and the counts. */
export function testText(
  report: TestReport,
  options: { readonly colours: boolean; readonly sql: boolean; readonly tookMs?: number },
): string {
  const { results, problems, texts } = report
  if (results.length === 0 && problems.length === 0) return 'no tests found\n'
  const reporter = terminalReporter({ colours: options.colours })
  const failures = results.flatMap((result) =>
    result.failures.map((failure) => {
      const frame = withoutCounts(reporter([failure.diagnostic], texts))
      const step = failure.step > 1 ? ` (step ${failure.step})` : ''
      return [`${result.file}: ${result.name}${step}`, frame, failureText(failure, options)].filter(Boolean).join('\n')
    }),
  )
  const blocks = [
    fileLines(results).join('\n'),
    ...(problems.length > 0 ? [withoutCounts(reporter(problems, texts))] : []),
  ]
  const hint = !options.sql && hasSql(results) ? `\n${SQL_HINT}` : ''
  const counts = `${summary(countCases(results), options.tookMs)}${hint}`
  return `${[...blocks, ...failures, counts].filter(Boolean).join('\n\n')}\n`
}

const SQL_HINT = 'With --sql you see the statement that made the rows of a table that differs.'

function hasSql(results: readonly CaseResult[]): boolean {
  return results.some(({ failures }) => failures.some(({ sql = '' }) => sql !== ''))
}

function fileLines(results: readonly CaseResult[]): string[] {
  const files = [...new Set(results.map(({ file }) => file))]
  return files.map((file) => {
    const { cases, passed } = countCases(results.filter((each) => each.file === file))
    return passed === cases
      ? `ok    ${file}  ${plural(cases, 'case')}`
      : `FAIL  ${file}  ${passed} of ${plural(cases, 'case')} passed`
  })
}

function summary({ cases, passed, failed, broken }: TestCounts, tookMs: number | undefined): string {
  const parts = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(broken > 0 ? [`${broken} could not be run`] : []),
  ]
  const took = tookMs === undefined ? '' : ` (${(tookMs / 1000).toFixed(1)} s)`
  return `${plural(cases, 'case')}: ${parts.join(', ')}${took}`
}

/** The reporter's closing line counts problems; here cases are counted. */
function withoutCounts(text: string): string {
  return text.slice(0, text.lastIndexOf('\n\n'))
}

/** `1 case`, `2 cases`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
