import type { TenantNode } from '#spec'
import type { RoleName } from '../policy/roles.ts'

/** What the objects of one tenant are made of: plain values, so that everything about them is decided here. */
export interface KubernetesInput {
  /** The key of the tenant. */
  readonly tenant: string
  /** What stands for the tenant in the cloud, as a label; left out where there is none. */
  readonly tenantId?: string
  /** The environment of smelt.yaml that the pods run in. */
  readonly environment: string
  /**
   * Only of an active tenant anything runs: otherwise sets have no pods, so that applying ends what runs, and what they are
   * made of stays. An offboarded one has no room for any pod either.
   */
  readonly state: TenantNode['state']
  readonly instances: readonly InstanceInput[]
  /** Takes records over HTTP; left out where none are taken. */
  readonly ingest?: IngestInput
  /** The image with Smelt, and the project under `/project`. */
  readonly image: string
  /** How the pods say who they are to the object store. */
  readonly identity: Identity
  /** The roles that people read a layer by, of those that are made for the tenant in the cloud; none where it does not stand there. */
  readonly readers: readonly ReaderInput[]
  readonly engine: EngineInput
  /** Where the values of secrets come from: the Secret is named here, and its values never are. */
  readonly secrets: SecretsInput
  /** Variables that smelt.yaml asks for, with the values they had. */
  readonly variables: Readonly<Record<string, string>>
  /** What every pod must reach. */
  readonly reaches: readonly Reach[]
  /** Disk for what does not fit into memory, of each instance: `20Gi`. */
  readonly scratch: string
  readonly flink: FlinkMode
  /** What all pods together may be promised; what is left out follows from the instances. */
  readonly bounds: { readonly cores?: number; readonly memoryBytes?: number }
}

/** A role by which pods of others, such as those of a query engine, read a layer. */
export interface ReaderInput {
  readonly role: RoleName
  /** What the account says of the role; left out where the platform maps it. */
  readonly arn?: string
}

export interface InstanceInput {
  readonly pipeline: string
  /** The secrets that this instance needs, by name. */
  readonly secrets: readonly string[]
  /** What only this instance must reach: where its alerts go. */
  readonly reaches: readonly Reach[]
}

export interface IngestInput {
  /** Namespaces of the cluster, and networks as CIDRs, that records come from. */
  readonly from: readonly string[]
  /** The secrets that it needs, by name. */
  readonly secrets: readonly string[]
}

/** A host and a port that pods connect to. */
export interface Reach {
  /** `kafka`, `lake`, or the name of a sink. */
  readonly name: string
  /** A name or an address; left out where it is a secret or the store's own. */
  readonly host?: string
  readonly ports: readonly number[]
  /** The networks it is in, as CIDRs. Left out: known only as far as `host` tells. */
  readonly networks?: readonly string[]
}

/**
 * `role`: the service account names the role (IRSA), and pods ask the token service for its credentials, in `networks` if
 * they are known. `pod-identity`: the platform maps it, and pods ask the agent of their
 * node. `keys`: the environment holds access keys as secrets. Never two of them: the chain of the SDK takes the first.
 */
export type Identity =
  | { readonly kind: 'role'; readonly arn: string; readonly networks?: readonly string[] }
  | { readonly kind: 'pod-identity' }
  | { readonly kind: 'keys' }

/** Sizes in bytes, times in milliseconds. */
export interface EngineInput {
  readonly memoryLimitBytes: number
  readonly batchBytes: number
  readonly checkpointEveryMs: number
  readonly threads?: number
}

/** As smelt.yaml has it: files of a folder, relative to the project, or variables with a prefix. */
export type SecretsInput =
  { readonly kind: 'folder'; readonly folder: string } | { readonly kind: 'env'; readonly prefix: string }

/**
 * `none`: the embedded engine, a StatefulSet per instance. Otherwise placeholders for the operator of Flink: a cluster per
 * instance, or one cluster that takes them all.
 */
export type FlinkMode = 'none' | 'flink-application' | 'flink-session'
