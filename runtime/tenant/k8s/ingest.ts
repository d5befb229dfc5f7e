import { CIDR } from '#spec'
import type { IngestInput, KubernetesInput } from './input.ts'
import { INGEST, INGEST_PORT, ingestLabels } from './names.ts'
import type { Json, KubernetesObject } from './object.ts'
import { inProject, podSpec } from './pod.ts'

/** Bodies in memory, contracts, and the process itself. */
export const INGEST_MEMORY_MIB = 512
export const INGEST_CORES = 0.25
/** Which requests were answered, of a day: 64 MiB for each topic at most. */
export const INGEST_DISK = '2Gi'

/** Time until nobody sends any more, then for the requests in flight, and to be sure. */
const GRACE = { leaveSeconds: 5, wholeSeconds: 60 }

/**
 * What takes the records of a tenant over HTTP: one pod, as two would not know of each other what was answered to an idempotency
 * key. The claim holds that, and is kept when the pod is made anew. It has the role of the engine, whose lake holds the tokens.
 */
export function ingestObjects(input: KubernetesInput): KubernetesObject[] {
  const { ingest } = input
  return ingest === undefined ? [] : [claim(), deployment(input, ingest), service(), policy(ingest)]
}

function claim(): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: INGEST, labels: ingestLabels() },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: INGEST_DISK } } },
  }
}

function deployment(input: KubernetesInput, ingest: IngestInput): KubernetesObject {
  const labels = ingestLabels()
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: INGEST, labels },
    spec: {
      replicas: input.state === 'active' ? 1 : 0,
      // The claim is for one pod at a time.
      strategy: { type: 'Recreate' },
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podOf(input, ingest) },
    },
  }
}

function podOf(input: KubernetesInput, { secrets }: IngestInput): Json {
  const { tenant, environment } = input
  return podSpec(input, {
    name: 'ingest',
    args: ['ingest', tenant, '--env', environment, '--host', '0.0.0.0', '--port', String(INGEST_PORT)],
    port: { name: 'http', containerPort: INGEST_PORT },
    secrets,
    cores: INGEST_CORES,
    memoryMib: INGEST_MEMORY_MIB,
    graceSeconds: GRACE.wholeSeconds,
    // It goes on to take what comes until all know that it leaves.
    lifecycle: { preStop: { exec: { command: ['sleep', String(GRACE.leaveSeconds)] } } },
    mount: { name: 'keys', mountPath: inProject(`.smelt/ingest/${environment}`) },
    volume: { name: 'keys', persistentVolumeClaim: { claimName: INGEST } },
  })
}

/** For a proxy with TLS in front of it. */
function service(): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: INGEST, labels: ingestLabels() },
    spec: { selector: ingestLabels(), ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  }
}

/** Who may send, beside nobody. */
function policy({ from }: IngestInput): KubernetesObject {
  const peers = from.map((each): Json =>
    CIDR.test(each)
      ? { ipBlock: { cidr: each } }
      : { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': each } } },
  )
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'ingress-ingest' },
    spec: {
      podSelector: { matchLabels: ingestLabels() },
      policyTypes: ['Ingress'],
      ingress: [{ from: peers, ports: [{ protocol: 'TCP', port: INGEST_PORT }] }],
    },
  }
}
