import type { TenantNode } from '#spec'
import type { KubernetesInput } from '../k8s/input.ts'
import type { LoadedInstance } from '../load-project.ts'

/** What is rendered from: one tenant in one environment of smelt.yaml. */
export interface RenderInput {
  readonly tenant: TenantNode
  readonly environment: string
  /** The instances of the tenant. */
  readonly instances: readonly LoadedInstance[]
  /** The text that every stub holds; absent where the project has no catalog of modules. */
  readonly stub: string | undefined
  /** What its pods are made of; absent where the environment does not run in Kubernetes. */
  readonly kubernetes?: KubernetesInput
}

/** Text by path from the root of the project. The same input gives the same bytes. */
export type Rendered = ReadonlyMap<string, string>

/** One thing that a tenant is rendered to. */
export interface Renderer {
  readonly name: string
  readonly render: (input: RenderInput) => Rendered
  /** Of an offboarded tenant too: what is rendered then ends what runs. Everything else of one stays as it is. */
  readonly isOfOffboarded?: true
}
