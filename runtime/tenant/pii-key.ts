import { diagnostic, type Diagnostic, type Span } from '#diagnostics'
import type { PipelineNode } from '#spec'
import type { Instance } from './instance.ts'

/** A column whose values are hashed, and where it is declared. */
export interface HashedColumn {
  readonly name: string
  readonly span: Span
}

/** The first column of a pipeline that hashes personal data. */
export function hashedColumn({ silver }: PipelineNode): HashedColumn | undefined {
  const columns = silver.flatMap((table) => table.node.columns ?? [])
  const hashed = columns.find((column) => column.node.pii?.value === 'hash')
  return hashed && { name: hashed.name, span: hashed.key.span }
}

/** A pipeline that hashes personal data needs a key of the tenant. Reports it once, for the first such column. */
export function piiKeyProblems(
  { tenant, pipeline, span, pointer }: Instance,
  hashed: HashedColumn | undefined,
): Diagnostic[] {
  if (tenant.piiKey !== undefined || hashed === undefined) return []
  const related = [{ message: 'the column is hashed here', span: hashed.span }]
  const params = { tenant: tenant.key, pipeline, column: hashed.name }
  return [diagnostic('tenant/no-pii-key', params, { span, pointer, related })]
}
