import { jsonReporter, type Diagnostic } from '#diagnostics'
import type { CaseResult, Failure, TestReport } from '#fixture'
import { jsonText } from '#spec'
import { countCases } from './test-text.ts'

type Rows = readonly ReadonlyMap<string, Parameters<typeof jsonText>[0]>[]

/** The report for programs: `{ version, counts, problems, cases }`. Rows are objects, their values as a test has them. */
export function testJson({ results, problems }: TestReport): string {
  return `${JSON.stringify(
    { version: 1, counts: countCases(results), problems: problems.map(shape), cases: results.map(caseShape) },
    null,
    2,
  )}\n`
}

function caseShape({ file, name, outcome, failures, durationMs }: CaseResult): object {
  return { file, name, outcome, duration_ms: Math.round(durationMs), failures: failures.map(failureShape) }
}

function failureShape({ diagnostic, step, diff, table, sql, quarantined }: Failure): object {
  return {
    step,
    table: table ?? null,
    diagnostic: shape(diagnostic),
    changed: (diff?.changed ?? []).map(({ expected, found }) => ({ expected: row(expected), found: row(found) })),
    missing: rows(diff?.missing ?? []),
    unexpected: rows(diff?.unexpected ?? []),
    quarantined: rows(quarantined ?? []),
    sql: sql ?? null,
  }
}

/** The diagnostic as the command prints all of them. */
function shape(problem: Diagnostic): unknown {
  const { diagnostics } = JSON.parse(jsonReporter([problem], new Map())) as { diagnostics: readonly unknown[] }
  return diagnostics[0]
}

function rows(all: Rows): object[] {
  return all.map(row)
}

function row(values: Rows[number]): object {
  return Object.fromEntries([...values].map(([name, value]) => [name, JSON.parse(jsonText(value)) as unknown]))
}
