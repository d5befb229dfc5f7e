import { isIP } from 'node:net'
import { nearestMatch, smeltError } from '#diagnostics'
import type { Access } from './access.ts'
import { callersOf, strangerOf, type Caller } from './callers.ts'
import { cloudNames } from './names.ts'
import { networksOf, type Network } from './networks.ts'
import { OPERATIONS, type Operation } from './operations.ts'
import { renderPolicies, type PolicyInput } from './render-policies.ts'
import { ROLE_NAMES, type RoleName } from './roles.ts'

/** A tenant in one environment, as the policies of its roles are made. */
export interface KnownTenant {
  /** Absent where no word stands for its roles there, and only ARNs do. */
  readonly name?: string
  readonly input: PolicyInput
}

/** The other tenants that a question can speak of. */
export interface Neighbours {
  /** By the name of its file. */
  readonly named: (tenant: string) => PolicyInput
  /** By its id, in each environment of the cloud: none for an id that no tenant has. */
  readonly withId: (id: string) => readonly KnownTenant[]
}

/** A question about access, in words. */
export interface AccessQuestion {
  /** A role of the tenant, `<tenant>/<role>` of another, who manages it, an outsider, or the ARN of any role. */
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
 * What is asked, as an access that can be decided. Throws tenant/unknown-principal, -action or -network, and cli/bad-usage for
 * an ARN that is of no role, and for a key that is missing or of no use.
 */
export function accessOf(question: AccessQuestion, input: PolicyInput, neighbours: Neighbours): Access {
  const caller = callerOf(question.principal, input, neighbours)
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

function callerOf(word: string, input: PolicyInput, neighbours: Neighbours): Caller {
  if (word.startsWith('arn:')) return roleWithArn(word, input, neighbours)
  const [tenant = '', role, ...rest] = word.split('/')
  if (role !== undefined && rest.length === 0) return neighbour(word, role, neighbours.named(tenant))
  const callers = callersOf(input)
  const name = Object.hasOwn(CALLER_WORDS, word) ? CALLER_WORDS[word] : word
  const found = callers.find((each) => each.name === name && (name !== word || !each.name.includes(' ')))
  if (found !== undefined) return found
  const names = new Set<string>([...ROLE_NAMES, ...callers.map((each) => each.name)])
  const own = [...names].filter((each) => !each.includes(' ') && each !== 'nobody')
  throw unknown('tenant/unknown-principal', word, [...own, ...Object.keys(CALLER_WORDS)])
}

const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/(?:[\x21-\x7e]{1,512}\/)?[\w+=,.@-]{1,64}$/
/** The path under which every tenant has its roles. */
const OF_TENANT = /:role\/smelt\/(t-[a-z0-9]+)\//

/** Who has the ARN: the tenant's own, one of another tenant, or somebody of whom nothing else is known. */
function roleWithArn(arn: string, input: PolicyInput, { withId }: Neighbours): Caller {
  if (!ROLE_ARN.test(arn)) throw bad(notARole(arn))
  const own = callersOf(input).find(
    ({ principal, kind, isNeverMade }) => principal.arn === arn && (kind !== 'outsider' || isNeverMade === true),
  )
  if (own !== undefined) return own
  for (const { name, input: theirs } of withId(OF_TENANT.exec(arn)?.[1] ?? '')) {
    const role = ROLE_NAMES.find((each) => cloudNames(theirs).roles(each).arn === arn)
    if (role !== undefined) return neighbour(name === undefined ? arn : `${name}/${role}`, role, theirs)
  }
  return strangerOf(arn)
}

function notARole(arn: string): string {
  const [, account, role] = /^arn:aws[a-z-]*:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn) ?? []
  const hint =
    role === undefined
      ? 'Its form is `arn:aws:iam::<account>:role/<name>`; other callers have words, such as `root` and `nobody`'
      : `It is that of a session. Give its role, such as \`arn:aws:iam::${account ?? ''}:role/${role}\`, with the path that it has`
  return `\`${arn.slice(0, 200)}\` is not the ARN of a role. ${hint}`
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
