import { hasErrors, smeltError } from '#diagnostics'
import type { TenantNode } from '#spec'
import { STUB_TEMPLATE, renderTenant, type RenderedFile, type RenderInput } from '#tenant'
import type { Call } from '../command.ts'
import { openEnvironment, type Environment } from '../environment.ts'
import { Problems } from '../problems.ts'
import { checkTenant, errorsIn, openProject, type OpenProject } from '../project.ts'
import { kubernetesInput } from '../render/kubernetes-input.ts'
import { kubernetesOptions } from '../render/kubernetes-options.ts'
import { recordedVariables } from '../render/recorded-variables.ts'

/** A tenant of a project in one environment of smelt.yaml. */
export interface OpenTenant {
  readonly project: OpenProject
  readonly environment: Environment
  readonly node: TenantNode
  readonly input: RenderInput
  /** The variables of the environment that the project needs, with the values they have. */
  readonly variables: Readonly<Record<string, string>>
}

/** A tenant of a project by its file alone, in no environment of smelt.yaml. */
export interface TenantFile {
  readonly project: OpenProject
  readonly node: TenantNode
}

/** Throws cli/unknown-tenant, and what is wrong with smelt.yaml or with the file of the tenant. */
export function openTenant(call: Call, verb: string, key: string | undefined): OpenTenant {
  const { recording, variables } = recordedVariables(call.host)
  const { project, node } = openTenantFile({ ...call, host: recording }, verb, key)
  const environment = openEnvironment(call.host, call.globals, project)
  const stub = project.files.read(STUB_TEMPLATE)
  const instances = project.loaded.instances.filter(({ tenant }) => tenant.key === node.key)
  const input = { tenant: node, environment: environment.name, instances, stub }
  return { project, environment, node, input, variables }
}

/** Throws cli/unknown-tenant, and what is wrong with the file of the tenant. */
export function openTenantFile({ host, globals }: Call, verb: string, key: string | undefined): TenantFile {
  if (key === undefined) {
    const detail = `Name the tenant: \`smelt tenant ${verb} <tenant>\``
    throw smeltError('cli/bad-usage', { detail, command: 'smelt tenant' })
  }
  const project = openProject(host, globals)
  return { project, node: tenantNode(project, key) }
}

/** The file of a tenant of an open project. Throws cli/unknown-tenant, and what is wrong with it. */
export function tenantNode(project: OpenProject, key: string): TenantNode {
  const node = checkTenant(project, key)
  const wrong = errorsIn(project, (file) => file === node.file)
  if (hasErrors(wrong)) throw new Problems(wrong, project.loaded.texts)
  return node
}

/** How what a tenant is rendered to lies beside what is there. */
export type FileState = 'same' | 'missing' | 'differs'

/** A rendered file, and how it lies beside the file that is there. */
export interface ComparedFile extends RenderedFile {
  readonly state: FileState
  readonly before: string
}

/**
 * Compares every file that a tenant is rendered to with what is there, byte for byte. Throws what is wrong with its instances
 * where they run in Kubernetes.
 */
export function compareFiles(opened: OpenTenant): ComparedFile[] {
  return renderTenant(withKubernetes(opened)).map((file) => {
    const before = opened.project.files.read(file.path)
    const state = before === undefined ? 'missing' : before === file.text ? 'same' : 'differs'
    return { ...file, state, before: before ?? '' }
  })
}

/** Made when it is needed: a tenant whose pipelines are broken can be suspended all the same. */
function withKubernetes(opened: OpenTenant): RenderInput {
  const { input, environment } = opened
  const { kubernetes } = environment.node
  if (kubernetes === undefined) return input
  return { ...input, kubernetes: kubernetesInput(opened, kubernetesOptions(kubernetes)) }
}
