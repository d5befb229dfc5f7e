import { describe, expect, it } from 'vitest'
import { egressPolicies, peersOf } from '../../../runtime/tenant/k8s/egress.ts'
import { INSTANCE, kubernetesInput } from './input.ts'

const ANYWHERE = [{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } }, { ipBlock: { cidr: '::/0' } }]

describe('peersOf', () => {
  it.each([
    ['networks that are given', { host: 'x', networks: ['10.1.0.0/16'] }, [{ ipBlock: { cidr: '10.1.0.0/16' } }]],
    ['an address', { host: '10.0.0.7' }, [{ ipBlock: { cidr: '10.0.0.7/32' } }]],
    ['an address of IPv6', { host: 'fd00::7' }, [{ ipBlock: { cidr: 'fd00::7/128' } }]],
    [
      'a service of the cluster',
      { host: 'kafka.streams.svc' },
      [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'streams' } } }],
    ],
    ['a host outside, never the credentials of the node', { host: 'b-1.kafka.example.org' }, ANYWHERE],
    ['a host that is a secret', {}, ANYWHERE],
  ])('for %s', (_what, reach, peers) => expect(peersOf(reach)).toEqual(peers))
})

describe('egressPolicies', () => {
  const names = (changes: Parameters<typeof kubernetesInput>[0]): string[] =>
    egressPolicies(kubernetesInput(changes)).map(({ metadata }) => metadata.name)

  it('is one per thing to reach; the agent of Pod Identity and the token service only where they are asked', () => {
    expect(names({ identity: { kind: 'keys' } })).toEqual(['egress-kafka', 'egress-lake'])
    expect(names({})).toEqual(['egress-kafka', 'egress-lake', 'egress-sts'])
    expect(names({ identity: { kind: 'pod-identity' } })).toEqual([
      'egress-kafka',
      'egress-lake',
      'egress-pod-identity',
    ])
  })

  it('lets pods with a role ask for their credentials, however closed the store is', () => {
    const lake = { name: 'lake', ports: [443], networks: ['10.30.0.0/24'] }
    const sts = (networks?: readonly string[]): unknown => {
      const identity = { kind: 'role', arn: 'arn', ...(networks && { networks }) } as const
      const all = egressPolicies(kubernetesInput({ reaches: [lake], identity }))
      return all.find(({ metadata }) => metadata.name === 'egress-sts')?.['spec']
    }
    const ports = [{ protocol: 'TCP', port: 443 }]
    expect(sts()).toMatchObject({ policyTypes: ['Egress'], egress: [{ to: ANYWHERE, ports }] })
    expect(sts(['10.31.0.0/28'])).toMatchObject({ egress: [{ to: [{ ipBlock: { cidr: '10.31.0.0/28' } }], ports }] })
  })

  it('opens the receiver of alerts to the pods of its instance alone', () => {
    const reaches = [{ name: 'sink-on_call', host: 'hooks.example.org', ports: [443] }]
    const policies = egressPolicies(kubernetesInput({ instances: [{ ...INSTANCE, reaches }] }))
    const own = policies.find(({ metadata }) => metadata.name === 'egress-orders-sink-on-call')
    expect(own).toMatchObject({
      spec: { podSelector: { matchLabels: { 'smelt.dev/pipeline': 'orders' } } },
    })
  })
})
