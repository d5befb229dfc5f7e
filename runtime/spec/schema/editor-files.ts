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

/**
 * The first line of a YAML file of `root` that tells any editor with the YAML language server which schema it has.
 * `file` and `folder` (that of the schemas) are paths from the root of the project, with `/`.
 */
export function schemaLine(root: Root, file: string, folder: string): string {
  const up = '../'.repeat(file.split('/').length - 1)
  return `# yaml-language-server: $schema=${up === '' ? './' : up}${folder}/${schemaFile(root)}`
}

/** What `.vscode/settings.json` needs so that files without such a line are checked too. */
export function editorSettings(folder: string): { readonly 'yaml.schemas': Readonly<Record<string, string>> } {
  return { 'yaml.schemas': Object.fromEntries(ROOTS.map((root) => [`./${folder}/${schemaFile(root)}`, root.files])) }
}
