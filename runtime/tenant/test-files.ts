import type { Diagnostic } from '#diagnostics'
import { parseTest } from '#spec'
import { faultsOf, type FileReader } from './load-base.ts'

/** What is wrong with `tests/*.yaml` beside a pipeline as texts; whether their rows come true is for `smelt test` to say. */
export function checkTests(pipeline: string, files: FileReader): Diagnostic[] {
  const folder = `pipelines/${pipeline}/tests`
  const names = [...files.list(folder)].sort().filter((name) => /\.ya?ml$/.test(name))
  const problems = names.flatMap((name) => {
    const file = `${folder}/${name}`
    const text = files.read(file)
    return text === undefined ? faultsOf(file, files) : parseTest({ file, text }).diagnostics
  })
  return [...faultsOf(folder, files), ...problems]
}
