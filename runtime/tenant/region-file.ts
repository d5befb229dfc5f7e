import { diagnostic, type Diagnostic } from '#diagnostics'
import type { TenantNode } from '#spec'
import { faultsOf, type FileReader } from './load-base.ts'
import { LIVE, tenantNames } from './names.ts'

const REGION_FILE = 'region.hcl'

/** Where one tenant stands: the environment of the cloud, and its region. */
interface Place {
  readonly name: string
  readonly region: string
}

/** Where the region.hcl of a tenant is looked for, the nearest first: as Terragrunt goes up from what it makes of a stub. */
function candidates(tenant: Pick<TenantNode, 'key' | 'file'>, place: Place): string[] {
  const names = tenantNames(tenant).stub(place).split('/').slice(0, -1)
  return names.map((_, at) => `${names.slice(0, names.length - at).join('/')}/${REGION_FILE}`).concat(REGION_FILE)
}

/** The region.hcl that Terragrunt takes for a tenant, from the root of the project; undefined when there is none. */
export function regionFileOf(
  tenant: Pick<TenantNode, 'key' | 'file'>,
  place: Place,
  files: Pick<FileReader, 'read'>,
): string | undefined {
  return candidates(tenant, place).find((file) => files.read(file) !== undefined)
}

/**
 * The regions of a tenant that have no region.hcl: Terragrunt then generates nothing, for no tenant of the tree. Of one that
 * was offboarded only where its stub still stands.
 */
export function regionFileProblems(tenant: TenantNode, files: FileReader): Diagnostic[] {
  return tenant.environments.flatMap(({ name, node: { region } }) => {
    const place = { name, region: region.value }
    const { key, state } = tenant
    if (state === 'offboarded' && files.read(tenantNames(tenant).stub(place)) === undefined) return []
    const [own = '', ofTenants = '', ...shared] = candidates(tenant, place)
    // Most tenants of a region share one file, which is then the first that is asked for.
    const all = [...shared, ofTenants, own]
    if (all.some((file) => files.read(file) !== undefined)) return []
    const faults = all.flatMap((file) => faultsOf(file, files))
    if (faults.length > 0) return faults
    const file = `${LIVE}/${name}/${region.value}/${REGION_FILE}`
    const params = { key, region: region.value, file, like: anyRegionFile(files) }
    return [diagnostic('tenant/no-region-file', params, { span: region.span, pointer: region.pointer })]
  })
}

/** One to write the missing one after. */
function anyRegionFile(files: FileReader): string | undefined {
  for (const environment of [...files.list(LIVE)].sort())
    for (const region of [...files.list(`${LIVE}/${environment}`)].sort()) {
      const file = `${LIVE}/${environment}/${region}/${REGION_FILE}`
      if (files.read(file) !== undefined) return file
    }
  return undefined
}
