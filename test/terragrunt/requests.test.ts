import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  callersOf,
  cloudNames,
  evaluate,
  policyText,
  renderPolicies,
  type Caller,
  type PolicyDocument,
  type PolicyInput,
  type PolicySet,
  type Verdict,
} from '#tenant'
import { ANYTHING, policyOf, type Statement } from '../../runtime/tenant/policy/document.ts'
import { fitsWildcard } from '../../runtime/tenant/policy/wildcard.ts'
import { describeWithParts } from '../support/parts.ts'
import { ACCOUNT, startPolicedS3, type PolicedS3, type StorageRequest } from '../support/policed-s3.ts'
import type { AccessKeys } from '../support/signed-request.ts'

/** Where a request comes from, by addresses of this machine. */
interface Place {
  readonly name: string
  readonly from: string
  readonly secure: boolean
}
const OFFICE = { name: 'from the office', from: '127.0.0.2', secure: true }
const INTERNET = { name: 'from the internet', from: '127.0.0.1', secure: true }
const WITHOUT_TLS = { name: 'from the office without TLS', from: '127.0.0.2', secure: false }
const PLACES: readonly Place[] = [OFFICE, INTERNET, WITHOUT_TLS]

const role = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`
const INPUT: PolicyInput = {
  partition: 'aws',
  region: 'eu-central-1',
  accountId: ACCOUNT,
  tenantId: 't-7kq3m9t4dhm',
  environment: 'prod',
  keyArn: `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
  classification: { bronze: 'confidential', silver: 'internal', gold: 'public', quarantine: 'gdpr' },
  vpcIds: ['vpc-0a4e76cf16be65766'],
  allowedCidrs: [`${OFFICE.from}/32`],
  planRole: role('smelt-plan'),
  applyRole: role('smelt-apply'),
  breakGlassRole: role('break-glass'),
  oidcProvider: 'oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE',
  namespace: 'smelt-acme',
}
const BUCKET = cloudNames(INPUT).bucket

/**
 * What the server does not say of a request, so that the statement would turn everybody away: the region that was asked.
 * That it says no network is as it is for whoever comes from outside of one.
 */
const UNTOLD = ['DataOutsideRegion']
const RENDERED = renderPolicies(INPUT)
const POLICIES = { ...RENDERED, bucket: without(RENDERED.bucket, ...UNTOLD) }

interface Asked {
  readonly name: string
  readonly action: string
  readonly method: string
  readonly key?: string
  readonly query?: Readonly<Record<string, string>>
}

const ASKED: readonly Asked[] = [
  ...['bronze', 'silver', 'gold', 'quarantine', 'state', 'artifacts', 'elsewhere'].flatMap((prefix): Asked[] => [
    { name: `reads ${prefix}/`, action: 's3:GetObject', method: 'GET', key: `${prefix}/1.parquet` },
    { name: `writes ${prefix}/`, action: 's3:PutObject', method: 'PUT', key: `${prefix}/2.parquet` },
    { name: `removes ${prefix}/`, action: 's3:DeleteObject', method: 'DELETE', key: `${prefix}/3.parquet` },
    { name: `lists ${prefix}/`, action: 's3:ListBucket', method: 'GET', query: listing(`${prefix}/devices`) },
  ]),
  { name: 'lists', action: 's3:ListBucket', method: 'GET', query: { 'list-type': '2' } },
  { name: 'sees the versioning', action: 's3:GetBucketVersioning', method: 'GET', query: { versioning: '' } },
  { name: 'removes the policy', action: 's3:DeleteBucketPolicy', method: 'DELETE', query: { policy: '' } },
]

/** All that policies of a user may weigh together: a limit of the cloud, which the server has too. */
const LIMIT = 2048
const BY_NETWORK = ['InsecureTransport', 'DataOutsideNetworkAndAddresses', 'ForeignIdentity']

/** What users are given in one go, and from where they then ask. */
interface Round {
  readonly identity: (caller: Caller) => readonly PolicyDocument[]
  readonly bucket: PolicyDocument
  readonly places: readonly Place[]
  readonly asked: readonly Asked[]
}

/**
 * What each role may by itself; then the policy of the bucket in parts that fit the limit, against users who are otherwise
 * allowed everything. Whether a part denies hangs on no other part.
 */
const ROUNDS: readonly Round[] = [
  {
    identity: (caller) => caller.identity(POLICIES).map(aboutStorage),
    bucket: policyOf([]),
    places: [WITHOUT_TLS],
    asked: ASKED,
  },
  {
    identity: () => ANYTHING,
    bucket: policyOf(POLICIES.bucket.Statement.filter(isByNetwork)),
    places: PLACES,
    asked: ASKED.filter(({ key, query }) => (key ?? query?.['prefix'] ?? 'bronze').startsWith('bronze')),
  },
  ...inParts(POLICIES.bucket.Statement.filter((statement) => !isByNetwork(statement))).map((bucket): Round => ({
    identity: () => ANYTHING,
    bucket,
    places: [WITHOUT_TLS],
    asked: ASKED.filter(({ action }) => bucket.Statement.some((statement) => isAbout(statement, action))),
  })),
]

describeWithParts(['s3'], 'real requests to a server of S3 that decides by our policies', (parts) => {
  let server: PolicedS3
  const keys = new Map<string, AccessKeys>()
  const engine = callers()[0] as Caller
  const read = ASKED[0] as Asked
  beforeAll(async () => {
    server = await startPolicedS3(parts['s3'] ?? '', BUCKET)
    for (const { key } of ASKED) if (key !== undefined) await server.askAsOwner({ method: 'PUT', key, body: 'x' })
    for (const caller of callers()) keys.set(caller.name, await server.user(userOf(caller)))
  }, 60_000)
  afterAll(() => server.stop())

  const police = (caller: Caller, identity: readonly PolicyDocument[], bucket: PolicyDocument): Promise<void> =>
    server.police(userOf(caller).name, asUser(identity, bucket))
  const ask = (caller: Caller, asked: Asked, place: Place): Promise<number> =>
    server.ask({ ...requestOf(asked), ...place, keys: keys.get(caller.name) ?? { access: '', secret: '' } })

  it('end as our evaluator says: every role, operation and statement, from the office, the internet, and without TLS', async () => {
    const different: string[] = []
    const counts = { allowed: 0, denied: 0 }
    for (const { identity, bucket, places, asked: all } of ROUNDS)
      for (const caller of callers()) {
        await police(caller, identity(caller), bucket)
        for (const place of places) {
          const statuses = await Promise.all(all.map((asked) => ask(caller, asked, place)))
          for (const [at, asked] of all.entries()) {
            const { allowed, decidedBy } = decide(
              { identity: identity(caller), resource: bucket },
              caller,
              asked,
              place,
            )
            counts[allowed ? 'allowed' : 'denied']++
            const status = statuses[at] ?? 0
            if (status !== 403 && status >= 300 ? true : status < 300 !== allowed)
              different.push(`${caller.name} ${asked.name} ${place.name}: ${status}, by us ${decidedBy.join(', ')}`)
          }
        }
      }
    expect(different).toEqual([])
    expect(counts.allowed).toBeGreaterThan(1000)
    expect(counts.denied).toBeGreaterThan(500)
  }, 120_000)

  it.each([
    ['DataOutsideNetworkAndAddresses', INTERNET],
    ['InsecureTransport', WITHOUT_TLS],
  ] as const)('are let through once %s is left out', async (statement, place) => {
    const held = policyOf(POLICIES.bucket.Statement.filter(isByNetwork))
    await police(engine, ANYTHING, held)
    expect(await ask(engine, read, place)).toBe(403)
    await police(engine, ANYTHING, without(held, statement))
    expect(await ask(engine, read, place)).toBe(200)
  })

  it('are decided by the policy of the bucket itself, as far as the server takes ours', async () => {
    const verdicts = (): Promise<number[]> => Promise.all(PLACES.map((place) => ask(engine, read, place)))
    await police(engine, engine.identity(POLICIES), policyOf([]))
    expect(await verdicts()).toEqual([200, 200, 200])
    const body = policyText(takenByTheServer(RENDERED.bucket))
    expect(await server.askAsOwner({ method: 'PUT', query: { policy: '' }, body })).toBe(204)
    expect(await verdicts()).toEqual([200, 403, 403])
  })
})

function isAbout({ Action = [] }: Statement, action: string): boolean {
  return Action.some((each) => fitsWildcard(each, action))
}

/** Without what is for other services, which the server has not, and for which its limit has no room. */
function aboutStorage({ Statement }: PolicyDocument): PolicyDocument {
  return policyOf(Statement.filter(({ Action = [] }) => Action.some((each) => /^(?:s3:|\*)/.test(each))))
}

function isByNetwork({ Sid }: Statement): boolean {
  return BY_NETWORK.includes(Sid)
}

/** The statements in policies that each fit, with who is allowed everything beside them. */
function inParts(statements: readonly Statement[]): PolicyDocument[] {
  const parts: Statement[][] = [[]]
  for (const statement of statements) {
    const last = parts.at(-1) ?? []
    const weight = Object.values(asUser(ANYTHING, policyOf([...last, statement]))).join('').length
    if (weight <= LIMIT) last.push(statement)
    else parts.push([statement])
  }
  return parts.map(policyOf)
}

/** Policies of a user in place of a role. Our policy of the bucket denies everybody, which is the same from either side. */
function asUser(identity: readonly PolicyDocument[], bucket: PolicyDocument): Record<string, string> {
  const statements = bucket.Statement.map(({ Principal, ...rest }) => rest)
  const policies = [...identity, policyOf(statements)].filter(({ Statement }) => Statement.length > 0)
  const text = (policy: PolicyDocument): string => policyText(policy).replaceAll(':role/', ':user/')
  return Object.fromEntries(policies.map((policy, at) => [`policy-${at}`, text(policy)]))
}

/** Those that a server without roles and other accounts can have: each is a user here. */
function callers(): Caller[] {
  return callersOf(INPUT).filter(
    ({ principal, viaService }) => principal.kind === 'role' && principal.account === ACCOUNT && viaService !== true,
  )
}

function userOf({ principal }: Caller): { path: string; name: string } {
  const [, place = '/', name = ''] = /:role(\/(?:.*\/)?)([^/]+)$/.exec(principal.arn) ?? []
  return { path: place, name }
}

function requestOf({ method, key, query }: Asked): Omit<StorageRequest, 'keys'> {
  const body = method === 'PUT' ? { body: 'x' } : {}
  return { method, ...(key === undefined ? {} : { key }), ...(query === undefined ? {} : { query }), ...body }
}

function decide(policies: PolicySet, { principal }: Caller, { action, key, query }: Asked, place: Place): Verdict {
  const bucket = `arn:aws:s3:::${BUCKET}`
  const prefix = query?.['prefix']
  return evaluate(policies, {
    principal,
    action,
    resource: key === undefined ? bucket : `${bucket}/${key}`,
    resourceAccount: ACCOUNT,
    context: {
      'aws:SecureTransport': String(place.secure),
      'aws:SourceIp': place.from,
      ...(prefix === undefined ? {} : { 's3:prefix': prefix }),
    },
  })
}

/** Conditions and actions that the server knows in the policy of a bucket; it refuses a policy that names others. */
function takenByTheServer(policy: PolicyDocument): PolicyDocument {
  const statements = policy.Statement.filter(({ Sid }) =>
    ['InsecureTransport', 'DataOutsideNetworkAndAddresses'].includes(Sid),
  )
  const known = ['aws:SecureTransport', 'aws:SourceIp', 'aws:PrincipalArn']
  return {
    ...policy,
    Statement: statements.map((statement) => ({
      ...statement,
      Action: (statement.Action ?? []).filter((action) => action !== 's3:Replicate*'),
      Condition: Object.fromEntries(
        Object.entries(statement.Condition ?? {})
          .map(([operator, keys]) => [operator, keep(keys, known)] as const)
          .filter(([, keys]) => Object.keys(keys).length > 0),
      ),
    })),
  }
}

function keep<Value>(of: Readonly<Record<string, Value>>, names: readonly string[]): Record<string, Value> {
  return Object.fromEntries(Object.entries(of).filter(([name]) => names.includes(name)))
}

function without(policy: PolicyDocument, ...names: readonly string[]): PolicyDocument {
  return { ...policy, Statement: policy.Statement.filter(({ Sid }) => !names.includes(Sid)) }
}

function listing(prefix: string): Record<string, string> {
  return { 'list-type': '2', prefix }
}
