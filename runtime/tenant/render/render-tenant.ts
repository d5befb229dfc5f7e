import { renderKafka } from './kafka.ts'
import { renderKubernetes } from './kubernetes.ts'
import { renderLake } from './lake.ts'
import type { Renderer, RenderInput } from './renderer.ts'
import { renderStubs } from './stubs.ts'

/** Everything that a tenant is rendered to, in the order of the plan. A new target adds itself here. */
export const RENDERERS: readonly Renderer[] = [
  { name: 'terragrunt', render: renderStubs },
  { name: 'kubernetes', render: renderKubernetes },
  { name: 'kafka', render: renderKafka },
  { name: 'lake', render: renderLake },
]

/** A file of a tenant, and which renderer it comes from. */
export interface RenderedFile {
  readonly target: string
  readonly path: string
  readonly text: string
}

/** All files of a tenant in one environment. An offboarded tenant has none: what there is stays as it is. */
export function renderTenant(input: RenderInput): RenderedFile[] {
  if (input.tenant.state === 'offboarded') return []
  return RENDERERS.flatMap(({ name, render }) =>
    [...render(input)].map(([path, text]) => ({ target: name, path, text })),
  )
}
