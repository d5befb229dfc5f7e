import path from 'node:path'
import type { KubernetesInput } from './input.ts'
import { ENGINE_ACCOUNT, PROJECT_FOLDER, SECRET, VARIABLES } from './names.ts'
import type { Json } from './object.ts'

const USER = 1000

/** Of a pod: nobody in it is root, and its volumes are theirs. */
const POD_SECURITY: Json = {
  runAsNonRoot: true,
  runAsUser: USER,
  runAsGroup: USER,
  fsGroup: USER,
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
}

/** Of a container: no more rights than it starts with, and nothing to write on but its volumes. */
const LOCKED_DOWN: Json = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
}

/** A path below the project in the image. */
export function inProject(folder: string): string {
  return path.posix.join(PROJECT_FOLDER, folder)
}

/** What of the environment a container is given, and the volumes for it. */
interface Surroundings {
  readonly envFrom: readonly Json[]
  readonly env: readonly Json[]
  readonly volumes: readonly Json[]
  readonly mounts: readonly Json[]
}

/** The variables of the project, a folder for what does not last, and the secrets that are named: no other of the tenant. */
function surroundings(
  { secrets, variables }: Pick<KubernetesInput, 'secrets' | 'variables'>,
  needed: readonly string[],
): Surroundings {
  const envFrom = Object.keys(variables).length === 0 ? [] : [{ configMapRef: { name: VARIABLES } }]
  const home = { name: 'HOME', value: '/tmp' }
  const tmp = { volume: { name: 'tmp', emptyDir: { sizeLimit: '1Gi' } }, mount: { name: 'tmp', mountPath: '/tmp' } }
  if (secrets.kind === 'env') {
    const keys = needed.map((name) => ({
      name: `${secrets.prefix}${name}`,
      valueFrom: { secretKeyRef: { name: SECRET, key: name } },
    }))
    return { envFrom, env: [home, ...keys], volumes: [tmp.volume], mounts: [tmp.mount] }
  }
  if (needed.length === 0) return { envFrom, env: [home], volumes: [tmp.volume], mounts: [tmp.mount] }
  const items = needed.map((name) => ({ key: name, path: name }))
  return {
    envFrom,
    env: [home],
    volumes: [tmp.volume, { name: 'secrets', secret: { secretName: SECRET, defaultMode: 0o440, items } }],
    mounts: [tmp.mount, { name: 'secrets', mountPath: inProject(secrets.folder), readOnly: true }],
  }
}

/** What sets one pod of ours apart from another. */
export interface PodInput {
  readonly name: string
  readonly args: readonly string[]
  /** Where it answers `/readyz` and `/healthz`. */
  readonly port: { readonly name: string; readonly containerPort: number }
  /** The secrets that it reads. */
  readonly secrets: readonly string[]
  readonly cores: number
  readonly memoryMib: number
  /** Seconds that it may take to end. */
  readonly graceSeconds: number
  readonly lifecycle?: Json
  readonly mount: Json
  /** Left out where the volume of `mount` is made with the pod. */
  readonly volume?: Json
}

/** A pod with the rights of the engine and no others. It is up when it says so, and alive while it answers at all. */
export function podSpec(input: KubernetesInput, pod: PodInput): Json {
  const { port, lifecycle, volume } = pod
  const around = surroundings(input, pod.secrets)
  const memory = `${pod.memoryMib}Mi`
  return {
    serviceAccountName: ENGINE_ACCOUNT,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: pod.graceSeconds,
    securityContext: POD_SECURITY,
    containers: [
      {
        name: pod.name,
        image: input.image,
        args: [...pod.args],
        ...(around.envFrom.length === 0 ? {} : { envFrom: around.envFrom }),
        env: around.env,
        ports: [port],
        readinessProbe: {
          httpGet: { path: '/readyz', port: port.name },
          periodSeconds: 5,
          timeoutSeconds: 3,
          failureThreshold: 1,
        },
        livenessProbe: {
          httpGet: { path: '/healthz', port: port.name },
          initialDelaySeconds: 10,
          periodSeconds: 10,
          timeoutSeconds: 5,
          failureThreshold: 6,
        },
        ...(lifecycle === undefined ? {} : { lifecycle }),
        resources: { requests: { cpu: String(pod.cores), memory }, limits: { memory } },
        securityContext: LOCKED_DOWN,
        // What it failed of is then in `kubectl describe pod`.
        terminationMessagePolicy: 'FallbackToLogsOnError',
        volumeMounts: [...around.mounts, pod.mount],
      },
    ],
    volumes: [...around.volumes, ...(volume === undefined ? [] : [volume])],
  }
}

/** The keys that the Secret of the tenant must have. */
export function secretKeys({ instances, ingest }: Pick<KubernetesInput, 'instances' | 'ingest'>): string[] {
  return [...new Set([...instances.flatMap(({ secrets }) => secrets), ...(ingest?.secrets ?? [])])].sort()
}
