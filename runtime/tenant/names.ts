import type { TenantNode } from '#spec'

/** Names of what a tenant has outside the cloud: in the broker, the lake and the repository. */
export interface TenantNames {
  /** What every topic of the tenant begins with. The dot ends it, so that no other tenant's name can begin with it. */
  readonly topicPrefix: string
  /** What consumer groups and transactional ids of its instances begin with: `smelt.<tenant>.<pipeline>` is one. */
  readonly clientPrefix: string
  /** Whom the broker knows its clients as. */
  readonly principal: string
  /** The namespace of the tables of one layer. */
  readonly namespace: (layer: 'bronze' | 'silver' | 'gold' | 'quarantine') => string
  /** The folder of its dashboards. */
  readonly dashboards: string
  /** The file in which it is written, from the root of the project. */
  readonly file: string
  /** Where its stub for one environment lies, from the root of the project. */
  readonly stub: (environment: { readonly name: string; readonly region: string }) => string
  /** The folder of what is rendered for one environment, from the root of the project. */
  readonly rendered: (environment: string) => string
}

/** The one place where they are made. A key has no dot, so nothing of a tenant begins like anything of another. */
export function tenantNames({ key, file }: Pick<TenantNode, 'key' | 'file'>): TenantNames {
  return {
    topicPrefix: `${key}.`,
    clientPrefix: `smelt.${key}.`,
    principal: `User:${key}`,
    namespace: (layer) => `${key}.${layer}`,
    dashboards: `smelt-${key}`,
    file,
    stub: ({ name, region }) => `${LIVE}/${name}/${region}/tenants/${key}/${STUB_NAME}`,
    rendered: (environment) => `${RENDERED}/${environment}/${key}`,
  }
}

/** Where the stubs lie: `<environment>/<region>/tenants/<tenant>/`. */
export const LIVE = 'terragrunt/live'
const STUB_NAME = 'terragrunt.stack.hcl'

/** Where the files that `smelt tenant apply` writes lie: `<environment>/<tenant>/`. */
export const RENDERED = 'rendered'

/** Where the objects of Kubernetes are written, from the root of the project: `<environment>/tenants/<tenant>/`. */
export const KUBERNETES_FOLDER = 'k8s'

/** What every stub holds, byte for byte. */
export const STUB_TEMPLATE = 'terragrunt/catalog/live-stub.terragrunt.stack.hcl'
