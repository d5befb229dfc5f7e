import { groundFixes } from '#diagnostics'
import { resolvePlan, type Resolved } from '#plan'
import type { PipelineNode } from '#spec'
import type { FileReader, LoadedInstance, LoadedProject } from './load-project.ts'
import { once } from './once.ts'

/** An instance with its plan; `resolved.plan` is absent when something is wrong with it. */
export interface CheckedInstance extends LoadedInstance {
  readonly resolved: Resolved
}

/** A project of which everything that can be checked without data has been checked. */
export interface CheckedProject extends LoadedProject {
  readonly instances: readonly CheckedInstance[]
}

/** Stands for a tenant where a pipeline is checked that no tenant runs. */
const NO_TENANT = 'no-tenant'

/**
 * Resolves every instance of a loaded project to its plan, and every pipeline that no tenant runs with the defaults of
 * its params. Reads project files only; never throws for what they hold.
 */
export function checkProject(loaded: LoadedProject, files: FileReader): CheckedProject {
  const resolve = (tenant: string, pipeline: PipelineNode): Resolved =>
    resolvePlan({ tenant, pipeline, read: files.read })
  const instances = loaded.instances.map((instance) => ({
    ...instance,
    resolved: resolve(instance.tenant.id.value, instance.node),
  }))
  const running = new Set(loaded.instances.map(({ pipeline }) => pipeline))
  const idle = loaded.pipelines.flatMap(({ name, node }) =>
    node === undefined || running.has(name) ? [] : [resolve(NO_TENANT, node)],
  )
  const resolved = [...instances.map((each) => each.resolved), ...idle]
  const texts = new Map([...loaded.texts, ...resolved.flatMap((each) => [...each.texts])])
  const found = once([...loaded.diagnostics, ...resolved.flatMap(({ diagnostics }) => diagnostics)])
  return { ...loaded, instances, texts, diagnostics: groundFixes(found, texts) }
}
