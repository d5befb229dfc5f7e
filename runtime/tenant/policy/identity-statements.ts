import { allow, type Statement } from './document.ts'
import { ROLES, type Prefix, type RoleName } from './roles.ts'

const BUCKET = 'arn:${partition}:s3:::${bucket}'

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
