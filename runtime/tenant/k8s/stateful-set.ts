import type { InstanceInput, KubernetesInput } from './input.ts'
import { HEALTH_PORT, podLabels, workloadName } from './names.ts'
import type { Json, KubernetesObject } from './object.ts'
import { inProject, podSpec } from './pod.ts'
import { graceSeconds, podCores, podMemoryMib } from './size.ts'

/**
 * One instance: a set of one pod. Its claim holds what spilled out of memory and nothing else, so that it is deleted with the
 * set; tables and state are in the lake. Two pods at once, as after a node that nobody reaches, cannot harm it: the second
 * checkpoint of one number is refused.
 */
export function statefulSet(input: KubernetesInput, instance: InstanceInput): KubernetesObject {
  const name = workloadName(instance.pipeline)
  const labels = podLabels(name)
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, labels },
    spec: {
      replicas: input.state === 'active' ? 1 : 0,
      serviceName: 'smelt',
      selector: { matchLabels: labels },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' },
      template: { metadata: { labels }, spec: podOf(input, instance) },
      volumeClaimTemplates: [
        {
          metadata: { name: 'scratch' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: input.scratch } } },
        },
      ],
    },
  }
}

function podOf(input: KubernetesInput, { pipeline, secrets }: InstanceInput): Json {
  const { tenant, environment, engine } = input
  return podSpec(input, {
    name: 'smelt',
    args: ['run', `${tenant}/${pipeline}`, '--env', environment, '--log', 'json', '--health', `*:${HEALTH_PORT}`],
    // It is up when the first checkpoint is done, and alive while its processes are heard of, however long that takes.
    port: { name: 'health', containerPort: HEALTH_PORT },
    secrets,
    cores: podCores(engine),
    memoryMib: podMemoryMib(engine),
    graceSeconds: graceSeconds(engine),
    mount: { name: 'scratch', mountPath: inProject('.smelt/scratch') },
  })
}
