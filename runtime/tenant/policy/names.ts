import type { RoleName } from './roles.ts'

/** What the names of a tenant's things in the cloud are made of. */
export interface NameInput {
  readonly partition: string
  readonly region: string
  readonly accountId: string
  /** The immutable id, `t-` and symbols: names outlive a change of the tenant's key. */
  readonly tenantId: string
  readonly environment: string
  /** `account-regional` names belong to the account alone; `global` ones must be free in the whole world. */
  readonly bucketForm?: 'account-regional' | 'global'
}

/** Names of a tenant in one environment and region. The same as of the module `policies`, which a test holds to it. */
export interface CloudNames {
  readonly bucket: string
  readonly roles: (role: RoleName) => { readonly name: string; readonly arn: string }
  readonly keyAlias: string
  /** The bucket of the platform that keeps states, and the folder of the tenant in it: by id, so that no move loses it. */
  readonly stateBucket: string
  readonly stateFolder: string
}

/** The one place where they are made. Ids have 13 characters and environments at most 10, so every name fits its limit. */
export function cloudNames(input: NameInput): CloudNames {
  const { partition, region, accountId, tenantId, environment, bucketForm = 'account-regional' } = input
  const base = `smelt-${tenantId}-${environment}`
  const suffix = bucketForm === 'account-regional' ? '-an' : ''
  return {
    bucket: `${base}-${accountId}-${region}${suffix}`,
    roles: (role) => {
      const name = `${base}-${region}-${role}`
      return { name, arn: `arn:${partition}:iam::${accountId}:role/smelt/${tenantId}/${name}` }
    },
    keyAlias: `alias/smelt/${tenantId}/${environment}`,
    stateBucket: `smelt-state-${accountId}-${region}`,
    stateFolder: `${environment}/${region}/${tenantId}`,
  }
}
