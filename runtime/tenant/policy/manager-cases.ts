import { evaluate, type PolicyRequest } from './evaluate.ts'
import type { MatrixCase } from './matrix-case.ts'
import { cloudNames } from './names.ts'
import type { PolicyInput } from './render-policies.ts'

type Manager = 'plan' | 'apply'

const SEE_ROLES = ['GetRole', 'GetRolePolicy', 'ListRolePolicies', 'ListAttachedRolePolicies']
const CHANGE_ROLES = [
  'CreateRole',
  'UpdateRole',
  'UpdateRoleDescription',
  'TagRole',
  'UntagRole',
  'DeleteRole',
  'ListInstanceProfilesForRole',
  'PutRolePolicy',
  'DeleteRolePolicy',
  'UpdateAssumeRolePolicy',
]
const NAME_KEY = ['CreateAlias', 'UpdateAlias', 'DeleteAlias']
const KEEP_KEY = ['EnableKeyRotation', 'TagResource', 'UntagResource', 'UpdateKeyDescription', 'CancelKeyDeletion']
const SEE_ENDPOINTS = ['DescribeVpcEndpoints', 'DescribePrefixLists']
const CHANGE_ENDPOINTS = ['ModifyVpcEndpoint', 'DeleteVpcEndpoints', 'CreateTags', 'DeleteTags']
const CHANGE_ASSOCIATIONS = [
  'UpdatePodIdentityAssociation',
  'DeletePodIdentityAssociation',
  'TagResource',
  'UntagResource',
]

/** A manager, whether it shall be allowed, actions of one service on one resource, and what the request says of itself. */
type Ask = (
  manager: Manager,
  promised: boolean,
  service: string,
  actions: readonly string[],
  resource: string,
  context?: Readonly<Record<string, string>>,
) => MatrixCase[]

/** What plan and apply need besides the settings of the bucket: roles, the key and its names, networks, pods and states. */
export function managerCases(input: PolicyInput): MatrixCase[] {
  const ask: Ask = (manager, promised, service, actions, resource, context = {}) =>
    actions.map((action) => managerCase(input, manager, `${service}:${action}`, resource, promised, context))
  return [
    ...roleCases(input, ask),
    ...keyCases(input, ask),
    ...bucketCases(input, ask),
    ...networkCases(input, ask),
    ...podCases(input, ask),
    ...stateCases(input, ask),
  ]
}

function roleCases(input: PolicyInput, ask: Ask): MatrixCase[] {
  const own = cloudNames(input).roles('engine').arn
  const theirs = `arn:${input.partition}:iam::${input.accountId}:role/smelt/t-2222222222a/engine`
  return [
    ...ask('plan', true, 'iam', SEE_ROLES, own),
    ...ask('plan', false, 'iam', CHANGE_ROLES, own),
    ...ask('plan', false, 'iam', SEE_ROLES, theirs),
    ...ask('apply', true, 'iam', [...SEE_ROLES, ...CHANGE_ROLES], own),
    ...ask('apply', false, 'iam', [...SEE_ROLES, ...CHANGE_ROLES], theirs),
  ]
}

function keyCases(input: PolicyInput, ask: Ask): MatrixCase[] {
  const { partition, region, accountId, keyArn, tenantId } = input
  const kms = `arn:${partition}:kms:${region}:${accountId}:`
  const [alias, theirs] = [`${kms}${cloudNames(input).keyAlias}`, `${kms}alias/smelt/t-2222222222a/prod`]
  const another = `${keyArn}0`
  return [
    ...ask('plan', true, 'kms', ['ListAliases'], '*'),
    ...ask('plan', false, 'kms', ['CreateKey'], '*'),
    ...ask('plan', false, 'kms', [...NAME_KEY, ...KEEP_KEY], keyArn),
    ...ask('plan', false, 'kms', NAME_KEY, alias),
    ...ask('apply', true, 'kms', ['CreateKey', 'ListAliases'], '*'),
    ...ask('apply', true, 'kms', ['TagResource'], another, { 'aws:RequestTag/tenant-id': tenantId }),
    ...ask('apply', false, 'kms', ['TagResource'], another, { 'aws:RequestTag/tenant-id': 't-2222222222a' }),
    ...ask('apply', true, 'kms', NAME_KEY, alias),
    ...ask('apply', false, 'kms', NAME_KEY, theirs),
    ...ask('apply', true, 'kms', [...NAME_KEY, ...KEEP_KEY], keyArn),
    ...ask('apply', false, 'kms', [...NAME_KEY, ...KEEP_KEY], another),
  ]
}

function bucketCases(input: PolicyInput, ask: Ask): MatrixCase[] {
  const bucket = `arn:${input.partition}:s3:::${cloudNames(input).bucket}`
  return [
    ...ask('plan', true, 's3', ['ListTagsForResource'], bucket),
    ...ask('plan', false, 's3', ['CreateBucket', 'TagResource', 'UntagResource'], bucket),
    ...ask('apply', true, 's3', ['ListTagsForResource', 'CreateBucket', 'TagResource', 'UntagResource'], bucket),
    ...ask('apply', false, 's3', ['CreateBucket', 'PutBucketPolicy'], `${bucket}-2`),
  ]
}

function networkCases(input: PolicyInput, ask: Ask): MatrixCase[] {
  const ec2 = `arn:${input.partition}:ec2:${input.region}:${input.accountId}:`
  const [endpoint, table, strange] = [`${ec2}vpc-endpoint/vpce-1`, `${ec2}route-table/rtb-1`, `${ec2}vpc/vpc-0`]
  const made = { 'ec2:CreateAction': 'CreateVpcEndpoint' }
  const own = { 'aws:ResourceTag/managed-by': 'smelt' }
  return [
    ...ask('plan', true, 'ec2', SEE_ENDPOINTS, '*'),
    ...ask('plan', false, 'ec2', ['CreateVpcEndpoint', ...CHANGE_ENDPOINTS], endpoint, own),
    ...ask('apply', true, 'ec2', SEE_ENDPOINTS, '*'),
    ...input.vpcIds.flatMap((id) => ask('apply', true, 'ec2', ['CreateVpcEndpoint'], `${ec2}vpc/${id}`)),
    ...ask('apply', true, 'ec2', ['CreateVpcEndpoint', 'ModifyVpcEndpoint'], table),
    ...ask('apply', false, 'ec2', ['CreateVpcEndpoint'], strange),
    ...ask('apply', true, 'ec2', ['CreateVpcEndpoint'], endpoint),
    ...ask('apply', true, 'ec2', ['CreateTags'], endpoint, made),
    ...ask('apply', true, 'ec2', CHANGE_ENDPOINTS, endpoint, own),
    ...ask('apply', false, 'ec2', CHANGE_ENDPOINTS, endpoint, { 'aws:ResourceTag/managed-by': 'somebody' }),
  ]
}

/** By a token no pod is named in the cloud, and nobody needs a right to. */
function podCases(input: PolicyInput, ask: Ask): MatrixCase[] {
  const { partition, region, accountId, identityMode, clusterArn = '' } = input
  const isByPod = identityMode === 'pod-identity'
  const associations = `arn:${partition}:eks:${region}:${accountId}:podidentityassociation/`
  const own = `${associations}${clusterArn.replace(/^.*cluster\//, '')}/a-1`
  const role = cloudNames(input).roles('engine').arn
  const pods = { 'iam:PassedToService': 'pods.eks.amazonaws.com' }
  return [
    ...ask('plan', isByPod, 'eks', ['DescribePodIdentityAssociation'], own),
    ...ask('plan', false, 'eks', CHANGE_ASSOCIATIONS, own),
    ...ask('apply', isByPod, 'eks', ['DescribePodIdentityAssociation', ...CHANGE_ASSOCIATIONS], own),
    ...ask('apply', false, 'eks', CHANGE_ASSOCIATIONS, `${associations}another/a-1`),
    ...ask('apply', isByPod, 'eks', ['CreatePodIdentityAssociation'], clusterArn),
    ...ask('apply', isByPod, 'iam', ['PassRole'], role, pods),
    ...ask('apply', false, 'iam', ['PassRole'], role, { 'iam:PassedToService': 'ec2.amazonaws.com' }),
    ...ask('apply', false, 'iam', ['PassRole'], `arn:${partition}:iam::${accountId}:role/Administrator`, pods),
  ]
}

function stateCases(input: PolicyInput, ask: Ask): MatrixCase[] {
  const { stateBucket, stateFolder } = cloudNames(input)
  const bucket = `arn:${input.partition}:s3:::${stateBucket}`
  const state = `${bucket}/${stateFolder}/keys/terraform.tfstate`
  const theirs = state.replace(input.tenantId, 't-2222222222a')
  const lock = ['GetObject', 'PutObject', 'DeleteObject']
  return (['plan', 'apply'] as const).flatMap((manager) => [
    ...ask(manager, true, 's3', ['ListBucket'], bucket),
    ...ask(manager, true, 's3', ['GetObject'], state),
    ...ask(manager, manager === 'apply', 's3', ['PutObject'], state),
    ...ask(manager, false, 's3', ['DeleteObject'], state),
    ...ask(manager, true, 's3', lock, `${state}.tflock`),
    ...ask(manager, false, 's3', lock, theirs),
    ...ask(manager, false, 's3', lock, `${theirs}.tflock`),
  ])
}

function managerCase(
  input: PolicyInput,
  manager: Manager,
  action: string,
  resource: string,
  promised: boolean,
  context: Readonly<Record<string, string>>,
): MatrixCase {
  const { accountId, keyArn } = input
  const arn = manager === 'plan' ? input.planRole : input.applyRole
  const principal = { kind: 'role', arn, account: accountId } as const
  const request: PolicyRequest = { principal, action, resource, resourceAccount: accountId, context }
  const of = Object.keys(context).length === 0 ? '' : ` with ${Object.values(context).join(', ')}`
  return {
    name: `${manager}: ${action} on ${resource}${of}`,
    promised,
    about: [`managers.${manager}`, ...(resource === keyArn ? ['key'] : [])],
    requests: [request],
    decide: ({ managers, key }) => {
      const own = resource === keyArn ? { resource: key, resourceMustAllow: true } : {}
      return evaluate({ identity: [managers[manager]], ...own }, request)
    },
  }
}
