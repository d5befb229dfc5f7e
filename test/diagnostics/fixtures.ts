import { diagnostic, type Diagnostic, type Span } from '#diagnostics'

/** The span of the first `part` in `text`. */
export function spanOf(file: string, text: string, part: string): Span {
  const offset = text.indexOf(part)
  const at = (index: number): Span['start'] => {
    const before = text.slice(0, index).split('\n')
    return { offset: index, line: before.length, column: (before.at(-1) ?? '').length + 1 }
  }
  return { file, start: at(offset), end: at(offset + part.length) }
}

export const FILE = 'pipelines/a/pipeline.yaml'
export const TEXT = 'smelt: 1\nname: a\nsources:\n  s:\n    topik: t\n\ttab: x\n    topic: t\n'

/** One problem at `part` of TEXT. */
export function problemAt(part: string, where: Partial<Diagnostic> = {}): Diagnostic {
  return { ...diagnostic('yaml/duplicate-key', { key: part }, { span: spanOf(FILE, TEXT, part) }), ...where }
}
