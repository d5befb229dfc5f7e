import { KUBERNETES_FOLDER } from '#tenant'
import type { OpenTenant } from './open-tenant.ts'

/** What is left to do in one environment after the state of a tenant changed. */
export interface LeftInCluster {
  readonly environment: string
  /** In their order: the first writes the files anew, the second brings them to the cluster. */
  readonly commands: readonly [string, string]
}

/**
 * The environments in which pods of a tenant may run, as smelt.yaml has Kubernetes there or files of them were rendered, and
 * the commands that make them follow its file. No cluster is asked.
 */
export function leftInClusters({ project, node: { key } }: Pick<OpenTenant, 'project' | 'node'>): LeftInCluster[] {
  const overlay = (environment: string): string => `${KUBERNETES_FOLDER}/${environment}/tenants/${key}`
  return (project.loaded.project?.environments ?? []).flatMap(({ name, node: { kubernetes } }) => {
    if (kubernetes === undefined && !project.files.list(overlay(name)).includes('workloads.yaml')) return []
    const write =
      kubernetes === undefined
        ? `smelt render k8s ${key} --env ${name} --out ${KUBERNETES_FOLDER}`
        : `smelt tenant apply ${key} --env ${name}`
    return [{ environment: name, commands: [write, `kubectl apply --server-side -k ${overlay(name)}`] }]
  })
}

/** For people: empty where nothing is left. */
export function leftText(left: readonly LeftInCluster[]): string {
  if (left.length === 0) return ''
  const commands = left.flatMap(({ commands: each }) => each.map((command) => `  ${command}\n`))
  return `\nto have what runs in Kubernetes follow; where Argo CD reads the files, commit them in place of the second command:\n${commands.join('')}`
}
