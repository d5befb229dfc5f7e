import { diagnostic, nearestMatch, type Diagnostic, type Span } from '#diagnostics'

/** Reports a folder of `pipelines/` in which `pipeline.yaml` is missing. What is no folder, or empty, is no pipeline. */
export function missingPipeline(name: string, list: (folder: string) => readonly string[]): Diagnostic[] {
  const folder = `pipelines/${name}`
  const inside = list(folder)
  if (inside.length === 0) return []
  const nearest = nearestMatch('pipeline.yaml', inside)
  const place = nearest === undefined ? folder : `${folder}/${nearest}`
  return [diagnostic('spec/no-pipeline-file', { folder, nearest }, { span: startOf(place) })]
}

/** The place of what concerns a whole file. */
export function startOf(file: string): Span {
  const start = { offset: 0, line: 1, column: 1 }
  return { file, start, end: start }
}
