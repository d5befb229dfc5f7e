import type { Diagnostic } from '#diagnostics'
import { testFile } from './fields/test-file.ts'
import { openFile, readFile } from './parse-file.ts'
import type { TestFileNode } from './test-nodes.ts'

/**
 * Parses pipelines/<pipeline>/tests/<name>.yaml. All problems of the file come in one run; `node` is there when there
 * is none. Environment variables are not known here, so that a test says the same everywhere. What needs the pipeline
 * (its sources, tables and params) is checked when its cases are compiled.
 */
export function parseTest(input: { readonly file: string; readonly text: string }): {
  node?: TestFileNode
  diagnostics: readonly Diagnostic[]
} {
  const { value, diagnostics } = readFile(openFile({ ...input, env: () => undefined }, 'test file'), testFile)
  return value === undefined ? { diagnostics } : { node: value, diagnostics }
}
