import type { Code } from '../codes/index.ts'
import { codeEntry, type Diagnostic } from '../diagnostic.ts'
import type { Reporter } from './reporter.ts'
import { LEVEL, messageText, PROJECT_ROOT, sarifResult } from './sarif-result.ts'
import { sortedByPlace } from './sort.ts'

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

/**
 * For code scanning: one SARIF 2.1.0 log with one run, whose rules are the entries of the code table that have a
 * result. Paths are relative to the root of the project, columns and offsets count UTF-16 units, and no text of a file
 * is in it.
 */
export function sarifReporter(options: { readonly version: string }): Reporter {
  return (diagnostics) => {
    const sorted = sortedByPlace(diagnostics)
    const codes = [...new Set(sorted.map(({ code }) => code))].sort()
    const log = { version: '2.1.0', $schema: SCHEMA, runs: [run(sorted, codes, options.version)] }
    return `${JSON.stringify(log, null, 2)}\n`
  }
}

function run(diagnostics: readonly Diagnostic[], codes: readonly Code[], version: string): object {
  return {
    tool: { driver: { name: 'Smelt', version, semanticVersion: version, rules: codes.map(rule) } },
    language: 'en',
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: {
      [PROJECT_ROOT]: { description: { text: 'The root of the project: the folder of its smelt.yaml.' } },
    },
    results: diagnostics.map((each) => sarifResult(each, codes.indexOf(each.code))),
  }
}

function rule(code: Code): object {
  const { title, severity, domain, retry, why, fix, since, deprecated } = codeEntry(code)
  const help = typeof fix === 'string' ? fix : 'What to do depends on the case: the message of each result says it.'
  return {
    id: code,
    shortDescription: { text: `${title}.` },
    fullDescription: { text: messageText(why) },
    help: { text: messageText(`${why} ${help}`) },
    defaultConfiguration: { level: LEVEL[severity] },
    properties: { domain, retry, since, ...(deprecated === undefined ? {} : { deprecated }) },
  }
}
