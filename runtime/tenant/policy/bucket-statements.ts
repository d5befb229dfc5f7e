import type { Conditions, Statement } from './document.ts'
import { roleArn } from './role-arn.ts'
import { LAYERS, PREFIXES, readerOf, ROLE_NAMES, rolesThat, type Layer, type Prefix, type RoleName } from './roles.ts'

const BUCKET = 'arn:${partition}:s3:::${bucket}'
const EVERYTHING = [BUCKET, `${BUCKET}/*`]

/** What reads or changes data, as opposed to what manages the bucket: only this is tied to the network. */
const LIST_ACTIONS = ['s3:ListBucket*']
const READ_ACTIONS = ['s3:GetObject*']
const WRITE_ACTIONS = [
  's3:PutObject*',
  's3:DeleteObject*',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
  's3:RestoreObject',
  's3:Replicate*',
]
const VERSION_ACTIONS = [
  's3:DeleteObjectVersion*',
  's3:PutObjectRetention',
  's3:PutObjectLegalHold',
  's3:BypassGovernanceRetention',
]

/** What decides who may do what with the bucket, or lets its data go. */
const CONTROL_ACTIONS = [
  's3:PutBucketPolicy',
  's3:DeleteBucketPolicy',
  's3:PutBucketPublicAccessBlock',
  's3:PutBucketOwnershipControls',
  's3:PutBucketAcl',
  's3:PutBucketVersioning',
  's3:PutEncryptionConfiguration',
  's3:PutLifecycleConfiguration',
  's3:PutReplicationConfiguration',
  's3:PutInventoryConfiguration',
  's3:PutBucketNotification',
  's3:PutBucketWebsite',
  's3:PutBucketLogging',
  's3:PutBucketObjectLockConfiguration',
  's3:DeleteBucket',
]

const DATA_ACTIONS = [...LIST_ACTIONS, ...READ_ACTIONS, ...WRITE_ACTIONS]

/** Who manages, and must never be locked out. */
const MANAGERS = ['${apply_role}', '${break_glass_role}']

/** Who must see the bucket from outside its networks: who plans looks whether it is there, and would make it anew. */
const EXEMPT = ['${plan_role}', ...MANAGERS, '...${replication_roles}']

const deny = (
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
  Condition: Conditions,
): Statement => ({
  Sid,
  Effect: 'Deny',
  Principal: '*',
  Action,
  Resource,
  Condition,
})

const unlessRole = (roles: readonly string[]): Conditions => ({ ArnNotLike: { 'aws:PrincipalArn': roles } })

/** One network condition per statement: two in one are joined by `and`, and the wrong endpoint in the right network passes. */
const outside = (conditions: Conditions): Conditions => ({
  ...conditions,
  BoolIfExists: { 'aws:ViaAWSService': ['false'] },
  ArnNotLikeIfExists: { 'aws:PrincipalArn': EXEMPT },
})

const under = (prefixes: readonly Prefix[]): string[] => prefixes.map((prefix) => `${BUCKET}/${prefix}/*`)

/** The roles of which a tenant may have none: who only reads a layer. */
const READERS: readonly RoleName[] = LAYERS.map(readerOf)
const isReader = (role: RoleName): boolean => READERS.includes(role)

/** Those that every tenant has, and then the readers that its classification gives it. */
const rolesAndReaders = (roles: readonly RoleName[], readers: string): string[] => [
  ...roles.filter((role) => !isReader(role)).map(roleArn),
  ...(roles.some(isReader) ? [`...\${${readers}}`] : []),
]

const readersOf = (prefix: Prefix): Statement =>
  deny(
    readersOfSid(prefix),
    READ_ACTIONS,
    under([prefix]),
    unlessRole([
      ...rolesAndReaders(rolesThat('reads', prefix), `readers_of_${prefix}`),
      '${break_glass_role}',
      '...${replication_roles}',
    ]),
  )

/** The sid of the statement about who reads under a prefix. */
export function readersOfSid(prefix: Prefix): string {
  return `ReadersOf${prefix.replace('.', '').replace(/^./, (first) => first.toUpperCase())}`
}

const writersOf = (name: string, prefixes: readonly [Prefix, ...Prefix[]]): Statement =>
  deny(
    `WritersOf${name}`,
    WRITE_ACTIONS,
    under(prefixes),
    unlessRole([...rolesThat('writes', prefixes[0]).map(roleArn), '${break_glass_role}']),
  )

/**
 * The policy of a tenant's bucket: what nobody may, whatever else they are allowed. What roles may stands in their own
 * policies, so no statement here names a role that must exist before the bucket does.
 */
export const BUCKET_STATEMENTS: readonly Statement[] = [
  deny('InsecureTransport', ['s3:*'], EVERYTHING, { Bool: { 'aws:SecureTransport': ['false'] } }),
  deny('OldTransport', ['s3:*'], EVERYTHING, { NumericLessThan: { 's3:TlsVersion': ['1.2'] } }),
  deny(
    'DataOutsideNetwork',
    DATA_ACTIONS,
    EVERYTHING,
    outside({ StringNotEquals: { 'aws:SourceVpc': ['...${vpc_ids}'] } }),
  ),
  deny(
    'DataOutsideNetworkAndAddresses',
    DATA_ACTIONS,
    EVERYTHING,
    outside({
      StringNotEquals: { 'aws:SourceVpc': ['...${vpc_ids}'] },
      NotIpAddress: { 'aws:SourceIp': ['...${allowed_cidrs}'] },
    }),
  ),
  deny(
    'DataOutsideRegion',
    DATA_ACTIONS,
    EVERYTHING,
    outside({ StringNotEquals: { 'aws:RequestedRegion': ['${region}'] } }),
  ),
  // A service asks from its own network for whoever calls it, from wherever. Readers alone are let in so, and none to write.
  deny(
    'ServicesForReaders',
    [...LIST_ACTIONS, ...READ_ACTIONS],
    [BUCKET, ...under(['state', 'artifacts', '.probe']), '...${closed_layers}'],
    { Bool: { 'aws:ViaAWSService': ['true'] }, ArnNotLike: { 'aws:PrincipalArn': ['...${readers}', ...EXEMPT] } },
  ),
  deny('ServicesWriteNothing', WRITE_ACTIONS, [`${BUCKET}/*`], {
    Bool: { 'aws:ViaAWSService': ['true'] },
    ...unlessRole(['${break_glass_role}']),
  }),
  deny('ForeignIdentity', ['s3:*'], EVERYTHING, {
    StringNotEquals: { 'aws:PrincipalAccount': ['${account_id}'] },
  }),
  deny('GuardControlPlane', CONTROL_ACTIONS, [BUCKET], unlessRole(MANAGERS)),
  deny('KeepVersions', VERSION_ACTIONS, [`${BUCKET}/*`], unlessRole(['${break_glass_role}'])),
  deny('WrongKey', ['s3:PutObject'], [`${BUCKET}/*`], {
    Null: { 's3:x-amz-server-side-encryption-aws-kms-key-id': ['false'] },
    StringNotEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': ['${key_arn}'] },
  }),
  deny('WrongEncryption', ['s3:PutObject'], [`${BUCKET}/*`], {
    Null: { 's3:x-amz-server-side-encryption': ['false'] },
    StringNotEquals: { 's3:x-amz-server-side-encryption': ['aws:kms'] },
  }),
  // Named without a key, the algorithm means the account's common key and not the bucket's.
  deny('UnnamedKey', ['s3:PutObject'], [`${BUCKET}/*`], {
    Null: { 's3:x-amz-server-side-encryption': ['false'], 's3:x-amz-server-side-encryption-aws-kms-key-id': ['true'] },
  }),
  deny('CustomerKey', ['s3:PutObject'], [`${BUCKET}/*`], {
    Null: { 's3:x-amz-server-side-encryption-customer-algorithm': ['false'] },
  }),
  // Names of objects hold values that tables are partitioned by.
  deny('NamesForRoles', LIST_ACTIONS, [BUCKET], unlessRole([...rolesAndReaders(ROLE_NAMES, 'readers'), ...EXEMPT])),
  ...PREFIXES.map(readersOf),
  writersOf('Layers', LAYERS),
  writersOf('State', ['state', '.probe']),
  writersOf('Artifacts', ['artifacts']),
  {
    Sid: 'NothingElsewhere',
    Effect: 'Deny',
    Principal: '*',
    Action: [...READ_ACTIONS, ...WRITE_ACTIONS],
    NotResource: under(PREFIXES),
    Condition: unlessRole(['${break_glass_role}']),
  },
]

/**
 * The statements that do not stand: of the two about the network the one with addresses where there are none, for an empty
 * list means nothing, and the other where there are; those about the readers of layers that the whole account may read.
 */
export function unusedBucketStatements(hasAddresses: boolean, readByAccount: readonly Layer[]): string[] {
  return [
    hasAddresses ? 'DataOutsideNetwork' : 'DataOutsideNetworkAndAddresses',
    ...readByAccount.map((layer) => readersOfSid(layer)),
  ]
}
