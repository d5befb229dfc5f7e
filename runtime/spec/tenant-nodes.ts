import type { Span } from '#diagnostics'
import type { Located, Named, SecretRef } from './nodes.ts'
import type { Jurisdiction } from './regions.ts'

/** tenants/<tenant>.yaml */
export interface TenantNode {
  readonly file: string
  /** The name of its file: what stands before the `/` of its instances and the `.` of its topics and tables. */
  readonly key: string
  /** Never changes, whatever the tenant is called: what stands for it in the cloud. */
  readonly id?: Located<string>
  readonly name?: Located<string>
  readonly state: 'active' | 'suspended' | 'offboarded'
  /** The key of `pii: hash`. */
  readonly piiKey?: Located<SecretRef>
  /** With any of these, `id`, `residency` and `classification` are there. */
  readonly environments: readonly Named<CloudEnvironmentNode>[]
  readonly residency?: readonly Jurisdiction[]
  readonly classification?: ClassificationNode
  readonly tags: readonly (readonly [name: string, value: string])[]
  readonly quotas?: QuotasNode
  readonly contacts?: ContactsNode
  readonly pipelines: readonly Named<{ readonly params: readonly Named<Located<string | number | boolean>>[] }>[]
}

/** Where a tenant stands in one environment of the cloud. */
export interface CloudEnvironmentNode {
  readonly region: Located<string>
  readonly accountId: Located<string>
  readonly vpcIds: readonly Located<string>[]
}

/** How sensitive data are; `gdpr` is personal data under the law of the EU. */
export type Sensitivity = 'public' | 'internal' | 'confidential' | 'gdpr'

/** The sensitivity of each layer. */
export type ClassificationNode = Readonly<Record<'bronze' | 'silver' | 'gold' | 'quarantine', Sensitivity>>

/** What a tenant may use of what is shared; what is absent has no limit. */
export interface QuotasNode {
  readonly place: { readonly span: Span; readonly pointer: string }
  readonly produceBytesPerSecond?: number
  readonly consumeBytesPerSecond?: number
  readonly cpu?: number
  readonly memoryBytes?: number
}

/** Mail addresses of who answers for a tenant. */
export interface ContactsNode {
  readonly owner: string
  readonly security?: string
  readonly onCall?: string
}
