import { parseAllDocuments, type Document } from 'yaml'
import { diagnostic, type Diagnostic, type Span } from '#diagnostics'
import { convertDocument } from './convert.ts'
import { MAX_DEPTH, tooDeepAt } from './depth.ts'
import { maskPlaceholders } from './placeholders.ts'
import { spanBetween, type SourceText } from './source-text.ts'
import type { YamlNode } from './tree.ts'

/** A declaration is small; this bounds what a broken generator can cost. */
const MAX_CHARACTERS = 1024 * 1024

/**
 * Reads one YAML 1.2 document (core schema). What makes a declaration ambiguous or unbounded is refused: aliases,
 * anchors, tags, merge keys, directives, a second document, keys that are not text, duplicate keys. `root` is there
 * when every node could be read; `kind` names the file in messages.
 */
export function readYaml(source: SourceText, kind: string): { root?: YamlNode; diagnostics: Diagnostic[] } {
  const failed = (problem: Diagnostic): { diagnostics: Diagnostic[] } => ({ diagnostics: [problem] })
  const start = spanBetween(source, 0, 0)
  if (source.text.length > MAX_CHARACTERS) {
    return failed(diagnostic('yaml/too-large', { bytes: source.text.length, limit: MAX_CHARACTERS }, { span: start }))
  }
  const masked = maskPlaceholders(source.text)
  const deep = tooDeepAt(masked)
  if (deep !== undefined) {
    return failed(diagnostic('yaml/too-deep', { limit: MAX_DEPTH }, { span: spanBetween(source, deep, deep + 1) }))
  }
  const documents = parse(masked)
  const [first, second] = documents
  if (first === undefined || first.contents === null) {
    const problem = documents.flatMap((each) => each.errors)[0]
    return failed(problem ? syntax(source, problem) : diagnostic('yaml/empty', { kind }, { span: start }))
  }
  for (const each of documents) {
    const [problem] = each.errors
    if (problem !== undefined) return failed(syntax(source, problem))
  }
  if (second !== undefined) {
    const at = second.range[0]
    return failed(diagnostic('yaml/several-documents', {}, { span: spanBetween(source, at, at) }))
  }
  return convertDocument(first, source, masked)
}

function parse(masked: string): Document.Parsed[] {
  const options = { uniqueKeys: false, merge: false, prettyErrors: false, strict: true, logLevel: 'silent' } as const
  const documents = parseAllDocuments(masked, options)
  return Array.isArray(documents) ? documents : []
}

/** Only the first error of a file: the rest are mostly its echoes. */
function syntax(source: SourceText, problem: { message: string; pos: [number, number] }): Diagnostic {
  const detail = problem.message.charAt(0).toLowerCase() + problem.message.slice(1)
  return diagnostic('yaml/syntax', { detail }, { span: visibleSpan(source, ...problem.pos) })
}

/** The library often points at the blanks before what is wrong, or past the end; mark something that can be seen. */
function visibleSpan(source: SourceText, start: number, end: number): Span {
  const { text } = source
  let first = start
  while (/[ \t]/.test(text.charAt(first))) first++
  if (first >= text.trimEnd().length) first = Math.max(0, text.trimEnd().length - 1)
  const newline = text.indexOf('\n', first)
  const lineEnd = newline === -1 ? text.length : newline
  return spanBetween(source, first, Math.max(first + 1, Math.min(end, lineEnd)))
}
