import { diagnostic, type Diagnostic } from '#diagnostics'
import type { FileReader } from './load-base.ts'
import { startOf } from './missing-pipeline.ts'

const FOLDERS = [
  { kind: 'contract', folder: 'contracts', pattern: /\.json$/ },
  { kind: 'reference', folder: 'reference', pattern: /\.(?:csv|json)$/ },
] as const

/** The contracts and references in the folders of a pipeline that nothing reads. `used` has the files that were read. */
export function unusedFiles(
  pipeline: string,
  used: { has: (file: string) => boolean },
  { list }: Pick<FileReader, 'list'>,
): Diagnostic[] {
  return FOLDERS.flatMap(({ kind, folder, pattern }) =>
    [...list(`pipelines/${pipeline}/${folder}`)]
      .sort()
      .map((name) => `pipelines/${pipeline}/${folder}/${name}`)
      .filter((file) => pattern.test(file) && !used.has(file))
      .map((file) => diagnostic('spec/unused-file', { kind, file, pipeline }, { span: startOf(file) })),
  )
}
