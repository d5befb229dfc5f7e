import type { InstanceInput, KubernetesInput } from './input.ts'
import { ENGINE_ACCOUNT, HEALTH_PORT, podLabels, workloadName } from './names.ts'
import type { Json, KubernetesObject } from './object.ts'
import { inProject, LOCKED_DOWN, POD_SECURITY, surroundings, type Surroundings } from './pod.ts'
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
      replicas: input.suspended ? 0 : 1,
      serviceName: 'smelt',
      selector: { matchLabels: labels },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' },
      template: { metadata: { labels }, spec: podSpec(input, instance) },
      volumeClaimTemplates: [
        {
          metadata: { name: 'scratch' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: input.scratch } } },
        },
      ],
    },
  }
}

function podSpec(input: KubernetesInput, instance: InstanceInput): Json {
  const around = surroundings(input, instance.secrets)
  return {
    serviceAccountName: ENGINE_ACCOUNT,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: graceSeconds(input.engine),
    securityContext: POD_SECURITY,
    containers: [container(input, instance, around)],
    volumes: around.volumes,
  }
}

function container(input: KubernetesInput, instance: InstanceInput, around: Surroundings): Json {
  const { tenant, environment, engine } = input
  const memory = `${podMemoryMib(engine)}Mi`
  return {
    name: 'smelt',
    image: input.image,
    args: [
      'run',
      `${tenant}/${instance.pipeline}`,
      '--env',
      environment,
      '--log',
      'json',
      '--health',
      `*:${HEALTH_PORT}`,
    ],
    ...(around.envFrom.length === 0 ? {} : { envFrom: around.envFrom }),
    env: around.env,
    ports: [{ name: 'health', containerPort: HEALTH_PORT }],
    // A pod is up when the first checkpoint is done, and alive while its processes are heard of, however long that takes.
    readinessProbe: {
      httpGet: { path: '/readyz', port: 'health' },
      periodSeconds: 5,
      timeoutSeconds: 3,
      failureThreshold: 1,
    },
    livenessProbe: {
      httpGet: { path: '/healthz', port: 'health' },
      initialDelaySeconds: 10,
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
    },
    resources: { requests: { cpu: String(podCores(engine)), memory }, limits: { memory } },
    securityContext: LOCKED_DOWN,
    // What it failed of is then in `kubectl describe pod`.
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: [...around.mounts, { name: 'scratch', mountPath: inProject('.smelt/scratch') }],
  }
}
