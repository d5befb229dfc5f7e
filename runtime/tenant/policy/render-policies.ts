import { BUCKET_STATEMENTS, isBucketStatementUsed } from './bucket-statements.ts'
import { policyOf, type PolicyDocument, type Statement } from './document.ts'
import { ENDPOINT_STATEMENTS } from './endpoint-statements.ts'
import { identityStatements, MANAGER_STATEMENTS } from './identity-statements.ts'
import { KEY_STATEMENTS } from './key-statements.ts'
import { cloudNames, type NameInput } from './names.ts'
import { ROLE_NAMES, type RoleName } from './roles.ts'
import { asTerraformTemplate, fillIn, type Blanks } from './template.ts'
import { trustStatements, type IdentityMode } from './trust-statements.ts'

/** What the policies of a tenant in one environment and region are made of. */
export interface PolicyInput extends NameInput {
  readonly keyArn: string
  /** At least one: an empty list would let nobody in. */
  readonly vpcIds: readonly string[]
  /** Address ranges outside the networks from which data may be reached too, such as an office. Mostly none. */
  readonly allowedCidrs?: readonly string[]
  /** Roles outside the tenant: who plans, who applies, and who may do anything when all else fails. */
  readonly planRole: string
  readonly applyRole: string
  readonly breakGlassRole: string
  /** Roles that copy the bucket elsewhere; storage acts for them from outside of every network. */
  readonly replicationRoles?: readonly string[]
  /** ARNs of objects that machines may read through the endpoint besides those of the account. */
  readonly packageBuckets?: readonly string[]
  readonly identityMode?: IdentityMode
  /** Host and path of the cluster's token issuer, without `https://`. For `irsa`. */
  readonly oidcProvider?: string
  /** For `pod-identity`. */
  readonly clusterArn?: string
  /** The Kubernetes namespace of the tenant. */
  readonly namespace: string
}

/** Every policy of a tenant in one environment and region. */
export interface TenantPolicies {
  readonly bucket: PolicyDocument
  readonly key: PolicyDocument
  readonly endpoint: PolicyDocument
  readonly identity: Readonly<Record<RoleName, PolicyDocument>>
  readonly managers: Readonly<Record<'plan' | 'apply', PolicyDocument>>
  readonly trust: Readonly<Record<RoleName, PolicyDocument>>
}

const eachRole = <Value>(of: (role: RoleName) => Value): Record<RoleName, Value> =>
  Object.fromEntries(ROLE_NAMES.map((role) => [role, of(role)])) as Record<RoleName, Value>

/** All policies with blanks, as the module `policies` has them in its template. */
const POLICY_TEMPLATE = {
  bucket: BUCKET_STATEMENTS,
  key: KEY_STATEMENTS,
  endpoint: ENDPOINT_STATEMENTS,
  identity: eachRole(identityStatements),
  managers: MANAGER_STATEMENTS,
  trust: {
    irsa: eachRole((role) => trustStatements(role, 'irsa')),
    'pod-identity': eachRole((role) => trustStatements(role, 'pod-identity')),
  },
}

/** The text of the template that the module `policies` fills in. */
export function policyTemplateFile(): string {
  return `${asTerraformTemplate(POLICY_TEMPLATE)}\n`
}

/** The policies of a tenant, the same as the module `policies` renders of the same input. */
export function renderPolicies(input: PolicyInput): TenantPolicies {
  const blanks = blanksOf(input)
  const filled = (statements: readonly Statement[]): PolicyDocument => policyOf(fillIn(statements, blanks))
  const { bucket, key, endpoint, identity, managers, trust } = POLICY_TEMPLATE
  const hasAddresses = (input.allowedCidrs ?? []).length > 0
  return {
    bucket: filled(bucket.filter(({ Sid }) => isBucketStatementUsed(Sid, hasAddresses))),
    key: filled(key),
    endpoint: filled(endpoint),
    identity: eachRole((role) => filled(identity[role])),
    managers: { plan: filled(managers.plan), apply: filled(managers.apply) },
    trust: eachRole((role) => filled(trust[input.identityMode ?? 'irsa'][role])),
  }
}

function blanksOf(input: PolicyInput): Blanks {
  const { partition, region, accountId, tenantId, environment, replicationRoles = [] } = input
  return {
    partition,
    region,
    account_id: accountId,
    tenant_id: tenantId,
    name: `smelt-${tenantId}-${environment}`,
    bucket: cloudNames(input).bucket,
    key_arn: input.keyArn,
    vpc_ids: input.vpcIds,
    allowed_cidrs: input.allowedCidrs ?? [],
    plan_role: input.planRole,
    apply_role: input.applyRole,
    break_glass_role: input.breakGlassRole,
    replication_roles: replicationRoles,
    package_buckets: input.packageBuckets ?? [],
    oidc_provider: input.oidcProvider ?? '',
    cluster_arn: input.clusterArn ?? '',
    namespace: input.namespace,
  }
}
