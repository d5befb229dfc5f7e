import type { Conditions, Statement } from './document.ts'
import { roleArn } from './role-arn.ts'

/** What turns data into bytes, also through a grant. */
const WRITE_ACTIONS = ['kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*', 'kms:CreateGrant']

/** What turns bytes into data. */
const READ_ACTIONS = ['kms:Decrypt']

/** What tells about the key, as planning does. */
const SEE_ACTIONS = ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus', 'kms:ListResourceTags']

/** What keeps the key as its module says, and ends it. */
const MANAGE_ACTIONS = [
  ...SEE_ACTIONS,
  'kms:PutKeyPolicy',
  'kms:EnableKeyRotation',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateKeyDescription',
  'kms:CreateAlias',
  'kms:UpdateAlias',
  'kms:DeleteAlias',
  'kms:ScheduleKeyDeletion',
  'kms:CancelKeyDeletion',
]

/** What decides who may use the key, or ends it. */
const CONTROL_ACTIONS = [
  'kms:PutKeyPolicy',
  'kms:ScheduleKeyDeletion',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:DeleteImportedKeyMaterial',
]

const statement =
  (Effect: Statement['Effect']) =>
  (Sid: string, Action: readonly string[], Condition: Conditions): Statement => ({
    Sid,
    Effect,
    Principal: '*',
    Action,
    Resource: ['*'],
    Condition,
  })
const deny = statement('Deny')
const allow = statement('Allow')

/** The tenant's roles that are always made; all of them write somewhere. */
const WRITERS = (['engine', 'maintenance', 'deployer'] as const).map(roleArn)
const OTHERS = ['${break_glass_role}', '...${replication_roles}']

const role = (arn: string): Conditions => ({ ArnEquals: { 'aws:PrincipalArn': [arn] } })
const unlessRole = (roles: readonly string[]): Conditions => ({ ArnNotLike: { 'aws:PrincipalArn': roles } })

/**
 * The policy of a tenant's key. Its account administers it, so that it never becomes a key nobody can manage; it works
 * for the tenant's roles, and for them only through the storage service, whose bucket asks where they come from. Who plans
 * and applies is let in here and not by policies of their own: those would have to name a key that is not made yet.
 */
export const KEY_STATEMENTS: readonly Statement[] = [
  {
    Sid: 'AccountAdministersKey',
    Effect: 'Allow',
    Principal: { AWS: ['arn:${partition}:iam::${account_id}:root'] },
    Action: ['kms:*'],
    Resource: ['*'],
  },
  allow('PlanSeesKey', SEE_ACTIONS, role('${plan_role}')),
  allow('ApplyManagesKey', MANAGE_ACTIONS, role('${apply_role}')),
  deny('KeyForeignIdentity', ['kms:*'], {
    StringNotEquals: { 'aws:PrincipalAccount': ['${account_id}'] },
  }),
  deny('KeyForWriters', WRITE_ACTIONS, unlessRole([...WRITERS, ...OTHERS])),
  deny('KeyForReaders', READ_ACTIONS, unlessRole([...WRITERS, '...${readers}', ...OTHERS])),
  deny('KeyThroughStorage', [...READ_ACTIONS, ...WRITE_ACTIONS], {
    StringNotEquals: { 'kms:ViaService': ['s3.${region}.amazonaws.com'] },
  }),
  deny('GuardKey', CONTROL_ACTIONS, unlessRole(['${apply_role}', '${break_glass_role}'])),
]

/** The statements that do not stand: who reads a public layer is anybody in the account, and the bucket tells of which. */
export function unusedKeyStatements(readByAccount: readonly unknown[]): string[] {
  return readByAccount.length > 0 ? ['KeyForReaders'] : []
}
