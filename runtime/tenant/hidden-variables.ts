import type { Env } from '#spec'
import { secretOwner } from './foreign-secrets.ts'
import { loadProjectFile, secretPrefixesOf, tenantKeys, type FileReader } from './load-base.ts'

/** Whether an environment variable is not for the process of an instance of `tenant`: it holds another's secret. */
export type HidesVariable = (tenant: string, variable: string) => boolean

/**
 * Tells the secrets of tenants apart among the environment variables. Reads smelt.yaml and the names of the tenants'
 * files, nothing else, so that processes can be started before the project is checked.
 */
export function hiddenVariables(files: FileReader, env: Env): HidesVariable {
  const prefixes = secretPrefixesOf(loadProjectFile(files, { env }).node)
  const tenants = tenantKeys(files)
  return (tenant, variable) =>
    prefixes.some((prefix) => {
      const owner = variable.startsWith(prefix) ? secretOwner(variable.slice(prefix.length), tenants) : undefined
      return owner !== undefined && owner !== tenant
    })
}
