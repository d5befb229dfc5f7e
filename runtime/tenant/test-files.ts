import path from 'node:path/posix'
import type { Diagnostic } from '#diagnostics'
import { parseTest } from '#spec'
import type { FileReader, LoadedProject } from './load-project.ts'

/** What is wrong with the test files of pipelines as texts; whether their rows come true is for `smelt test` to say. */
export interface CheckedTests {
  readonly diagnostics: readonly Diagnostic[]
  /** By path. */
  readonly texts: ReadonlyMap<string, string>
}

/** Reads `tests/*.yaml` beside every pipeline. */
export function checkTests({ pipelines }: LoadedProject, files: FileReader): CheckedTests {
  const texts = new Map<string, string>()
  for (const { file } of pipelines) {
    const folder = `${path.dirname(file)}/tests`
    for (const name of [...files.list(folder)].sort()) {
      const text = /\.ya?ml$/.test(name) ? files.read(`${folder}/${name}`) : undefined
      if (text !== undefined) texts.set(`${folder}/${name}`, text)
    }
  }
  return { texts, diagnostics: [...texts].flatMap(([file, text]) => parseTest({ file, text }).diagnostics) }
}
