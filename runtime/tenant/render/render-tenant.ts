import { renderKafka } from './kafka.ts'
import { renderKubernetes } from './kubernetes.ts'
import { renderLake } from './lake.ts'
import type { Renderer, RenderInput } from './renderer.ts'
import { renderStubs } from './stubs.ts'

/** Everything that a tenant is rendered to, in the order of the plan. A new target adds itself here. */
export const RENDERERS: readonly Renderer[] = [
  { name: 'terragrunt', render: renderStubs },
  { name: 'kubernetes', render: renderKubernetes, isOfOffboarded: true },
  { name: 'kafka', render: renderKafka },
  { name: 'lake', render: renderLake },
]

/** A file of a tenant, and which renderer it comes from. */
export interface RenderedFile {
  readonly target: string
  readonly path: string
  readonly text: string
}

/** All files of a tenant in one environment. Of an offboarded tenant only those that end what runs: the others stay as they are. */
export function renderTenant(input: RenderInput): RenderedFile[] {
  const isGone = input.tenant.state === 'offboarded'
  return RENDERERS.filter((each) => !isGone || each.isOfOffboarded === true).flatMap(({ name, render }) =>
    [...render(input)].map(([path, text]) => ({ target: name, path, text })),
  )
}
