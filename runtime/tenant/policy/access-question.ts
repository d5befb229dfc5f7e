import { isIP } from 'node:net'
import { nearestMatch, smeltError } from '#diagnostics'
import type { Access } from './access.ts'
import { callersOf, type Caller } from './callers.ts'
import { networksOf, type Network } from './networks.ts'
import { OPERATIONS, type Operation } from './operations.ts'
import { renderPolicies, type PolicyInput } from './render-policies.ts'
import { ROLE_NAMES, type RoleName } from './roles.ts'

/** A question about access, in words. */
export interface AccessQuestion {
  /** A role of the tenant, `<tenant>/<role>` of another, who manages it, or an outsider. */
  readonly principal: string
  /** `s3:...`, `kms:...`, or one of the words read, write, delete, list. */
  readonly action: string
  /** Of an object; for an action that lists, what the names begin with. */
  readonly key?: string
  /** A network by its id, an address, or a word such as `internet`. */
  readonly from: string
}

const ACTION_WORDS: Readonly<Record<string, string>> = {
  read: 's3:GetObject',
  write: 's3:PutObject',
  delete: 's3:DeleteObject',
  list: 's3:ListBucket',
}

/** Callers whose own name is a sentence. */
const CALLER_WORDS: Readonly<Record<string, string>> = {
  root: 'root of the account',
  administrator: 'administrator of the account',
  outsider: 'administrator of another account',
  nobody: 'nobody',
}

const NETWORK_WORDS: Readonly<Record<string, string>> = {
  internet: 'the internet',
  'other-vpc': 'another network',
  'other-region': 'the network, by another region',
  'no-tls': 'the network, without TLS',
  'old-tls': 'the network, by TLS 1.1',
  service: 'the internet',
}

/**
 * What is asked, as an access that can be decided. `inputOf` gives what another tenant's policies are made of. Throws
 * tenant/unknown-principal, -action or -network, and cli/bad-usage for a key that is missing or of no use.
 */
export function accessOf(
  question: AccessQuestion,
  input: PolicyInput,
  inputOf: (tenant: string) => PolicyInput,
): Access {
  const caller = callerOf(question.principal, input, inputOf)
  const operation = operationOf(question)
  const network = networkOf(question.from, input)
  const viaService = question.from === 'service' ? { viaService: true } : {}
  return {
    caller: { ...caller, ...viaService },
    operation,
    network,
    ...(question.key !== undefined && { key: question.key }),
  }
}

function callerOf(word: string, input: PolicyInput, inputOf: (tenant: string) => PolicyInput): Caller {
  const [tenant = '', role, ...rest] = word.split('/')
  if (role !== undefined && rest.length === 0) return neighbour(word, role, inputOf(tenant))
  const callers = callersOf(input)
  const name = Object.hasOwn(CALLER_WORDS, word) ? CALLER_WORDS[word] : word
  const found = callers.find((each) => each.name === name && (name !== word || !each.name.includes(' ')))
  if (found !== undefined) return found
  const own = [...new Set(callers.map((each) => each.name))].filter((each) => !each.includes(' ') && each !== 'nobody')
  throw unknown('tenant/unknown-principal', word, [...own, ...Object.keys(CALLER_WORDS)])
}

/** A role of another tenant, with the policy that it has there. */
function neighbour(word: string, role: string, input: PolicyInput): Caller {
  const found = callersOf(input).find(({ name }) => name === role && ROLE_NAMES.includes(name as RoleName))
  if (found === undefined) throw unknown('tenant/unknown-principal', role, ROLE_NAMES)
  const theirs = found.identity(renderPolicies(input))
  return { ...found, name: word, kind: 'outsider', identity: () => theirs }
}

function operationOf({ action, key }: AccessQuestion): Operation {
  const wanted = (Object.hasOwn(ACTION_WORDS, action) ? (ACTION_WORDS[action] ?? action) : action).toLowerCase()
  const found = OPERATIONS.find((each) => each.action.toLowerCase() === wanted)
  if (found === undefined) {
    const known = [...Object.keys(ACTION_WORDS), ...new Set(OPERATIONS.map((each) => each.action))]
    throw unknown('tenant/unknown-action', action, known)
  }
  const { action: full, kind } = found
  const isOfObject = ['read', 'write', 'version'].includes(kind)
  if (isOfObject && (key ?? '') === '') throw bad(`\`${full}\` is about an object: name it with \`--key\``)
  if (kind === 'list') return { name: full, action: full, kind, ...(key && { context: { 's3:prefix': key } }) }
  if (!isOfObject && key !== undefined) throw bad(`\`${full}\` is not about an object, and takes no \`--key\``)
  return { name: full, action: full, kind }
}

function networkOf(word: string, input: PolicyInput): Network {
  const own = networksOf(input)
  const name = word === 'vpc' ? input.vpcIds[0] : (NETWORK_WORDS[word] ?? word)
  const found = own.find((each) => each.name === name && (name !== word || each.kind === 'own'))
  if (found !== undefined) return found
  if (/^vpc-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(word)) return strangeNetwork(word, input)
  if (isIP(word) !== 0) return address(word, input)
  const known = ['vpc', ...Object.keys(NETWORK_WORDS), ...input.vpcIds]
  throw unknown('tenant/unknown-network', word, known)
}

function strangeNetwork(id: string, input: PolicyInput): Network {
  const network = networksOf({ ...input, vpcIds: [id] }).find((each) => each.name === id)
  if (network === undefined) throw new Error(`no network ${id}`)
  return { ...network, kind: 'foreign', throughEndpoint: false }
}

function address(ip: string, input: PolicyInput): Network {
  const network = networksOf({ ...input, allowedCidrs: [ip] }).find(({ kind }) => kind === 'address')
  if (network === undefined) throw new Error(`no address ${ip}`)
  return { ...network, name: ip, kind: 'foreign' }
}

function unknown(
  code: 'tenant/unknown-principal' | 'tenant/unknown-action' | 'tenant/unknown-network',
  word: string,
  known: readonly string[],
): Error {
  return smeltError(code, { word, nearest: nearestMatch(word, known), known })
}

const bad = (detail: string): Error => smeltError('cli/bad-usage', { detail, command: 'smelt tenant' })
