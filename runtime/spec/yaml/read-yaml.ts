import { diagnostic, type Diagnostic } from '#diagnostics'
import { readAnyYaml } from './any-reader.ts'
import { maskPlaceholders } from './placeholders.ts'
import { readPlainYaml } from './plain-reader.ts'
import { spanBetween, type SourceText } from './source-text.ts'
import type { YamlNode } from './tree.ts'

/** A declaration is small; this bounds what a broken generator can cost. */
const MAX_CHARACTERS = 1024 * 1024

/**
 * Reads one YAML 1.2 document (core schema). What makes a declaration ambiguous or unbounded is refused: aliases,
 * anchors, tags, merge keys, directives, a second document, keys that are not text, duplicate keys. `root` is there
 * when every node could be read; `kind` names the file in messages.
 */
export function readYaml(source: SourceText, kind: string): { root?: YamlNode; diagnostics: Diagnostic[] } {
  const { text } = source
  if (text.length > MAX_CHARACTERS) {
    const span = spanBetween(source, 0, 0)
    return { diagnostics: [diagnostic('yaml/too-large', { bytes: text.length, limit: MAX_CHARACTERS }, { span })] }
  }
  const masked = maskPlaceholders(text)
  const root = readPlainYaml(source, masked)
  return root === undefined ? readAnyYaml(source, masked, kind) : { root, diagnostics: [] }
}
