import type { Diagnostic } from '#diagnostics'
import { failureText, type CaseResult, type TestReport } from '#fixture'
import { countCases } from './test-text.ts'

/** The report as JUnit XML, which build servers read: a suite per file, a failure or an error per case. */
export function testJunit({ results, problems }: TestReport): string {
  const files = [...new Set(results.map(({ file }) => file))]
  const { cases, failed, broken } = countCases(results)
  // What is wrong with a file whose cases could not even be read must not pass as a suite without cases.
  const lost = problems.filter(
    ({ span }) => !results.some((each) => each.outcome === 'broken' && each.problems.some((one) => one.span === span)),
  )
  const extra =
    lost.length === 0
      ? []
      : [
          suite(
            'problems',
            lost.map((each) => problemCase(each)),
            lost.length,
          ),
        ]
  const suites = files.map((file) =>
    fileSuite(
      file,
      results.filter((each) => each.file === file),
    ),
  )
  const counts = `tests="${cases + lost.length}" failures="${failed}" errors="${broken + lost.length}"`
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${counts}>\n${[...suites, ...extra].join('')}</testsuites>\n`
}

function fileSuite(file: string, results: readonly CaseResult[]): string {
  return suite(file, results.map(caseXml), results.filter(({ outcome }) => outcome === 'broken').length)
}

function suite(name: string, cases: readonly string[], errors: number): string {
  const failures = cases.filter((each) => each.includes('<failure ')).length
  const counts = `tests="${cases.length}" failures="${failures}" errors="${errors}"`
  return `  <testsuite name="${escape(name)}" ${counts}>\n${cases.join('')}  </testsuite>\n`
}

function caseXml({ file, name, failures, problems, durationMs }: CaseResult): string {
  const open = `    <testcase classname="${escape(file)}" name="${escape(name)}" time="${(durationMs / 1000).toFixed(3)}"`
  const wrong = [
    ...failures.map((failure) => element('failure', failure.diagnostic, failureText(failure, { sql: false }))),
    ...problems.map((problem) => element('error', problem, problem.help)),
  ]
  return wrong.length === 0 ? `${open}/>\n` : `${open}>\n${wrong.join('')}    </testcase>\n`
}

function problemCase(problem: Diagnostic): string {
  const file = escape(problem.span?.file ?? 'project')
  return `    <testcase classname="${file}" name="${escape(problem.code)}">\n${element('error', problem, problem.help)}    </testcase>\n`
}

function element(kind: 'failure' | 'error', { code, message, span }: Diagnostic, text: string): string {
  const place = span === undefined ? '' : `${span.file}:${span.start.line}:${span.start.column}\n`
  return `      <${kind} type="${escape(code)}" message="${escape(message)}">${escape(place + text)}</${kind}>\n`
}

/** XML cannot hold most control characters, escaped or not. */
function escape(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\u00B7')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
