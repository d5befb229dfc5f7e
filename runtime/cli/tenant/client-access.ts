import type { ClientAccess, ClientLimits, Grant } from '#stream'
import { grantsOf, tenantNames } from '#tenant'
import type { OpenTenant } from './open-tenant.ts'

/** What a tenant may do at the broker, beside what it should. */
export interface AccessState {
  /** Whom the broker knows its clients as. */
  readonly principal: string
  /** The broker lets everybody do everything. */
  readonly unguarded: boolean
  readonly missing: readonly Grant[]
  /** What it may do beyond, in words. */
  readonly beyond: readonly string[]
}

/** Asks the broker what the clients of a tenant may do. Changes nothing. */
export async function accessState(access: ClientAccess, { node }: Pick<OpenTenant, 'node'>): Promise<AccessState> {
  const { principal } = tenantNames(node)
  const grants = grantsOf(node).flatMap(({ operations, ...on }) =>
    operations.map((operation) => ({ ...on, operation })),
  )
  const found = await access.compare(principal, grants)
  if (found === 'unguarded') return { principal, unguarded: true, missing: [], beyond: [] }
  return { principal, unguarded: false, ...found }
}

/** A grant for people: `read topic acme.*`. */
export function grantText({ resource, prefix, operation }: Grant): string {
  return `${operation} ${resource} ${prefix}*`
}

/** How the limits of a tenant at the broker differ from those of its file. */
export interface LimitsState {
  readonly user: string
  readonly wanted: ClientLimits
  /** In words, one for each that differs: `produce_per_second 20000000 bytes`. */
  readonly different: readonly string[]
}

const FIELDS = { produceBytesPerSecond: 'produce_per_second', consumeBytesPerSecond: 'consume_per_second' } as const

/** Asks the broker what the clients of a tenant may move at most. Changes nothing. */
export async function limitsState(access: ClientAccess, { node }: Pick<OpenTenant, 'node'>): Promise<LimitsState> {
  const user = tenantNames(node).principal.replace(/^User:/, '')
  const { produceBytesPerSecond: produce, consumeBytesPerSecond: consume } = node.quotas ?? {}
  const wanted: ClientLimits = {
    ...(produce !== undefined && { produceBytesPerSecond: produce }),
    ...(consume !== undefined && { consumeBytesPerSecond: consume }),
  }
  const found = await access.limits(user)
  const names = Object.keys(FIELDS) as (keyof typeof FIELDS)[]
  const different = names
    .filter((name) => found[name] !== wanted[name])
    .map((name) => `${FIELDS[name]} ${wanted[name] === undefined ? 'without a limit' : `${wanted[name]} bytes`}`)
  return { user, wanted, different }
}
