import { allow, type Statement } from './document.ts'
import type { IdentityMode } from './trust-statements.ts'

const BUCKET = 'arn:${partition}:s3:::${bucket}'
const ALIAS = 'arn:${partition}:kms:${region}:${account_id}:alias/smelt/${tenant_id}/*'
const KEYS = 'arn:${partition}:kms:${region}:${account_id}:key/*'
const ROLES = 'arn:${partition}:iam::${account_id}:role/smelt/${tenant_id}/*'
const ENDPOINTS = 'arn:${partition}:ec2:${region}:${account_id}:vpc-endpoint/*'
const ROUTE_TABLES = 'arn:${partition}:ec2:${region}:${account_id}:route-table/*'
const ASSOCIATIONS = 'arn:${partition}:eks:${region}:${account_id}:podidentityassociation/${cluster_name}/*'
const STATE_BUCKET = 'arn:${partition}:s3:::${state_bucket}'
const STATE = `${STATE_BUCKET}/\${state_folder}/*/terraform.tfstate`

const SEE_BUCKET = ['s3:ListBucket', 's3:GetBucket*', 's3:Get*Configuration', 's3:ListTagsForResource']
const SEE_ROLES = ['iam:GetRole', 'iam:GetRolePolicy', 'iam:ListRolePolicies', 'iam:ListAttachedRolePolicies']

/** What none of them can do without: to look, and to hold the lock of the state while they do. */
const SEEING: readonly Statement[] = [
  // The service knows these for all keys and endpoints or for none.
  allow('SeeAliases', ['kms:ListAliases'], ['*']),
  allow('SeeEndpoints', ['ec2:DescribeVpcEndpoints', 'ec2:DescribePrefixLists'], ['*']),
  allow('SeeAssociations', ['eks:DescribePodIdentityAssociation'], [ASSOCIATIONS]),
  allow('ListState', ['s3:ListBucket'], [STATE_BUCKET]),
  allow('ReadState', ['s3:GetObject'], [STATE]),
  allow('LockState', ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], [`${STATE}.tflock`]),
]

/**
 * The policies of who plans and who applies: what Terraform asks for a tenant, first time and ever after. They name nothing
 * that is only made by applying, so that they can be given before; about the key, its own policy lets both in.
 */
export const MANAGER_STATEMENTS: Readonly<Record<'plan' | 'apply', readonly Statement[]>> = {
  plan: [allow('SeeBucket', SEE_BUCKET, [BUCKET]), allow('SeeRoles', SEE_ROLES, [ROLES]), ...SEEING],
  apply: [
    allow(
      'ManageBucket',
      [
        ...SEE_BUCKET,
        's3:CreateBucket',
        's3:PutBucket*',
        's3:Put*Configuration',
        's3:DeleteBucket*',
        's3:TagResource',
        's3:UntagResource',
      ],
      [BUCKET],
    ),
    allow('MakeKey', ['kms:CreateKey'], ['*']),
    allow('TagNewKey', ['kms:TagResource'], [KEYS], { StringEquals: { 'aws:RequestTag/tenant-id': ['${tenant_id}'] } }),
    allow('NameKey', ['kms:CreateAlias', 'kms:UpdateAlias', 'kms:DeleteAlias'], [ALIAS]),
    allow(
      'ManageRoles',
      [
        ...SEE_ROLES,
        'iam:CreateRole',
        'iam:UpdateRole',
        'iam:UpdateRoleDescription',
        'iam:TagRole',
        'iam:UntagRole',
        'iam:DeleteRole',
        'iam:ListInstanceProfilesForRole',
        'iam:PutRolePolicy',
        'iam:DeleteRolePolicy',
        'iam:UpdateAssumeRolePolicy',
      ],
      [ROLES],
    ),
    ...SEEING,
    allow('PutEndpoint', ['ec2:CreateVpcEndpoint', 'ec2:ModifyVpcEndpoint'], ['...${vpc_arns}', ROUTE_TABLES]),
    allow('MakeEndpoint', ['ec2:CreateVpcEndpoint'], [ENDPOINTS]),
    allow('TagNewEndpoint', ['ec2:CreateTags'], [ENDPOINTS], {
      StringEquals: { 'ec2:CreateAction': ['CreateVpcEndpoint'] },
    }),
    allow(
      'ManageEndpoint',
      ['ec2:ModifyVpcEndpoint', 'ec2:DeleteVpcEndpoints', 'ec2:CreateTags', 'ec2:DeleteTags'],
      [ENDPOINTS],
      { StringEquals: { 'aws:ResourceTag/managed-by': ['smelt'] } },
    ),
    allow('MakeAssociation', ['eks:CreatePodIdentityAssociation'], ['${cluster_arn}']),
    allow(
      'ManageAssociations',
      ['eks:UpdatePodIdentityAssociation', 'eks:DeletePodIdentityAssociation', 'eks:TagResource', 'eks:UntagResource'],
      [ASSOCIATIONS],
    ),
    allow('PassRoles', ['iam:PassRole'], [ROLES], {
      StringEquals: { 'iam:PassedToService': ['pods.eks.amazonaws.com'] },
    }),
    allow('WriteState', ['s3:PutObject'], [STATE]),
  ],
}

/** The statements that do not stand: by a token, no association says who becomes a role. */
export function unusedManagerStatements(mode: IdentityMode): string[] {
  return mode === 'irsa' ? ['SeeAssociations', 'MakeAssociation', 'ManageAssociations', 'PassRoles'] : []
}
