import type { Diagnostic, Related } from '../diagnostic.ts'
import type { Severity } from '../entry.ts'
import type { Fix } from '../fix.ts'
import type { Span } from '../span.ts'

/** What paths are relative to. */
export const PROJECT_ROOT = 'PROJECTROOT'

/** SARIF's word for each severity. */
export const LEVEL: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' }

/** `text` as a SARIF message, in which single braces hold the place of an argument (section 3.11.5). */
export function messageText(text: string): string {
  return text.replace(/[{}]/g, '$&$&')
}

/** One problem as a SARIF result (section 3.27); `ruleIndex` is the place of its code among the rules of the run. */
export function sarifResult(problem: Diagnostic, ruleIndex: number): object {
  const { code, severity, message, why, help, span, pointer, related = [], fix, cause } = problem
  const causes = cause === undefined ? [] : [`Cause: ${cause}`]
  return {
    ruleId: code,
    ruleIndex,
    level: LEVEL[severity],
    message: { text: messageText([`${message}.`, ...causes, why, help].join('\n')) },
    locations: span === undefined && pointer === undefined ? [] : [location(span, pointer)],
    ...(related.length === 0 ? {} : { relatedLocations: related.map(relatedLocation) }),
    ...(fix === undefined ? {} : { fixes: [sarifFix(fix)] }),
  }
}

function location(span: Span | undefined, pointer: string | undefined): object {
  return {
    ...(span === undefined ? {} : { physicalLocation: physicalLocation(span) }),
    ...(pointer === undefined || pointer === '' ? {} : { logicalLocations: [{ fullyQualifiedName: pointer }] }),
  }
}

function relatedLocation({ message, span }: Related, index: number): object {
  return { id: index + 1, physicalLocation: physicalLocation(span), message: { text: messageText(message) } }
}

function physicalLocation(span: Span): object {
  return { artifactLocation: artifactLocation(span.file), region: region(span) }
}

function artifactLocation(file: string): object {
  return { uri: file.split('/').map(encodeURIComponent).join('/'), uriBaseId: PROJECT_ROOT }
}

/** Lines and columns count from 1, offsets from 0; the end column is the first one after the region. */
function region({ start, end }: Span): object {
  return {
    startLine: start.line,
    startColumn: start.column,
    endLine: end.line,
    endColumn: end.column,
    charOffset: start.offset,
    charLength: end.offset - start.offset,
  }
}

/** A consumer may apply it in part or whole, so how sure it is stands beside it. */
function sarifFix({ title, confidence, edits }: Fix): object {
  const files = [...new Set(edits.map(({ span }) => span.file))]
  const artifactChanges = files.map((file) => ({
    artifactLocation: artifactLocation(file),
    replacements: edits
      .filter(({ span }) => span.file === file)
      .map(({ span, text }) => ({ deletedRegion: region(span), insertedContent: { text } })),
  }))
  return { description: { text: messageText(title) }, artifactChanges, properties: { confidence } }
}
