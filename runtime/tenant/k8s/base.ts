import type { Json, KubernetesObject } from './object.ts'
import { HEALTH_PORT, podLabels } from './names.ts'

const DNS_PORTS = [
  { protocol: 'UDP', port: 53 },
  { protocol: 'TCP', port: 53 },
]

/** The namespace. Overlays give it its name; nothing in it may run as root, or with more rights than it was given. */
export function namespaceObject(): KubernetesObject {
  const levels = ['enforce', 'audit', 'warn'].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, 'restricted'],
    [`pod-security.kubernetes.io/${mode}-version`, 'latest'],
  ])
  const labels = Object.fromEntries(levels) as Record<string, string>
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'smelt', labels } }
}

/** Nobody connects to a pod, and a pod to nobody, but to ask for names. What else it may reach, overlays add. */
export function basePolicies(): KubernetesObject[] {
  const policy = (name: string, spec: Json): KubernetesObject => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name },
    spec,
  })
  const kubeDns = {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
    podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
  }
  const nodeLocal = { ipBlock: { cidr: '169.254.20.10/32' } }
  return [
    policy('default-deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
    policy('egress-dns', {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ to: [kubeDns, nodeLocal], ports: DNS_PORTS }],
    }),
  ]
}

/** A stateful set wants a service to name its pods by; nothing connects to it. */
export function podService(): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'smelt' },
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: podLabels(),
      ports: [{ name: 'health', port: HEALTH_PORT, targetPort: 'health' }],
    },
  }
}

/** What a container gets that does not say what it needs: enough for a look around, and no way to starve the others. */
export function limitRange(): KubernetesObject {
  const spec = {
    limits: [
      {
        type: 'Container',
        default: { memory: '256Mi' },
        defaultRequest: { cpu: '100m', memory: '256Mi' },
      },
    ],
  }
  return { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'smelt' }, spec }
}
