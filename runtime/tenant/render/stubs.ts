import { tenantNames } from '../names.ts'
import type { Rendered, RenderInput } from './renderer.ts'

/** The stub of each environment of the cloud, byte for byte the template: what is the tenant's own stands in its file. */
export function renderStubs({ tenant, stub }: Pick<RenderInput, 'tenant' | 'stub'>): Rendered {
  if (stub === undefined) return new Map()
  const names = tenantNames(tenant)
  return new Map(tenant.environments.map(({ name, node }) => [names.stub({ name, region: node.region.value }), stub]))
}
