import { smeltError, type Span } from '#diagnostics'
import { FOLDER_NAME, type ParamValue, type TenantNode } from '#spec'
import { isTenantKey } from './tenant-key.ts'

/** A pipeline that runs for a tenant. */
export interface Instance {
  readonly tenant: TenantNode
  readonly pipeline: string
  /** Every declared param with its value: the tenant's, or the default. */
  readonly params: ReadonlyMap<string, ParamValue>
  /** Where the tenant's file lists the pipeline. */
  readonly span: Span
  readonly pointer: string
}

/** An instance by name. */
export interface InstanceName {
  readonly tenant: string
  readonly pipeline: string
}

/** `tenant/pipeline`. */
export function instanceName(instance: Pick<Instance, 'tenant' | 'pipeline'>): string {
  return `${instance.tenant.key}/${instance.pipeline}`
}

/** Reads `tenant/pipeline`, as written on the command line. Anything else throws `tenant/bad-instance`. */
export function parseInstanceName(text: string): InstanceName {
  const [tenant, pipeline, ...rest] = text.split('/')
  const valid = tenant !== undefined && pipeline !== undefined && rest.length === 0
  if (!valid || !isTenantKey(tenant) || !FOLDER_NAME.pattern.test(pipeline))
    throw smeltError('tenant/bad-instance', { text })
  return { tenant, pipeline }
}
