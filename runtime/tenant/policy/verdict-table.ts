import { decideAccess } from './access.ts'
import { callersOf, type Caller } from './callers.ts'
import { networksOf, type Network } from './networks.ts'
import type { Operation } from './operations.ts'
import { renderPolicies, type PolicyInput } from './render-policies.ts'
import { LAYERS } from './roles.ts'

/** What a caller may do from a kind of place: `r` reads a layer, `w` writes it, `-` neither. */
export interface VerdictRow {
  readonly caller: string
  readonly from: string
  /** By layer, such as `rw` or `-`. */
  readonly layers: Readonly<Record<string, string>>
  /** Whether the caller may change the policy of the bucket. */
  readonly manages: boolean
}

/** Who may do what with each layer, from the tenant's networks and from the internet. Said by the policies themselves. */
export function verdictTable(input: PolicyInput): VerdictRow[] {
  const policies = renderPolicies(input)
  const may = (caller: Caller, network: Network, operation: Operation): boolean =>
    decideAccess(policies, input, { caller, network, operation }).allowed
  return callersOf(input).flatMap((caller) =>
    placesOf(caller, input).map(({ network, from }): VerdictRow => ({
      caller: caller.name,
      from,
      layers: Object.fromEntries(
        LAYERS.map((prefix) => {
          const reads = may(caller, network, { name: 'read', action: 's3:GetObject', kind: 'read', prefix })
          const writes = may(caller, network, { name: 'write', action: 's3:PutObject', kind: 'write', prefix })
          return [prefix, `${reads ? 'r' : ''}${writes ? 'w' : ''}` || '-']
        }),
      ),
      manages: may(caller, network, { name: 'manage', action: 's3:PutBucketPolicy', kind: 'control' }),
    })),
  )
}

/** The first of the tenant's networks, and the internet. A service asks from its own network, wherever its caller is. */
function placesOf({ viaService }: Caller, input: PolicyInput): { network: Network; from: string }[] {
  const networks = networksOf(input).filter(
    (each, at, all) => each.name === 'the internet' || all.findIndex(({ kind }) => kind === 'own') === at,
  )
  if (viaService === true) return networks.slice(0, 1).map((network) => ({ network, from: 'anywhere' }))
  return networks.map((network) => ({ network, from: network.name }))
}
