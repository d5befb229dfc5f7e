import { evaluate } from './evaluate.ts'
import type { MatrixCase } from './matrix-case.ts'
import { cloudNames } from './names.ts'
import type { PolicyInput } from './render-policies.ts'

const SEE_ROLES = ['GetRole', 'GetRolePolicy', 'ListRolePolicies', 'ListAttachedRolePolicies']
const MANAGE_ROLES = [
  ...SEE_ROLES,
  'CreateRole',
  'UpdateRole',
  'TagRole',
  'UntagRole',
  'DeleteRole',
  'ListInstanceProfilesForRole',
  'PutRolePolicy',
  'DeleteRolePolicy',
  'UpdateAssumeRolePolicy',
]
const MAKE_KEY = ['CreateKey', 'ListAliases']
const NAME_KEY = ['CreateAlias', 'UpdateAlias', 'DeleteAlias']
const KEEP_KEY = ['EnableKeyRotation', 'TagResource', 'UntagResource', 'CancelKeyDeletion']

/** What plan and apply need besides bucket and key, by their own policies: roles, aliases, and what is not there yet. */
export function managerCases(input: PolicyInput): MatrixCase[] {
  const { partition, region, accountId, keyArn } = input
  const names = cloudNames(input)
  const own = names.roles('engine').arn
  const theirs = `arn:${partition}:iam::${accountId}:role/smelt/t-2222222222a/engine`
  const alias = `arn:${partition}:kms:${region}:${accountId}:${names.keyAlias}`
  const ask = (
    manager: 'plan' | 'apply',
    promised: boolean,
    service: string,
    actions: readonly string[],
    resource: string,
  ): MatrixCase[] => actions.map((action) => managerCase(input, manager, `${service}:${action}`, resource, promised))
  return [
    ...ask('plan', true, 'iam', SEE_ROLES, own),
    ...ask('plan', false, 'iam', ['CreateRole', 'PutRolePolicy', 'UpdateAssumeRolePolicy'], own),
    ...ask('plan', false, 'iam', SEE_ROLES, theirs),
    ...ask('apply', true, 'iam', MANAGE_ROLES, own),
    ...ask('apply', false, 'iam', MANAGE_ROLES, theirs),
    ...ask('apply', true, 's3', ['CreateBucket'], `arn:${partition}:s3:::${names.bucket}`),
    ...ask('apply', true, 'kms', MAKE_KEY, '*'),
    ...ask('apply', true, 'kms', NAME_KEY, alias),
    ...ask('apply', true, 'kms', [...NAME_KEY, ...KEEP_KEY], keyArn),
    ...ask('apply', false, 'kms', [...NAME_KEY, ...KEEP_KEY], `${keyArn}0`),
  ]
}

function managerCase(
  input: PolicyInput,
  manager: 'plan' | 'apply',
  action: string,
  resource: string,
  promised: boolean,
): MatrixCase {
  const { accountId } = input
  const arn = manager === 'plan' ? input.planRole : input.applyRole
  const principal = { kind: 'role', arn, account: accountId } as const
  const request = { principal, action, resource, resourceAccount: accountId, context: {} }
  return {
    name: `${manager}: ${action} on ${resource}`,
    promised,
    about: [`managers.${manager}`],
    requests: [request],
    decide: ({ managers }) => evaluate({ identity: [managers[manager]] }, request),
  }
}
