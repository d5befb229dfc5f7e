import path from 'node:path'
import type { KubernetesInput } from './input.ts'
import { PROJECT_FOLDER, SECRET, VARIABLES } from './names.ts'
import type { Json } from './object.ts'

const USER = 1000

/** Of a pod: nobody in it is root, and its volumes are theirs. */
export const POD_SECURITY: Json = {
  runAsNonRoot: true,
  runAsUser: USER,
  runAsGroup: USER,
  fsGroup: USER,
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
}

/** Of a container: no more rights than it starts with, and nothing to write on but its volumes. */
export const LOCKED_DOWN: Json = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
}

/** A path below the project in the image. */
export function inProject(folder: string): string {
  return path.posix.join(PROJECT_FOLDER, folder)
}

/** What of the environment a container is given, and the volumes for it. */
export interface Surroundings {
  readonly envFrom: readonly Json[]
  readonly env: readonly Json[]
  readonly volumes: readonly Json[]
  readonly mounts: readonly Json[]
}

/** The variables of the project, a folder for what does not last, and the secrets that are named: no other of the tenant. */
export function surroundings(
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

/** The keys that the Secret of the tenant must have. */
export function secretKeys({ instances, ingest }: Pick<KubernetesInput, 'instances' | 'ingest'>): string[] {
  return [...new Set([...instances.flatMap(({ secrets }) => secrets), ...(ingest?.secrets ?? [])])].sort()
}
