import type { Caller } from './callers.ts'
import { evaluate, type PolicyRequest, type Verdict } from './evaluate.ts'
import { cloudNames } from './names.ts'
import type { Network } from './networks.ts'
import type { Operation } from './operations.ts'
import type { PolicyInput, TenantPolicies } from './render-policies.ts'

/** What is asked: who, what, from where. */
export interface Access {
  readonly caller: Caller
  readonly operation: Operation
  readonly network: Network
  /** The key of the object; one is made up where the operation is about an object and this is absent. */
  readonly key?: string
}

/** The requests that an access comes down to: to the bucket, and for bytes of an object also to the key. */
export interface AccessRequests {
  readonly storage?: PolicyRequest
  readonly key?: PolicyRequest
}

/** Decides an access as a whole: each of its requests must be allowed; the first that is not tells why. */
export function decideAccess(policies: TenantPolicies, input: PolicyInput, access: Access): Verdict {
  return decideRequests(policies, access, requestsOf(input, access))
}

/** The same for requests that were made before. */
export function decideRequests(
  policies: TenantPolicies,
  { caller, network }: Access,
  { storage, key }: AccessRequests,
): Verdict {
  const identity = caller.identity(policies)
  const endpoint = network.throughEndpoint && caller.viaService !== true ? { endpoint: policies.endpoint } : {}
  const first = storage && evaluate({ identity, resource: policies.bucket, ...endpoint }, storage)
  if (key === undefined || first?.allowed === false) return first ?? { allowed: false, decidedBy: [] }
  const second = evaluate({ identity, resource: policies.key, resourceMustAllow: true }, key)
  return second.allowed ? { allowed: true, decidedBy: [...(first?.decidedBy ?? []), ...second.decidedBy] } : second
}

/** What an access asks of the bucket and of the key. */
export function requestsOf(input: PolicyInput, access: Access): AccessRequests {
  const { action, kind, viaStorage = false } = access.operation
  if (kind.startsWith('key-')) return { key: keyRequest(input, access, action, viaStorage) }
  const needed = keyActionOf(action)
  const key = needed === undefined ? {} : { key: keyRequest(input, access, needed, true) }
  return { storage: storageRequest(input, access), ...key }
}

function keyActionOf(action: string): string | undefined {
  if (action === 's3:GetObject' || action === 's3:GetObjectVersion') return 'kms:Decrypt'
  return action === 's3:PutObject' ? 'kms:GenerateDataKey' : undefined
}

function storageRequest(input: PolicyInput, access: Access): PolicyRequest {
  const { caller, operation, network } = access
  const extra = Object.entries(operation.context ?? {}).map(
    ([key, value]) => [key, value.replace('${key}', input.keyArn)] as const,
  )
  return {
    principal: caller.principal,
    action: operation.action,
    resource: storageResource(input, access),
    resourceAccount: input.accountId,
    context: {
      ...(caller.viaService === true ? fromService(network.context) : network.context),
      ...Object.fromEntries(extra),
    },
  }
}

function storageResource(input: PolicyInput, { operation, key }: Access): string {
  const bucket = `arn:${input.partition}:s3:::${cloudNames(input).bucket}`
  if (!['read', 'write', 'version'].includes(operation.kind)) return bucket
  return `${bucket}/${key ?? `${operation.prefix ?? 'elsewhere'}/devices/data/1.parquet`}`
}

/** A service that acts for somebody asks from its own network. */
function fromService(context: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(context).filter(([key]) => !/^aws:(Source|Vpc)/.test(key))
  return { ...Object.fromEntries(entries), 'aws:ViaAWSService': 'true' }
}

/** Storage asks for the key as the caller, from its own network. */
function keyRequest(
  { keyArn, accountId, region }: PolicyInput,
  { caller, network }: Access,
  action: string,
  viaStorage: boolean,
): PolicyRequest {
  const through = { ...fromService(network.context), 'kms:ViaService': `s3.${region}.amazonaws.com` }
  return {
    principal: caller.principal,
    action,
    resource: keyArn,
    resourceAccount: accountId,
    context: viaStorage ? through : network.context,
  }
}
