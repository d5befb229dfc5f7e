import { diagnostic, type Diagnostic } from '#diagnostics'
import type { TenantNode } from '#spec'
import { faultsOf, type FileReader } from './load-base.ts'
import { startOf } from './missing-pipeline.ts'
import { LIVE, STUB_TEMPLATE, tenantNames } from './names.ts'
import { regionFileProblems } from './region-file.ts'

/**
 * What is wrong between the files of tenants and the stubs under terragrunt/live: one that is missing, that somebody edited, or
 * whose region has no region.hcl.
 */
export function stubProblems(tenants: readonly TenantNode[], files: FileReader): Diagnostic[] {
  if (files.list(LIVE).length === 0) return []
  return tenants.flatMap((tenant) => [...stubsOf(tenant, files), ...regionFileProblems(tenant, files)])
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
