import { hasErrors, type Diagnostic } from '#diagnostics'
import type { Kind } from './kinds/kind.ts'
import type { Reading } from './reading.ts'
import { readYaml } from './yaml/read-yaml.ts'
import { sourceText } from './yaml/source-text.ts'

/** The environment variables, as a function so that nothing else of the process is in reach. */
export type Env = (name: string) => string | undefined

interface FileInput extends Partial<Pick<Reading, 'params' | 'needsEnv'>> {
  readonly file: string
  readonly text: string
  readonly env: Env
  /** The word for the file in messages. */
  readonly label: string
}

/**
 * Reads a whole file as one kind. `value` is there when nothing in the file is wrong; `unknown` lists the places
 * whose value is not known yet. Diagnostics come in the order of the file.
 */
export function parseFile<T>(
  kind: Kind<T>,
  input: FileInput,
): { value?: T; unknown: readonly string[]; diagnostics: readonly Diagnostic[] } {
  const source = sourceText(input.file, input.text)
  const { root, diagnostics } = readYaml(source, input.label)
  if (root === undefined) return { unknown: [], diagnostics }
  const unknown: string[] = []
  const { env, needsEnv = () => true } = input
  const scope = input.params === undefined ? {} : { params: input.params }
  const value = kind.read(root, { source, diagnostics, env, needsEnv, unknown, ...scope })
  diagnostics.sort((a, b) => (a.span?.start.offset ?? 0) - (b.span?.start.offset ?? 0))
  return { unknown, diagnostics, ...(value === undefined || hasErrors(diagnostics) ? {} : { value }) }
}

/**
 * Reads one top-level field of a file, without regard to what else may be wrong: what later reading depends on.
 * Undefined when it is not there or not usable; nothing is reported.
 */
export function parseFieldAlone<T>(
  key: string,
  kind: Kind<T>,
  input: Pick<FileInput, 'file' | 'text' | 'env'>,
): T | undefined {
  const alone: Kind<T> = {
    ...kind,
    read: (node, reading) => {
      const entry = node.kind === 'mapping' ? node.entries.find(({ name }) => name === key) : undefined
      return entry === undefined ? undefined : kind.read(entry.value, reading)
    },
  }
  const { file, text, env } = input
  return parseFile(alone, { file, text, env, label: 'whole' }).value
}
