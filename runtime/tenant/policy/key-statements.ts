import type { Conditions, Statement } from './document.ts'
import { roleArn } from './role-arn.ts'
import { ROLE_NAMES } from './roles.ts'

/** What turns bytes into data or data into bytes, also through a grant. */
const USE_ACTIONS = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*', 'kms:CreateGrant']

/** What decides who may use the key, or ends it. */
const CONTROL_ACTIONS = [
  'kms:PutKeyPolicy',
  'kms:ScheduleKeyDeletion',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:DeleteImportedKeyMaterial',
]

const deny = (Sid: string, Action: readonly string[], Condition: Conditions): Statement => ({
  Sid,
  Effect: 'Deny',
  Principal: '*',
  Action,
  Resource: ['*'],
  Condition,
})

/**
 * The policy of a tenant's key. Its account administers it, so that it never becomes a key nobody can manage; it works
 * for the tenant's roles, and for them only through the storage service, whose bucket asks where they come from.
 */
export const KEY_STATEMENTS: readonly Statement[] = [
  {
    Sid: 'AccountAdministersKey',
    Effect: 'Allow',
    Principal: { AWS: ['arn:${partition}:iam::${account_id}:root'] },
    Action: ['kms:*'],
    Resource: ['*'],
  },
  deny('KeyForeignIdentity', ['kms:*'], {
    StringNotEquals: { 'aws:PrincipalAccount': ['${account_id}'] },
  }),
  deny('KeyForRoles', USE_ACTIONS, {
    ArnNotLike: {
      'aws:PrincipalArn': [...ROLE_NAMES.map(roleArn), '${break_glass_role}', '...${replication_roles}'],
    },
  }),
  deny('KeyThroughStorage', USE_ACTIONS, { StringNotEquals: { 'kms:ViaService': ['s3.${region}.amazonaws.com'] } }),
  deny('GuardKey', CONTROL_ACTIONS, { ArnNotLike: { 'aws:PrincipalArn': ['${apply_role}', '${break_glass_role}'] } }),
]
