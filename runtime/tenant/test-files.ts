import type { Diagnostic } from '#diagnostics'
import { parseTest } from '#spec'
import type { FileReader } from './load-base.ts'

/** What is wrong with `tests/*.yaml` beside a pipeline as texts; whether their rows come true is for `smelt test` to say. */
export function checkTests(pipeline: string, files: FileReader): Diagnostic[] {
  const folder = `pipelines/${pipeline}/tests`
  return [...files.list(folder)].sort().flatMap((name) => {
    const file = `${folder}/${name}`
    const text = /\.ya?ml$/.test(name) ? files.read(file) : undefined
    return text === undefined ? [] : parseTest({ file, text }).diagnostics
  })
}
