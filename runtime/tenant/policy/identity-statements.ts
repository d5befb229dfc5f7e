import type { Statement } from './document.ts'
import { ROLES, type Prefix, type RoleName } from './roles.ts'

const BUCKET = 'arn:${partition}:s3:::${bucket}'

const allow = (Sid: string, Action: readonly string[], Resource: readonly string[]): Statement => ({
  Sid,
  Effect: 'Allow',
  Action,
  Resource,
})

const under = (prefixes: readonly Prefix[]): string[] => prefixes.map((prefix) => `${BUCKET}/${prefix}/*`)

/** The policy of a role of the tenant: its prefixes, the names under them, and the key behind them. */
export function identityStatements(role: RoleName): readonly Statement[] {
  const { reads, writes, listsAll }: { reads: readonly Prefix[]; writes: readonly Prefix[]; listsAll: boolean } =
    ROLES[role]
  return [
    listing(reads, listsAll),
    allow('ReadPrefixes', ['s3:GetObject'], under(reads)),
    ...(writes.length === 0 ? [] : [writing(writes)]),
    allow('UseKey', writes.length === 0 ? ['kms:Decrypt'] : ['kms:Decrypt', 'kms:GenerateDataKey'], ['${key_arn}']),
  ]
}

function listing(reads: readonly Prefix[], listsAll: boolean): Statement {
  if (listsAll) return allow('ListBucket', ['s3:ListBucket', 's3:ListBucketMultipartUploads'], [BUCKET])
  const prefixes = reads.flatMap((prefix) => [prefix, `${prefix}/*`])
  return { ...allow('ListPrefixes', ['s3:ListBucket'], [BUCKET]), Condition: { StringLike: { 's3:prefix': prefixes } } }
}

function writing(writes: readonly Prefix[]): Statement {
  const actions = ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts']
  return allow('WritePrefixes', actions, under(writes))
}

/** The policies of who plans and who applies; they are made once per account, outside of any tenant. */
export const MANAGER_STATEMENTS: Readonly<Record<'plan' | 'apply', readonly Statement[]>> = {
  plan: [
    allow('SeeBucket', ['s3:ListBucket', 's3:GetBucket*', 's3:Get*Configuration'], [BUCKET]),
    allow(
      'SeeKey',
      ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus', 'kms:ListResourceTags'],
      ['${key_arn}'],
    ),
    allow(
      'SeeRoles',
      ['iam:GetRole', 'iam:GetRolePolicy', 'iam:ListRolePolicies', 'iam:ListAttachedRolePolicies'],
      ['arn:${partition}:iam::${account_id}:role/smelt/${tenant_id}/*'],
    ),
  ],
  apply: [
    allow(
      'ManageBucket',
      [
        's3:ListBucket',
        's3:GetBucket*',
        's3:Get*Configuration',
        's3:CreateBucket',
        's3:PutBucket*',
        's3:Put*Configuration',
        's3:DeleteBucket*',
      ],
      [BUCKET],
    ),
    allow(
      'ManageKey',
      [
        'kms:DescribeKey',
        'kms:GetKeyPolicy',
        'kms:GetKeyRotationStatus',
        'kms:ListResourceTags',
        'kms:PutKeyPolicy',
        'kms:EnableKeyRotation',
        'kms:TagResource',
        'kms:UntagResource',
        'kms:ScheduleKeyDeletion',
        'kms:CancelKeyDeletion',
      ],
      ['${key_arn}'],
    ),
    allow('MakeKey', ['kms:CreateKey', 'kms:ListAliases'], ['*']),
    allow(
      'NameKey',
      ['kms:CreateAlias', 'kms:UpdateAlias', 'kms:DeleteAlias'],
      ['${key_arn}', 'arn:${partition}:kms:${region}:${account_id}:alias/smelt/${tenant_id}/*'],
    ),
    allow(
      'ManageRoles',
      [
        'iam:GetRole',
        'iam:CreateRole',
        'iam:UpdateRole',
        'iam:TagRole',
        'iam:UntagRole',
        'iam:DeleteRole',
        'iam:ListRolePolicies',
        'iam:ListAttachedRolePolicies',
        'iam:ListInstanceProfilesForRole',
        'iam:GetRolePolicy',
        'iam:PutRolePolicy',
        'iam:DeleteRolePolicy',
        'iam:UpdateAssumeRolePolicy',
      ],
      ['arn:${partition}:iam::${account_id}:role/smelt/${tenant_id}/*'],
    ),
  ],
}
