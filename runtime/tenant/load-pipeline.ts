import { diagnostic, replacement, type Diagnostic, type Span } from '#diagnostics'
import { openPipeline, type Env, type PipelineFile, type PipelineNode, type PipelineResult } from '#spec'
import { faultsOf, type FileReader } from './load-base.ts'
import { missingPipeline } from './missing-pipeline.ts'

/** A pipeline folder. `node` is the pipeline with the defaults of its params, when those are enough. */
export interface LoadedPipeline extends Omit<PipelineResult, 'diagnostics'> {
  readonly name: string
  readonly file: string
  /** Where it says its name, when that could be read. */
  readonly place?: Span
  /** The name it says, when that is not the name of its folder. */
  readonly says?: string
}

/** The names in `pipelines/`, sorted: pipelines, and what else lies there. */
export function pipelineNames({ list }: Pick<FileReader, 'list'>): string[] {
  return [...list('pipelines')].sort()
}

/**
 * Loads pipelines/<name>/pipeline.yaml with the defaults of its params. `found` is there when there is such a file, and
 * can be read for tenants; `unreadable` says that there is a pipeline of which nothing more is known, as was told.
 */
export function loadPipeline(
  name: string,
  files: FileReader,
  env: Env,
): {
  readonly found?: { readonly pipeline: LoadedPipeline; readonly opened: PipelineFile }
  readonly unreadable?: true
  readonly diagnostics: readonly Diagnostic[]
} {
  const file = `pipelines/${name}/pipeline.yaml`
  const text = files.read(file)
  if (text === undefined) {
    const faults = faultsOf(file, files)
    const problems = faults.length > 0 ? faults : missingPipeline(name, files.list)
    return { ...(problems.length > 0 ? { unreadable: true } : {}), diagnostics: problems }
  }
  const opened = openPipeline({ file, text, env })
  const { diagnostics, ...result } = opened.parse()
  const said = result.node?.name
  const says = said === undefined || said.value === name ? {} : { says: said.value }
  const pipeline = { name, file, ...(said === undefined ? {} : { place: said.span }), ...says, ...result }
  return { found: { pipeline, opened }, diagnostics: [...diagnostics, ...nameProblems(name, result.node)] }
}

function nameProblems(folder: string, node: PipelineNode | undefined): Diagnostic[] {
  if (node === undefined || node.name.value === folder) return []
  const { value: name, span, pointer } = node.name
  const fix = replacement(span, name, folder, 'maybe')
  return [diagnostic('spec/name-not-folder', { name, folder }, { span, pointer, fix })]
}
