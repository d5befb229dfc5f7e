import { isSmeltError } from '#diagnostics'
import { KUBERNETES_FOLDER } from '#tenant'
import type { Call } from '../command.ts'
import { openEnvironment } from '../environment.ts'
import { Problems } from '../problems.ts'
import { kubernetesInput } from '../render/kubernetes-input.ts'
import { kubernetesOptions } from '../render/kubernetes-options.ts'
import type { OpenTenant } from './open-tenant.ts'

/** What is left to do in one environment after the state of a tenant changed. */
export interface LeftInCluster {
  readonly environment: string
  /** In their order: the first writes the files anew, the second brings them to the cluster. */
  readonly commands: readonly [string, string]
}

/**
 * The environments in which pods of a tenant may run, as smelt.yaml has Kubernetes there and the tenant can be rendered, or
 * files of them were rendered; and the commands that make them follow its file. No cluster is asked.
 */
export function leftInClusters(call: Call, opened: OpenTenant): LeftInCluster[] {
  const { project, node } = opened
  const { key } = node
  const overlay = (environment: string): string => `${KUBERNETES_FOLDER}/${environment}/tenants/${key}`
  return (project.loaded.project?.environments ?? []).flatMap(({ name, node: { kubernetes } }) => {
    const hasFiles = project.files.list(overlay(name)).includes('workloads.yaml')
    if (!hasFiles && !canRender(call, opened, name)) return []
    const write =
      kubernetes === undefined
        ? `smelt render k8s ${key} --env ${name} --out ${KUBERNETES_FOLDER}`
        : `smelt tenant apply ${key} --env ${name}`
    return [{ environment: name, commands: [write, `kubectl apply --server-side -k ${overlay(name)}`] }]
  })
}

/** Where the tenant, or the environment itself, is nothing that pods are made for: its role, its addresses, its way to the lake. */
const NEVER_THERE = ['tenant/not-in-cloud', 'tenant/local-environment', 'cli/bad-usage'] as const

/**
 * Whether smelt.yaml lets the tenant run in that environment. It may when its pipelines are broken: its pods can be of before,
 * and the command says what to mend.
 */
function canRender({ host, globals }: Call, { project, node, variables }: OpenTenant, name: string): boolean {
  const environment = openEnvironment(host, { ...globals, env: name }, project)
  const { kubernetes } = environment.node
  if (kubernetes === undefined) return false
  try {
    kubernetesInput({ project, environment, node, variables }, kubernetesOptions(kubernetes))
    return true
  } catch (error) {
    if (isSmeltError(error, ...NEVER_THERE)) return false
    if (isSmeltError(error) || error instanceof Problems) return true
    throw error
  }
}

/** For people: empty where nothing is left. */
export function leftText(left: readonly LeftInCluster[]): string {
  if (left.length === 0) return ''
  const commands = left.flatMap(({ commands: each }) => each.map((command) => `  ${command}\n`))
  return `\nto have what runs in Kubernetes follow; where Argo CD reads the files, commit them in place of the second command:\n${commands.join('')}`
}
