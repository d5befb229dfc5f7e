import type { InstanceInput, KubernetesInput } from '../../../runtime/tenant/k8s/input.ts'

export const INSTANCE: InstanceInput = { pipeline: 'orders', secrets: ['PII_KEY'], reaches: [] }

/** What the objects of a small tenant are made of, changed by `changes`. */
export function kubernetesInput(changes: Partial<KubernetesInput> = {}): KubernetesInput {
  return {
    tenant: 'acme',
    tenantId: 't-7kq3m9t4dhm',
    environment: 'production',
    state: 'active',
    instances: [INSTANCE],
    image: 'registry.example.org/lake:1.4.0',
    identity: { kind: 'role', arn: 'arn:aws:iam::111122223333:role/lake-acme' },
    readers: [],
    engine: { memoryLimitBytes: 512_000_000, batchBytes: 96_000_000, checkpointEveryMs: 10_000 },
    secrets: { kind: 'env', prefix: 'SMELT_SECRET_' },
    variables: { REGION: 'eu-central-1' },
    reaches: [
      { name: 'kafka', host: 'kafka.streams.svc.cluster.local', ports: [9093] },
      { name: 'lake', ports: [443] },
    ],
    scratch: '20Gi',
    flink: 'none',
    bounds: {},
    ...changes,
  }
}
