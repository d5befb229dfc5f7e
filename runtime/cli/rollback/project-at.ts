import { smeltError } from '#diagnostics'
import { shortHash, type StoredPlan, type Version } from '#engine'
import { planHash } from '#plan'
import { loadProject, type InstanceName } from '#tenant'
import type { Call } from '../command.ts'
import { resolveInstance, type ResolvedInstance } from '../instance/resolve-instance.ts'
import { loadOptions, overlay, type OpenProject } from '../project.ts'

/** A project as it is with the files of a version, and the instance that it then runs. */
export interface ProjectAt {
  readonly project: OpenProject
  readonly instance: ResolvedInstance
}

/**
 * Puts the files of a version over those of a project, in memory. A plan comes of the file of its tenant too, which stays as it
 * is: checkpoint/version-differs when it does not come out as it ran, unless that very plan is approved. Throws what would
 * be wrong with the files.
 */
export function projectAt(
  { host, globals }: Pick<Call, 'host' | 'globals'>,
  today: OpenProject,
  {
    name,
    stored,
    version,
    approve,
  }: {
    readonly name: InstanceName
    readonly stored: StoredPlan
    readonly version: Version
    readonly approve: string | undefined
  },
): ProjectAt {
  const files = overlay(today.files, new Map(Object.entries(stored.files)))
  const project = { root: today.root, files, loaded: loadProject(files, loadOptions(host, globals), name) }
  const instance = resolveInstance(project, name)
  const hash = planHash(instance.plan)
  if (hash !== stored.planHash && approve === undefined) {
    throw smeltError('checkpoint/version-differs', {
      pipeline: instance.name,
      version: version.version,
      tenant: name.tenant,
      stored: shortHash(stored.planHash),
      today: shortHash(hash),
    })
  }
  return { project, instance }
}
