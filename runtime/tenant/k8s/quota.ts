import type { KubernetesInput } from './input.ts'
import type { KubernetesObject } from './object.ts'
import { podCores, podMemoryMib, timesDisk } from './size.ts'

/** Pods beside those of the instances: somebody who looks around, and a command that runs by itself. */
const SPARE_PODS = 4

/**
 * What the namespace may take: the instances, and as much as the largest once more. For Flink twice as much, as an upgrade
 * runs the new job beside the old one. No bound on CPU limits: pods have none, as a pod that is held back while cores are
 * idle only falls behind.
 */
export function quotaObject({ engine, instances, scratch, flink }: KubernetesInput): KubernetesObject {
  const pods = flink === 'none' ? instances.length + 1 : instances.length * 4 + 2
  const memory = `${podMemoryMib(engine) * pods}Mi`
  const claims = flink === 'none' ? instances.length + 1 : 0
  const hard = {
    pods: String(pods + SPARE_PODS),
    'requests.cpu': String(podCores(engine) * pods + 1),
    'requests.memory': memory,
    'limits.memory': memory,
    persistentvolumeclaims: String(claims),
    'requests.storage': claims === 0 ? '0' : timesDisk(scratch, claims),
    'services.loadbalancers': '0',
    'services.nodeports': '0',
  }
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'smelt' }, spec: { hard } }
}
