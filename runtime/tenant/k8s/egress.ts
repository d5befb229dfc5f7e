import { isIP } from 'node:net'
import type { Identity, KubernetesInput, Reach } from './input.ts'
import { podLabels, workloadName } from './names.ts'
import type { Json, KubernetesObject } from './object.ts'

/** The address at which a cloud gives out the credentials of a node: never within what a wide rule opens. */
const METADATA = '169.254.0.0/16'
/** The agent of EKS Pod Identity, on every node. */
const IDENTITY_AGENT = { cidr: '169.254.170.23/32', port: 80 }

/**
 * A policy for each thing that pods must reach, by its name. Policies know addresses and not names, so a host outside of
 * the cluster whose networks nobody gave is open at its ports alone; what it is there is then up to the policy of the store.
 */
export function egressPolicies(input: KubernetesInput): KubernetesObject[] {
  const shared = input.reaches.map((reach) => policy(`egress-${reach.name}`, podLabels(), reach))
  const own = input.instances.flatMap(({ pipeline, reaches }) => {
    const name = workloadName(pipeline)
    return reaches.map((reach) => policy(`egress-${name}-${dashed(reach.name)}`, podLabels(name), reach))
  })
  const identity = identityReaches(input.identity).map((reach) => policy(`egress-${reach.name}`, podLabels(), reach))
  return [...shared, ...own, ...identity]
}

/** Whom pods ask who they are: without an answer they reach the store and get nothing. */
function identityReaches(identity: Identity): Reach[] {
  const { cidr, port } = IDENTITY_AGENT
  if (identity.kind === 'pod-identity') return [{ name: 'pod-identity', networks: [cidr], ports: [port] }]
  if (identity.kind === 'keys') return []
  const { networks } = identity
  return [{ name: 'sts', ports: [443], ...(networks !== undefined && { networks }) }]
}

/** The peers of a policy for a host, as narrow as it tells. */
export function peersOf({ host, networks }: Pick<Reach, 'host' | 'networks'>): Json[] {
  if (networks !== undefined) return networks.map((cidr) => ({ ipBlock: { cidr } }))
  const family = host === undefined ? 0 : isIP(host)
  if (host !== undefined && family !== 0) return [{ ipBlock: { cidr: `${host}/${family === 4 ? 32 : 128}` } }]
  const [, namespace] = /^[^.]+\.([^.]+)\.svc(?:\..+)?$/.exec(host ?? '') ?? []
  if (namespace !== undefined)
    return [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }]
  return [{ ipBlock: { cidr: '0.0.0.0/0', except: [METADATA] } }, { ipBlock: { cidr: '::/0' } }]
}

function policy(name: string, labels: Record<string, string>, reach: Reach): KubernetesObject {
  const ports = reach.ports.map((port) => ({ protocol: 'TCP', port }))
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name },
    spec: {
      podSelector: { matchLabels: labels },
      policyTypes: ['Egress'],
      egress: [{ to: peersOf(reach), ports }],
    },
  }
}

/** Names of sinks may hold an underscore, those of objects may not. */
function dashed(name: string): string {
  return name.toLowerCase().replaceAll('_', '-')
}
