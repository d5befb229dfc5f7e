import { diagnostic, type Diagnostic } from '#diagnostics'
import type { PipelineNode } from '#spec'
import type { Instance } from './instance.ts'

/** A pipeline that hashes personal data needs a key of the tenant. Reports it once, for the first such column. */
export function piiKeyProblems({ tenant, pipeline, span, pointer }: Instance, node: PipelineNode): Diagnostic[] {
  if (tenant.piiKey !== undefined) return []
  const columns = node.silver.flatMap((table) => table.node.columns ?? [])
  const hashed = columns.find((column) => column.node.pii?.value === 'hash')
  if (hashed === undefined) return []
  const related = [{ message: 'the column is hashed here', span: hashed.key.span }]
  const params = { tenant: tenant.id.value, pipeline, column: hashed.name }
  return [diagnostic('tenant/no-pii-key', params, { span, pointer, related })]
}
