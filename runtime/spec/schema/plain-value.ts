import { readYaml } from '../yaml/read-yaml.ts'
import { sourceText } from '../yaml/source-text.ts'
import type { YamlNode } from '../yaml/tree.ts'

/** A value of YAML as plain data. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain }

/** What `text` says as the value of a field, with its placeholders as they stand. Throws for a text that is not YAML. */
export function plainValue(text: string): Plain {
  const { root, diagnostics } = readYaml(sourceText('value', `value: ${text}\n`), 'value')
  const value = root?.kind === 'mapping' ? root.entries[0]?.value : undefined
  if (value === undefined || diagnostics.length > 0) throw new Error(`not a value of YAML: ${text}`)
  return plain(value)
}

/** The node as plain data. */
export function plain(node: YamlNode): Plain {
  switch (node.kind) {
    case 'scalar':
      return node.value
    case 'sequence':
      return node.items.map(plain)
    case 'mapping':
      return Object.fromEntries(node.entries.map(({ name, value }) => [name, plain(value)]))
  }
}
