import { hasErrors, type Diagnostic } from '#diagnostics'
import type { Env } from './environment-variables.ts'
import { withoutLogins } from './kinds/address.ts'
import type { Kind } from './kinds/kind.ts'
import type { Reading } from './reading.ts'
import { plainSecrets } from './plain-secrets.ts'
import { readYaml } from './yaml/read-yaml.ts'
import { sourceText, type SourceText } from './yaml/source-text.ts'
import type { YamlNode } from './yaml/tree.ts'

/** A file whose YAML has been read, but not what it means. */
export interface OpenFile {
  readonly source: SourceText
  readonly env: Env
  readonly root?: YamlNode
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads the YAML of a file. `label` is the word for the file in messages. */
export function openFile(input: { file: string; text: string; env: Env }, label: string): OpenFile {
  const source = sourceText(input.file, input.text)
  return { source, env: input.env, ...readYaml(source, label) }
}

/**
 * Reads the whole file as one kind. `value` is there when nothing in the file is wrong, `rest` when something is and the
 * rest of it was asked for with `broken`; `unknown` lists the places whose value is not known yet. Diagnostics come in the
 * order of the file.
 */
export function readFile<T>(
  file: OpenFile,
  kind: Kind<T>,
  options: Partial<Pick<Reading, 'params' | 'declared' | 'used' | 'needsEnv' | 'settled' | 'broken'>> = {},
): { value?: T; rest?: T; unknown: readonly string[]; diagnostics: readonly Diagnostic[] } {
  const { source, env, root } = file
  const diagnostics = [...file.diagnostics]
  const unknown: string[] = []
  if (root === undefined) return { unknown, diagnostics: withHidden(diagnostics, kind, source) }
  const value = kind.read(root, { source, diagnostics, env, unknown, needsEnv: () => true, ...options })
  diagnostics.sort((a, b) => (a.span?.start.offset ?? 0) - (b.span?.start.offset ?? 0))
  const told = withHidden(diagnostics, kind, source)
  if (value === undefined) return { unknown, diagnostics: told }
  if (!hasErrors(diagnostics)) return { unknown, diagnostics: told, value }
  return { unknown, diagnostics: told, ...(options.broken && { rest: value }) }
}

/** The diagnostics, each with the places of its file that nobody may be shown. */
function withHidden<T>(diagnostics: readonly Diagnostic[], kind: Kind<T>, source: SourceText): readonly Diagnostic[] {
  if (diagnostics.length === 0) return diagnostics
  const hides = plainSecrets(kind.shape, source)
  if (hides.length === 0) return diagnostics
  // Where there is a login in the text, a message may quote it.
  return diagnostics.map((each) => ({ ...each, message: withoutLogins(each.message), hides }))
}

/**
 * Reads one top-level field, without regard to what else may be wrong: what later reading depends on. Nothing is
 * reported; `broken` tells a field that cannot be read from one that is not there.
 */
export function readFieldAlone<T>(file: OpenFile, key: string, kind: Kind<T>): { value?: T; broken: boolean } {
  const { source, env, root } = file
  const entry = root?.kind === 'mapping' ? root.entries.find(({ name }) => name === key) : undefined
  if (entry === undefined) return { broken: false }
  const diagnostics: Diagnostic[] = []
  const value = kind.read(entry.value, { source, diagnostics, env, unknown: [], needsEnv: () => true })
  return value === undefined || hasErrors(diagnostics) ? { broken: true } : { value, broken: false }
}
