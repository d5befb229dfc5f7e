import type { Diagnostic } from '../diagnostic.ts'
import type { Reporter } from './reporter.ts'
import { sortedByPlace } from './sort.ts'

const COMMAND = { error: 'error', warning: 'warning', info: 'notice' } as const

/** For GitHub Actions: one workflow command per problem, which shows it at its line in the pull request. */
export const githubReporter: Reporter = (diagnostics) =>
  sortedByPlace(diagnostics)
    .map((each) => `${command(each)}\n`)
    .join('')

function command({ code, severity, message, why, help, span }: Diagnostic): string {
  const place =
    span === undefined
      ? []
      : [`file=${property(span.file)}`, `line=${span.start.line}`, `endLine=${span.end.line}`, ...columns(span)]
  const properties = [...place, `title=${property(code)}`].join(',')
  return `::${COMMAND[severity]} ${properties}::${data(`${message}\n${why}\n${help}`)}`
}

/** Columns are only understood within one line. */
function columns({ start, end }: NonNullable<Diagnostic['span']>): string[] {
  return start.line === end.line ? [`col=${start.column}`, `endColumn=${end.column}`] : []
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
