import path from 'node:path'
import type { InstanceInput, KubernetesInput } from './input.ts'
import { ENGINE_ACCOUNT, HEALTH_PORT, podLabels, PROJECT_FOLDER, SECRET, VARIABLES, workloadName } from './names.ts'
import type { Json, KubernetesObject } from './object.ts'
import { graceSeconds, podCores, podMemoryMib } from './size.ts'

const USER = 1000
const LOCKED_DOWN = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
}

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
      replicas: 1,
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
  const { secrets } = input
  const files = secrets.kind === 'folder' && instance.secrets.length > 0 ? secrets.folder : undefined
  const items = instance.secrets.map((name) => ({ key: name, path: name }))
  return {
    serviceAccountName: ENGINE_ACCOUNT,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: graceSeconds(input.engine),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      fsGroup: USER,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [container(input, instance, files)],
    volumes: [
      { name: 'tmp', emptyDir: { sizeLimit: '1Gi' } },
      ...(files === undefined ? [] : [{ name: 'secrets', secret: { secretName: SECRET, defaultMode: 0o440, items } }]),
    ],
  }
}

function container(input: KubernetesInput, instance: InstanceInput, files: string | undefined): Json {
  const { tenant, environment, engine, variables } = input
  const memory = `${podMemoryMib(engine)}Mi`
  const inProject = (folder: string): string => path.posix.join(PROJECT_FOLDER, folder)
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
    ...(Object.keys(variables).length === 0 ? {} : { envFrom: [{ configMapRef: { name: VARIABLES } }] }),
    env: [{ name: 'HOME', value: '/tmp' }, ...secretVariables(input, instance)],
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
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'scratch', mountPath: inProject('.smelt/scratch') },
      ...(files === undefined ? [] : [{ name: 'secrets', mountPath: inProject(files), readOnly: true }]),
    ],
  }
}

/** Each secret that the instance needs, and no other of the tenant. */
function secretVariables({ secrets }: KubernetesInput, instance: InstanceInput): Json[] {
  if (secrets.kind === 'folder') return []
  return instance.secrets.map((name) => ({
    name: `${secrets.prefix}${name}`,
    valueFrom: { secretKeyRef: { name: SECRET, key: name } },
  }))
}
