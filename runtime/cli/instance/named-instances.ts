import { smeltError } from '#diagnostics'
import { parseInstanceName, type InstanceName } from '#tenant'
import { checkTenant, type OpenProject } from '../project.ts'
import { instancesOf } from './resolve-instance.ts'

/**
 * The instances that an argument names: `tenant/pipeline` one, `tenant` all of that tenant, nothing all of the project.
 * Throws cli/unknown-tenant, and cli/nothing-to-run when there are none.
 */
export function namedInstances(project: OpenProject, name: string | undefined): InstanceName[] {
  if (name?.includes('/') === true) return [parseInstanceName(name)]
  if (name !== undefined) checkTenant(project, name)
  const found = instancesOf(project, name)
  if (found.length > 0) return found
  throw smeltError('cli/nothing-to-run', { what: name === undefined ? 'The project' : `The tenant \`${name}\`` })
}
