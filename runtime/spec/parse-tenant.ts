import type { Diagnostic } from '#diagnostics'
import { tenant } from './fields/tenant.ts'
import type { TenantNode } from './tenant-nodes.ts'
import type { Env } from './environment-variables.ts'
import { openFile, readFile } from './parse-file.ts'

/**
 * Parses tenants/<tenant>.yaml. All problems of the file come in one run; `node` is there when there is none. What
 * needs other files (the pipelines, the other tenants) is checked by `expandInstances`.
 */
export function parseTenant(input: { readonly file: string; readonly text: string; readonly env: Env }): {
  node?: TenantNode
  diagnostics: readonly Diagnostic[]
} {
  const { value, diagnostics } = readFile(openFile(input, 'tenant'), tenant)
  return value === undefined ? { diagnostics } : { node: value, diagnostics }
}
