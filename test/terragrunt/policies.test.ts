import path from 'node:path'
import { expect, it } from 'vitest'
import { PROOF_INPUTS } from '../../bin/policy-inputs.mjs'
import { cloudNames, handlingOf, madeRoles, mostSensitive, policyText, renderPolicies, type PolicyInput } from '#tenant'
import { describeWithParts } from '../support/parts.ts'
import { CATALOG, folderWith, openTerraform } from './terraform.ts'

/** The input of the module for what TypeScript is given. */
function tenantOf(input: PolicyInput): Record<string, unknown> {
  return {
    tenant_id: input.tenantId,
    environment: input.environment,
    region: input.region,
    account_id: input.accountId,
    vpc_ids: input.vpcIds,
    data_classification: input.classification,
    partition: input.partition,
    allowed_cidrs: input.allowedCidrs ?? [],
    plan_role: input.planRole,
    apply_role: input.applyRole,
    break_glass_role: input.breakGlassRole,
    replication_roles: input.replicationRoles ?? [],
    package_buckets: input.packageBuckets ?? [],
    identity_mode: input.identityMode ?? 'irsa',
    oidc_provider: input.oidcProvider ?? '',
    cluster_arn: input.clusterArn ?? '',
    namespace: input.namespace,
  }
}

const moduleWith = (tenant: unknown, keyArn: string): string =>
  folderWith({
    'main.tf.json': JSON.stringify({
      module: { policies: { source: path.join(CATALOG, 'modules', 'policies'), tenant, key_arn: keyArn } },
      output: { all: { value: '${module.policies}' } },
    }),
  })

describeWithParts(['terraform'], 'module policies', () => {
  it.each(Object.entries(PROOF_INPUTS))('renders the same bytes as TypeScript: %s', (_, input) => {
    const terraform = openTerraform()
    const folder = moduleWith(tenantOf(input), input.keyArn)
    expect(terraform(folder, 'init', '-no-color').output).toContain('successfully initialized')
    expect(terraform(folder, 'apply', '-auto-approve', '-no-color').output).toContain('Apply complete')
    const all = JSON.parse(terraform(folder, 'output', '-json', 'all').stdout) as Record<string, unknown>
    const policies = renderPolicies(input)
    const names = cloudNames(input)
    const made = madeRoles(input.classification)
    const levels = Object.values(input.classification)
    const texts = (of: Readonly<Record<string, unknown>>): Record<string, string> =>
      Object.fromEntries(Object.entries(of).map(([role, policy]) => [role, policyText(policy)]))
    expect(all).toEqual({
      bucket_name: names.bucket,
      key_alias: names.keyAlias,
      role_path: `/smelt/${input.tenantId}/`,
      role_names: Object.fromEntries(made.map((role) => [role, names.roles(role).name])),
      bucket_policy: policyText(policies.bucket),
      key_policy: policyText(policies.key),
      endpoint_policy: policyText(policies.endpoint),
      identity_policies: texts(policies.identity),
      manager_policies: texts(policies.managers),
      trust_policies: texts(policies.trust),
      noncurrent_days: Math.min(...levels.map((level) => handlingOf(level).noncurrentDays)),
      key_deletion_days: handlingOf(mostSensitive(input.classification)).keyDeletionDays,
    })
    // The limit of a bucket's policy is 20 KB, of a role's 10 KB.
    expect(policyText(policies.bucket).length).toBeLessThan(20_480)
    const own = [...Object.values(policies.identity), ...Object.values(policies.managers)]
    for (const policy of own) expect(policyText(policy).length).toBeLessThan(10_240)
  })

  const [input] = Object.values(PROOF_INPUTS) as [PolicyInput]
  it.each([
    ['the number of the account as the id', { tenant_id: '012345678901' }, 'tenant_id is'],
    ['a network with 18 digits', { vpc_ids: ['vpc-0a4e76cf16be657664'] }, 'each of vpc_ids'],
    ['a list in quotes', { vpc_ids: '["vpc-0a4e76cf16be65766"]' }, 'list of string required'],
    ['no network', { vpc_ids: [] }, 'vpc_ids is empty'],
    ['half a region', { region: 'eu-west' }, 'region is the full code'],
    ['an id as the account', { account_id: 't-7kq3m9t4dhm' }, 'account_id is the twelve digits'],
    ['a list as the classification', { data_classification: ['GDPR'] }, 'map of string required'],
    ['a layer without a class', { data_classification: { bronze: 'gdpr' } }, 'data_classification says'],
    ['one role for all', { plan_role: input.applyRole }, 'three roles'],
    ['a pattern for a role', { break_glass_role: 'arn:aws:iam::111122223333:role/*' }, 'without wildcards'],
    ['the whole internet', { allowed_cidrs: ['0.0.0.0/0'] }, 'not the whole internet'],
    ['no issuer of tokens', { oidc_provider: '' }, 'oidc_provider is'],
  ])('refuses %s', (_, wrong, words) => {
    const terraform = openTerraform()
    const folder = moduleWith({ ...tenantOf(input), ...wrong }, input.keyArn)
    terraform(folder, 'init', '-no-color')
    const { status, output } = terraform(folder, 'plan', '-no-color')
    expect(status).toBe(1)
    expect(output.replace(/\s*\n[│ ]*/g, ' ')).toContain(words)
  })
})
