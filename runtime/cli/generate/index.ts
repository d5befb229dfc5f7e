import { commandsPage } from './commands-page.ts'
import { errorPages } from './error-pages.ts'
import { functionsPage } from './functions-page.ts'
import type { Generator } from './generator.ts'
import { nounPages } from './noun-pages.ts'
import { policyTemplate } from './policy-template.ts'
import { schemaFiles } from './schema-files.ts'

export { GENERATE_COMMAND, GENERATED_FOLDERS, type Generator } from './generator.ts'

/** Everything that is generated. A new kind of page is one entry. */
export const GENERATORS: readonly Generator[] = [
  commandsPage,
  errorPages,
  functionsPage,
  nounPages,
  policyTemplate,
  schemaFiles,
]

/** The generated files: path from the root of the repository, and text. Two generators never make the same file. */
export function generatedFiles(generators: readonly Generator[] = GENERATORS): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const { name, files: made } of generators) {
    for (const [file, text] of made()) {
      if (files.has(file)) throw new Error(`${file} is made twice, also by "${name}"`)
      files.set(file, text)
    }
  }
  return files
}
