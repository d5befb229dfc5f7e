import { INGEST_CORES, INGEST_DISK, INGEST_MEMORY_MIB } from './ingest.ts'
import type { KubernetesInput } from './input.ts'
import type { KubernetesObject } from './object.ts'
import { diskMib, podCores, podMemoryMib } from './size.ts'

/** Pods beside those of the instances: somebody who looks around, and a command that runs by itself. */
const SPARE_PODS = 4
const MIB = 1024 * 1024

/** Claims that are there stay. */
const NO_ROOM = {
  pods: '0',
  'requests.cpu': '0',
  'requests.memory': '0',
  'limits.memory': '0',
  persistentvolumeclaims: '0',
  'requests.storage': '0',
  'services.loadbalancers': '0',
  'services.nodeports': '0',
}

/**
 * What the namespace may take: what the file of the tenant says, else the instances, and as much as the largest once more. For
 * Flink twice as much, as an upgrade runs the new job beside the old one. No bound on CPU limits: pods have none, as a pod
 * that is held back while cores are idle only falls behind. Of an offboarded tenant nothing may start: no pod fits.
 */
export function quotaObject(input: KubernetesInput): KubernetesObject {
  const { state, instances, scratch, flink, ingest, bounds } = input
  const pods = flink === 'none' ? instances.length + 1 : instances.length * 4 + 2
  const own = ingest === undefined ? 0 : 1
  const needed = needOf(input, pods)
  const memory = `${bounds.memoryBytes === undefined ? needed.memoryMib : Math.floor(bounds.memoryBytes / MIB)}Mi`
  const claims = flink === 'none' ? instances.length + 1 : 0
  const disk = diskMib(scratch) * claims + diskMib(INGEST_DISK) * own
  const hard =
    state === 'offboarded'
      ? NO_ROOM
      : {
          pods: String(pods + own + SPARE_PODS),
          'requests.cpu': String(bounds.cores ?? Math.ceil(needed.cores) + 1),
          'requests.memory': memory,
          'limits.memory': memory,
          persistentvolumeclaims: String(claims + own),
          'requests.storage': disk === 0 ? '0' : `${disk}Mi`,
          'services.loadbalancers': '0',
          'services.nodeports': '0',
        }
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'smelt' }, spec: { hard } }
}

/** The least that all pods of a tenant are promised, without room for anything more; nothing while none run. */
export function leastNeed(input: KubernetesInput): { readonly cores: number; readonly memoryMib: number } {
  const { state, flink, instances } = input
  if (state !== 'active') return { cores: 0, memoryMib: 0 }
  return needOf(input, flink === 'none' ? instances.length : instances.length * 2)
}

function needOf({ engine, ingest }: KubernetesInput, pods: number): ReturnType<typeof leastNeed> {
  const own = ingest === undefined ? 0 : 1
  return {
    cores: podCores(engine) * pods + INGEST_CORES * own,
    memoryMib: podMemoryMib(engine) * pods + INGEST_MEMORY_MIB * own,
  }
}
