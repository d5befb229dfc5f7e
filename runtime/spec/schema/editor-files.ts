import { jsonSchema } from './json-schema.ts'
import { ROOTS, type Root } from './roots.ts'

/** The name of the file that holds the schema of a root: `pipeline.schema.json`. */
export function schemaFile({ name }: Root): string {
  return `${name}.schema.json`
}

/** The whole text of that file. */
export function schemaText(root: Root): string {
  return `${JSON.stringify(jsonSchema(root), null, 2)}\n`
}

/** What `.vscode/settings.json` needs so that files without such a line are checked too. */
export function editorSettings(folder: string): { readonly 'yaml.schemas': Readonly<Record<string, string>> } {
  return { 'yaml.schemas': Object.fromEntries(ROOTS.map((root) => [`./${folder}/${schemaFile(root)}`, root.files])) }
}
