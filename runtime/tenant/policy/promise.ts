import type { Access } from './access.ts'
import type { PolicyInput } from './render-policies.ts'
import { layersReadByAccount, ROLES, type Prefix, type Role } from './roles.ts'

/**
 * What is promised of an access, said without a look at any policy:
 *   nobody gets through without modern TLS, and nobody writes under a wrong key;
 *   the tenant's roles reach their own prefixes from the tenant's networks, and those that read one layer by services that
 *   act for them too; for a layer that nobody may read there is no role that reads it;
 *   a public layer is read, from the networks and by services, by whoever in the account is allowed to by policies of their own;
 *   plan and apply see and (apply) manage the bucket and the key from anywhere, and reach no data;
 *   break-glass reaches everything from anywhere, but never through the key past the storage;
 *   everybody else reaches nothing but the settings that their account lets them look at.
 */
export function isPromised(access: Access, input: PolicyInput): boolean {
  const { caller, operation, network } = access
  if (operation.kind === 'key-use') return operation.viaStorage === true && usesKey(access, input)
  if (operation.kind === 'key-see') return seesKey(access)
  if (operation.kind === 'key-control') return managesKey(access)
  if (caller.kind === 'root')
    return (
      ['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy'].includes(operation.action) ||
      (network.kind !== 'insecure' &&
        (operation.kind === 'see' || (isInside(access, input) && readsPublicLayer(access, input))))
    )
  if (network.kind === 'insecure' || operation.wronglyEncrypted === true) return false
  switch (caller.kind) {
    case 'break-glass':
      return true
    case 'plan':
      return operation.kind === 'see' || isListing(access)
    case 'apply':
      return operation.kind === 'see' || operation.kind === 'control' || isListing(access)
    case 'replication':
      return ['read', 'see', 'head', 'list'].includes(operation.kind) && operation.prefix !== 'elsewhere'
    case 'outsider':
      if (caller.isAdministrator !== true) return false
      return operation.kind === 'see' || (isInside(access, input) && readsPublicLayer(access, input))
    default:
      return isInside(access, input) && isOwn(ROLES[caller.kind], access)
  }
}

/** In the tenant's networks, or a service of the cloud that asks for somebody whom services may ask for. */
function isInside(access: Access, input: PolicyInput): boolean {
  const { caller, network } = access
  if (caller.viaService === true) return caller.kind.startsWith('reader-') || readsPublicLayer(access, input)
  return network.kind === 'own' || network.kind === 'address'
}

function isOwn(role: Role, { operation }: Access): boolean {
  const within = (prefixes: readonly Prefix[]): boolean => prefixes.some((each) => each === operation.prefix)
  switch (operation.action) {
    case 's3:GetObject':
      return within(role.reads)
    case 's3:PutObject':
    case 's3:DeleteObject':
    case 's3:AbortMultipartUpload':
    case 's3:ListMultipartUploadParts':
      return within(role.writes)
    case 's3:ListBucket':
      return role.listsAll || within(role.reads)
    default:
      return role.listsAll && operation.action === 's3:ListBucketMultipartUploads'
  }
}

const isListing = ({ operation }: Access): boolean => operation.action === 's3:ListBucket'

function readsPublicLayer({ operation }: Access, { classification }: PolicyInput): boolean {
  return operation.kind === 'read' && layersReadByAccount(classification).some((each) => each === operation.prefix)
}

/** With a layer that the whole account reads, the key turns bytes into data for the account; the bucket tells which bytes. */
const isKeyForAccount = ({ operation }: Access, { classification }: PolicyInput): boolean =>
  operation.action === 'kms:Decrypt' && layersReadByAccount(classification).length > 0

function usesKey(access: Access, input: PolicyInput): boolean {
  const { kind, isAdministrator } = access.caller
  const { action } = access.operation
  if (kind === 'break-glass' || kind === 'replication') return true
  if (kind === 'root' || isAdministrator === true) return isKeyForAccount(access, input)
  if (!(kind in ROLES)) return false
  const writes = ROLES[kind as keyof typeof ROLES].writes.length > 0
  return action === 'kms:Decrypt' || (writes && action === 'kms:GenerateDataKey')
}

const seesKey = (access: Access): boolean =>
  ['plan', 'apply', 'break-glass', 'replication', 'root'].includes(access.caller.kind) ||
  access.caller.isAdministrator === true

function managesKey({ caller, operation }: Access): boolean {
  if (caller.kind === 'break-glass') return true
  return caller.kind === 'apply' && ['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion'].includes(operation.action)
}

/**
 * What must not happen even when somebody adds a statement that allows everybody everything: the denials have to hold
 * by themselves. What is neither promised nor forbidden is left to the account.
 */
export function isForbidden(access: Access, input: PolicyInput): boolean {
  const { caller, operation, network } = access
  if (caller.kind === 'root') return false
  if (operation.kind === 'key-use') return operation.viaStorage !== true || isKeyless(access, input)
  if (operation.kind === 'key-see') return isOfAnotherAccount(access)
  if (operation.kind === 'key-control') return caller.kind !== 'break-glass' && caller.kind !== 'apply'
  if (network.kind === 'insecure' || operation.wronglyEncrypted === true) return true
  if (caller.kind === 'break-glass') return false
  if (readsPublicLayer(access, input))
    return !isOfAccount(access, input) || !(isManager(access) || isInside(access, input))
  if (caller.kind === 'outsider') return operation.kind !== 'see' || isOfAnotherAccount(access)
  if (operation.kind === 'see') return false
  if (operation.kind === 'control') return caller.kind !== 'apply'
  return operation.kind === 'head' || operation.kind === 'list'
    ? isBarredFromNames(access, input)
    : isBarredFromData(access, input)
}

const isOfAccount = ({ caller }: Access, { accountId }: PolicyInput): boolean => caller.principal.account === accountId

function isKeyless(access: Access, input: PolicyInput): boolean {
  const { kind } = access.caller
  if (isKeyForAccount(access, input)) return !isOfAccount(access, input)
  if (kind.startsWith('reader-')) return access.operation.action !== 'kms:Decrypt'
  return ['plan', 'apply', 'outsider'].includes(kind)
}

const isManager = ({ caller: { kind } }: Access): boolean =>
  kind === 'plan' || kind === 'apply' || kind === 'replication'

const isBarredFromNames = (access: Access, input: PolicyInput): boolean =>
  !isManager(access) && !isInside(access, input)

function isBarredFromData(access: Access, input: PolicyInput): boolean {
  const { caller, operation } = access
  if (operation.kind === 'version' || operation.prefix === 'elsewhere') return true
  if (caller.kind === 'replication') return operation.kind === 'write'
  if (!(caller.kind in ROLES)) return true
  const role: Role = ROLES[caller.kind as keyof typeof ROLES]
  const prefixes = operation.kind === 'read' ? role.reads : role.writes
  return !isInside(access, input) || !prefixes.some((each) => each === operation.prefix)
}

const isOfAnotherAccount = ({ caller: { principal, name } }: Access): boolean =>
  principal.kind === 'anonymous' || name === 'administrator of another account'
