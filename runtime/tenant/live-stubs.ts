import { diagnostic, type Diagnostic } from '#diagnostics'
import type { TenantNode } from '#spec'
import { faultsOf, type FileReader } from './load-base.ts'
import { startOf } from './missing-pipeline.ts'
import { LIVE, STUB_TEMPLATE, tenantNames } from './names.ts'
import { regionFileProblems } from './region-file.ts'

/**
 * What is wrong between the files of tenants and the stubs under terragrunt/live: one that is missing, that somebody edited, that
 * stands where its tenant does not, or whose region has no region.hcl.
 */
export function stubProblems(tenants: readonly TenantNode[], files: FileReader): Diagnostic[] {
  if (files.list(LIVE).length === 0) return []
  const places = livePlaces(files)
  return tenants.flatMap((tenant) => {
    const stray = strayPlaces(tenant, places, files)
    return [
      ...stray.map((place) => strayProblem(tenant, place)),
      ...stubsOf(tenant, files, new Set(stray.map(({ name }) => name))),
      ...regionFileProblems(tenant, files),
    ]
  })
}

/**
 * The stubs of a tenant in an environment or a region that its file does not have, also of one that was offboarded: the stub of
 * that one stays for ever, and so does what its file says of where it stands.
 */
export function strayStubs(tenant: TenantNode, files: FileReader): Diagnostic[] {
  return strayPlaces(tenant, livePlaces(files), files).map((place) => strayProblem(tenant, place))
}

/** An environment of the cloud and a region in it, as the folders of stubs name them. */
interface LivePlace {
  readonly name: string
  readonly region: string
  /** The tenants that have a folder there. */
  readonly tenants: ReadonlySet<string>
}

function livePlaces(files: FileReader): LivePlace[] {
  return [...files.list(LIVE)]
    .sort()
    .flatMap((name) =>
      [...files.list(`${LIVE}/${name}`)]
        .sort()
        .map((region) => ({ name, region, tenants: new Set(files.list(`${LIVE}/${name}/${region}/tenants`)) })),
    )
}

/** A folder without a stub is none: what Terragrunt made there may be left in it. */
function strayPlaces(tenant: TenantNode, places: readonly LivePlace[], files: FileReader): LivePlace[] {
  return places.filter(
    (place) =>
      place.tenants.has(tenant.key) &&
      !tenant.environments.some(({ name, node }) => name === place.name && node.region.value === place.region) &&
      files.read(tenantNames(tenant).stub(place)) !== undefined,
  )
}

function strayProblem(tenant: TenantNode, { name, region }: LivePlace): Diagnostic {
  const stub = tenantNames(tenant).stub({ name, region })
  const { key, state, environments } = tenant
  const now = environments.find((each) => each.name === name)?.node.region
  const related = [
    now === undefined
      ? { message: 'this is the file of the tenant', span: startOf(tenant.file) }
      : { message: 'its region is this one', span: now.span },
  ]
  const params = { stub, key, environment: name, region, now: now?.value, isGone: state === 'offboarded' }
  return diagnostic('tenant/stray-stub', params, { span: startOf(stub), related })
}

/** Of an environment where a stray one stands nothing is missing until it is known what becomes of that. */
function stubsOf(tenant: TenantNode, files: FileReader, strayed: ReadonlySet<string>): Diagnostic[] {
  if (tenant.state === 'offboarded') return []
  const template = files.read(STUB_TEMPLATE)
  return tenant.environments.flatMap(({ name, key, node }) => {
    const stub = tenantNames(tenant).stub({ name, region: node.region.value })
    const text = files.read(stub)
    if (text === undefined) {
      const faults = faultsOf(stub, files)
      if (faults.length > 0) return faults
      if (strayed.has(name)) return []
      const params = { key: tenant.key, environment: name, stub }
      return [diagnostic('tenant/no-stub', params, { span: key.span, pointer: key.pointer })]
    }
    if (template === undefined || text === template) return []
    return [diagnostic('tenant/stub-differs', { stub, template: STUB_TEMPLATE }, { span: startOf(stub) })]
  })
}
