import {
  alterClientQuotasV1,
  createAclsV3,
  describeAclsV3,
  describeClientQuotasV0,
  type Connection,
} from '@platformatic/kafka'
import type { AccessGap, ClientAccess, ClientLimits, Grant } from '../port.ts'
import type { Cluster } from './cluster.ts'
import { protocolCode } from './connect.ts'
import { KAFKA_ERROR } from './error-codes.ts'

/** The words of the protocol for what we grant. */
const RESOURCE = { topic: 2, group: 3, 'transactional-id': 5 } as const
const OPERATION = { read: 3, write: 4, describe: 8 } as const
const ANY = 1
const PREFIXED = 4
const ALLOW = 3
const EVERY_HOST = '*'

/** What we set, and so take away where it is not wanted. */
const LIMITS = { produceBytesPerSecond: 'producer_byte_rate', consumeBytesPerSecond: 'consumer_byte_rate' } as const
const EXACT = 0

/** One access control entry, as the broker tells it. */
interface Entry {
  readonly resourceType: number
  readonly resourceName: string
  readonly resourcePatternType: number
  readonly host: string
  readonly operation: number
  readonly permissionType: number
}

/** Access control entries and quotas of the clients of a cluster. Any broker passes these requests on to who decides. */
export class KafkaAccess implements ClientAccess {
  readonly #cluster: Cluster

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  compare(principal: string, grants: readonly Grant[]): Promise<AccessGap | 'unguarded'> {
    return this.#cluster.retrying(`list what ${principal} may do`, async () => {
      const found = await entriesOf(await this.#cluster.anyConnection(), principal)
      if (found === 'unguarded') return found
      const there = new Set(found.map(keyOf))
      const wanted = new Set(grants.map((grant) => keyOf(entryOf(grant))))
      return {
        missing: grants.filter((grant) => !there.has(keyOf(entryOf(grant)))),
        beyond: found.filter((entry) => entry.permissionType === ALLOW && !wanted.has(keyOf(entry))).map(textOf),
      }
    })
  }

  async grant(principal: string, grants: readonly Grant[]): Promise<void> {
    if (grants.length === 0) return
    const entries = grants.map((grant) => ({ ...entryOf(grant), principal }))
    await this.#cluster.retrying(`let ${principal} work`, async () =>
      createAclsV3.api.async(await this.#cluster.anyConnection(), entries),
    )
  }

  async limits(user: string): Promise<ClientLimits> {
    const components = [{ entityType: 'user', matchType: EXACT, match: user }] as const
    const { entries } = await this.#cluster.retrying(`list the quotas of ${user}`, async () =>
      describeClientQuotasV0.api.async(await this.#cluster.anyConnection(), [...components], true),
    )
    const values = new Map<string, number>(
      entries.flatMap((entry) => entry.values.map(({ key, value }) => [key, value] as const)),
    )
    const limits: { -readonly [name in keyof ClientLimits]: ClientLimits[name] } = {}
    for (const name of limitNames()) {
      const value = values.get(LIMITS[name])
      if (value !== undefined) limits[name] = value
    }
    return limits
  }

  async limit(user: string, limits: ClientLimits): Promise<void> {
    const ops = limitNames().map((name) => {
      const value = limits[name]
      return value === undefined
        ? { key: LIMITS[name], remove: true as const }
        : { key: LIMITS[name], value, remove: false as const }
    })
    const entries = [{ entities: [{ entityType: 'user' as const, entityName: user }], ops }]
    await this.#cluster.retrying(`set the quotas of ${user}`, async () =>
      alterClientQuotasV1.api.async(await this.#cluster.anyConnection(), entries, false),
    )
  }
}

function limitNames(): (keyof typeof LIMITS)[] {
  return Object.keys(LIMITS) as (keyof typeof LIMITS)[]
}

/** What stands for a principal; `unguarded` where the cluster has no authorizer. */
async function entriesOf(connection: Connection, principal: string): Promise<Entry[] | 'unguarded'> {
  const everything = { resourceType: ANY, resourcePatternType: ANY, operation: ANY, permissionType: ANY } as const
  try {
    const filter = { ...everything, resourceName: null, principal, host: null }
    const { resources } = await describeAclsV3.api.async(connection, filter)
    return resources.flatMap(({ acls, ...resource }) => acls.map((acl) => ({ ...resource, ...acl })))
  } catch (error) {
    if (protocolCode(error) === KAFKA_ERROR.securityDisabled) return 'unguarded'
    throw error
  }
}

function entryOf({ resource, prefix, operation }: Grant) {
  return {
    resourceType: RESOURCE[resource],
    resourceName: prefix,
    resourcePatternType: PREFIXED,
    host: EVERY_HOST,
    operation: OPERATION[operation],
    permissionType: ALLOW,
  } as const
}

function keyOf(entry: Entry): string {
  const { resourceType, resourceName, resourcePatternType, host, operation, permissionType } = entry
  return JSON.stringify([resourceType, resourceName, resourcePatternType, host, operation, permissionType])
}

function textOf({ resourceType, resourceName, resourcePatternType, host, operation }: Entry): string {
  const [resource = `resource ${resourceType}`] = wordsFor(RESOURCE, resourceType)
  const [verb = `operation ${operation}`] = wordsFor(OPERATION, operation)
  const star = resourcePatternType === PREFIXED ? '*' : ''
  return `${verb} ${resource} ${resourceName}${star}${host === EVERY_HOST ? '' : ` from ${host}`}`
}

function wordsFor(words: Readonly<Record<string, number>>, value: number): string[] {
  return Object.keys(words).filter((word) => words[word] === value)
}
