import { smeltError } from '#diagnostics'
import { parseInstanceName, type InstanceName } from '#tenant'
import { checkTenant, type OpenProject } from '../project.ts'
import { checkActive, instancesOf } from './resolve-instance.ts'

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

/**
 * As `namedInstances`, of tenants that run: without a name, those of suspended and offboarded ones are passed over. Throws
 * tenant/not-active when one of them is named.
 */
export function activeInstances(project: OpenProject, name: string | undefined): InstanceName[] {
  const states = new Map(project.loaded.tenants.map(({ key, state }) => [key, state]))
  const found = namedInstances(project, name)
  if (name === undefined) return found.filter(({ tenant }) => states.get(tenant) === 'active')
  for (const { tenant } of found) checkActive({ tenant, state: states.get(tenant) ?? 'active' })
  return found
}
