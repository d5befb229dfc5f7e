import { Composer, Lexer, Parser, type CST, type Document } from 'yaml'
import { diagnostic, type Diagnostic, type Span } from '#diagnostics'
import { convertDocument } from './convert.ts'
import { DepthWatch, MAX_DEPTH } from './depth.ts'
import { spanBetween, type SourceText } from './source-text.ts'
import type { YamlNode } from './tree.ts'

/** Reads any YAML text, as `readYaml` says. `masked` is the text with its placeholders masked. */
export function readAnyYaml(
  source: SourceText,
  masked: string,
  kind: string,
): { root?: YamlNode; diagnostics: Diagnostic[] } {
  const failed = (problem: Diagnostic): { diagnostics: Diagnostic[] } => ({ diagnostics: [problem] })
  const start = spanBetween(source, 0, 0)
  const depth = new DepthWatch()
  const documents = parse(masked, depth)
  if (documents === undefined) {
    const at = Math.min(depth.offset, source.text.length)
    return failed(diagnostic('yaml/too-deep', { limit: MAX_DEPTH }, { span: spanBetween(source, at, at + 1) }))
  }
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

const OPTIONS = { uniqueKeys: false, merge: false, prettyErrors: false, strict: true, logLevel: 'silent' } as const

/** The documents; undefined, before anything recurses into them, when one is nested too deeply. */
function parse(masked: string, depth: DepthWatch): Document.Parsed[] | undefined {
  const syntax = syntaxTokens(masked, depth)
  return syntax === undefined ? undefined : [...new Composer(OPTIONS).compose(syntax)]
}

function syntaxTokens(masked: string, depth: DepthWatch): CST.Token[] | undefined {
  const parser = new Parser()
  const syntax: CST.Token[] = []
  for (const token of new Lexer().lex(masked)) {
    if (depth.see(token)) return undefined
    for (const each of parser.next(token)) syntax.push(each)
  }
  for (const each of parser.end()) syntax.push(each)
  return syntax
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
