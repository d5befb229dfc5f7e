import { INGEST_CORES, INGEST_DISK, INGEST_MEMORY_MIB } from './ingest.ts'
import type { KubernetesInput } from './input.ts'
import type { KubernetesObject } from './object.ts'
import { diskMib, podCores, podMemoryMib } from './size.ts'

/** Pods beside those of the instances: somebody who looks around, and a command that runs by itself. */
const SPARE_PODS = 4

/**
 * What the namespace may take: the instances, and as much as the largest once more. For Flink twice as much, as an upgrade
 * runs the new job beside the old one. No bound on CPU limits: pods have none, as a pod that is held back while cores are
 * idle only falls behind.
 */
export function quotaObject({ engine, instances, scratch, flink, ingest }: KubernetesInput): KubernetesObject {
  const pods = flink === 'none' ? instances.length + 1 : instances.length * 4 + 2
  const own = ingest === undefined ? 0 : 1
  const memory = `${podMemoryMib(engine) * pods + INGEST_MEMORY_MIB * own}Mi`
  const claims = flink === 'none' ? instances.length + 1 : 0
  const disk = diskMib(scratch) * claims + diskMib(INGEST_DISK) * own
  const hard = {
    pods: String(pods + own + SPARE_PODS),
    'requests.cpu': String(podCores(engine) * pods + Math.ceil(INGEST_CORES) * own + 1),
    'requests.memory': memory,
    'limits.memory': memory,
    persistentvolumeclaims: String(claims + own),
    'requests.storage': disk === 0 ? '0' : `${disk}Mi`,
    'services.loadbalancers': '0',
    'services.nodeports': '0',
  }
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'smelt' }, spec: { hard } }
}
