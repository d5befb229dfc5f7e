import { PREFIXES, type Prefix } from './roles.ts'

/** Something done to a bucket or to its key. */
export interface Operation {
  readonly name: string
  readonly action: string
  readonly kind:
    'read' | 'write' | 'version' | 'list' | 'head' | 'see' | 'control' | 'key-use' | 'key-see' | 'key-control'
  /** A use of the key for some other bucket than the tenant's. */
  readonly viaStorage?: boolean
  /** Where in the bucket; absent for the bucket itself and for the key. */
  readonly prefix?: Prefix | 'elsewhere'
  /** Headers and parameters, as condition keys; `${key}` stands for the ARN of the tenant's key. */
  readonly context?: Readonly<Record<string, string>>
  /** A put that says how to encrypt, and says it wrong. */
  readonly wronglyEncrypted?: boolean
}

const READS = ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectTagging']
const WRITES = [
  's3:PutObject',
  's3:PutObjectTagging',
  's3:DeleteObject',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
  's3:RestoreObject',
  's3:ReplicateObject',
]
const VERSIONS = [
  's3:DeleteObjectVersion',
  's3:PutObjectRetention',
  's3:PutObjectLegalHold',
  's3:BypassGovernanceRetention',
]
const LISTS = ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads']
const SEES = ['s3:GetBucketPolicy', 's3:GetBucketVersioning', 's3:GetLifecycleConfiguration']
const CONTROLS = [
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
const KEY_USES = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:CreateGrant']
const KEY_SEES = ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus', 'kms:ListResourceTags']
const KEY_CONTROLS = [
  'kms:PutKeyPolicy',
  'kms:ScheduleKeyDeletion',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:DeleteImportedKeyMaterial',
]

const ALGORITHM = 's3:x-amz-server-side-encryption'
const KEY_ID = 's3:x-amz-server-side-encryption-aws-kms-key-id'
const OTHER_KEY = 'arn:aws:kms:eu-west-1:222222222222:key/00000000-0000-4000-8000-000000000000'

/** A put with headers about encryption: what the bucket does by itself may be said, and nothing else. */
const ENCRYPTIONS: readonly [name: string, context: Readonly<Record<string, string>>, wrong: boolean][] = [
  ['naming the key', { [ALGORITHM]: 'aws:kms', [KEY_ID]: '${key}' }, false],
  ['naming another key', { [ALGORITHM]: 'aws:kms', [KEY_ID]: OTHER_KEY }, true],
  ['naming no key', { [ALGORITHM]: 'aws:kms' }, true],
  ['with a key of storage', { [ALGORITHM]: 'AES256', [KEY_ID]: '${key}' }, true],
  ['with a key of the sender', { 's3:x-amz-server-side-encryption-customer-algorithm': 'AES256' }, true],
]

const PLACES = [...PREFIXES, 'elsewhere'] as const

const inEveryPlace = (kind: Operation['kind'], actions: readonly string[]): Operation[] =>
  PLACES.flatMap((prefix) => actions.map((action) => ({ name: `${action} ${prefix}/`, action, kind, prefix })))

const on = (kind: Operation['kind'], actions: readonly string[]): Operation[] =>
  actions.map((action) => ({ name: action, action, kind }))

/** Every operation of the matrix. */
export const OPERATIONS: readonly Operation[] = [
  ...inEveryPlace('read', READS),
  ...inEveryPlace('write', WRITES),
  ...inEveryPlace('version', VERSIONS),
  ...PREFIXES.flatMap((prefix) =>
    LISTS.map((action): Operation => ({
      name: `${action} ${prefix}/`,
      action,
      kind: 'list',
      prefix,
      context: { 's3:prefix': `${prefix}/devices` },
    })),
  ),
  ...PREFIXES.map((prefix): Operation => ({
    name: `s3:ListBucket ${prefix}`,
    action: 's3:ListBucket',
    kind: 'list',
    prefix,
    context: { 's3:prefix': prefix },
  })),
  ...on('head', ['s3:ListBucket']),
  ...on('see', SEES),
  ...on('control', CONTROLS),
  ...ENCRYPTIONS.map(([name, context, wronglyEncrypted]): Operation => ({
    name: `s3:PutObject bronze/ ${name}`,
    action: 's3:PutObject',
    kind: 'write',
    prefix: 'bronze',
    context,
    wronglyEncrypted,
  })),
  ...on('key-use', KEY_USES),
  ...on('key-use', KEY_USES).map((each) => ({ ...each, name: `${each.name} through storage`, viaStorage: true })),
  ...on('key-see', KEY_SEES),
  ...on('key-control', KEY_CONTROLS),
]
