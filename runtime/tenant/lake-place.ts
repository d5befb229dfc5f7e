import type { TenantNode } from '#spec'
import { notInCloud } from './policy/cloud-input.ts'

/**
 * A name of a lake in smelt.yaml with what is the tenant's own in its blanks: `{tenant}`, `{tenant_id}`, and the `{account_id}`
 * and `{region}` of the tenant's environment of that name. Throws tenant/not-in-cloud for what its file does not say.
 */
export function lakePlace(text: string, tenant: TenantNode, environment: string): string {
  return text.replaceAll(/\{([a-z_]+)\}/g, (blank, name: string) => {
    const value = Object.hasOwn(BLANKS, name) ? BLANKS[name]?.(tenant, environment) : blank
    if (value === undefined) throw notInCloud(tenant, environment)
    return value
  })
}

const BLANKS: Readonly<Record<string, (tenant: TenantNode, environment: string) => string | undefined>> = {
  tenant: ({ key }) => key,
  tenant_id: ({ id }) => id?.value,
  account_id: (tenant, environment) => placeOf(tenant, environment)?.accountId.value,
  region: (tenant, environment) => placeOf(tenant, environment)?.region.value,
}

function placeOf(
  { environments }: TenantNode,
  environment: string,
): TenantNode['environments'][number]['node'] | undefined {
  return environments.find(({ name }) => name === environment)?.node
}
