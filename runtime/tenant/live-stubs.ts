import { diagnostic, type Diagnostic } from '#diagnostics'
import type { TenantNode } from '#spec'
import { faultsOf, type FileReader } from './load-base.ts'
import { startOf } from './missing-pipeline.ts'
import { LIVE, STUB_TEMPLATE, tenantNames } from './names.ts'

/**
 * What is wrong between the files of tenants and the stubs under terragrunt/live: a stub whose tenant has no file any
 * more is an error and never an order to remove what it has; so is a stub that is missing, or that somebody edited.
 */
export function stubProblems(tenants: readonly TenantNode[], files: FileReader): Diagnostic[] {
  const environments = files.list(LIVE)
  if (environments.length === 0) return []
  return [...vanished(environments, files), ...tenants.flatMap((tenant) => stubsOf(tenant, files))]
}

function vanished(environments: readonly string[], files: FileReader): Diagnostic[] {
  const found = [...environments].sort().flatMap((environment) =>
    [...files.list(`${LIVE}/${environment}`)].sort().flatMap((region) => {
      const folder = `${LIVE}/${environment}/${region}/tenants`
      return [...files.list(folder)].sort().map((key) => ({ key, folder: `${folder}/${key}` }))
    }),
  )
  const known = new Set(files.list('tenants').map((name) => name.replace(/\.ya?ml$/, '')))
  return found
    .filter(({ key, folder }) => !known.has(key) && files.list(folder).length > 0)
    .map(({ key, folder }) => {
      const [stub = ''] = files.list(folder)
      return diagnostic('tenant/vanished', { key, folder }, { span: startOf(`${folder}/${stub}`) })
    })
}

function stubsOf(tenant: TenantNode, files: FileReader): Diagnostic[] {
  if (tenant.state === 'offboarded') return []
  const template = files.read(STUB_TEMPLATE)
  return tenant.environments.flatMap(({ name, key, node }) => {
    const stub = tenantNames(tenant).stub({ name, region: node.region.value })
    const text = files.read(stub)
    if (text === undefined) {
      const faults = faultsOf(stub, files)
      if (faults.length > 0) return faults
      const params = { key: tenant.key, environment: name, stub }
      return [diagnostic('tenant/no-stub', params, { span: key.span, pointer: key.pointer })]
    }
    if (template === undefined || text === template) return []
    return [diagnostic('tenant/stub-differs', { stub, template: STUB_TEMPLATE }, { span: startOf(stub) })]
  })
}
