import { hasErrors, smeltError } from '#diagnostics'
import type { TenantNode } from '#spec'
import { STUB_TEMPLATE, renderTenant, type RenderedFile, type RenderInput } from '#tenant'
import type { Call } from '../command.ts'
import { openEnvironment, type Environment } from '../environment.ts'
import { Problems } from '../problems.ts'
import { checkTenant, errorsIn, openProject, type OpenProject } from '../project.ts'

/** A tenant of a project in one environment of smelt.yaml. */
export interface OpenTenant {
  readonly project: OpenProject
  readonly environment: Environment
  readonly node: TenantNode
  readonly input: RenderInput
  readonly rendered: readonly RenderedFile[]
}

/** Throws cli/unknown-tenant, and what is wrong with smelt.yaml or with the file of the tenant. */
export function openTenant({ host, globals }: Call, verb: string, key: string | undefined): OpenTenant {
  if (key === undefined) {
    const detail = `Name the tenant: \`smelt tenant ${verb} <tenant>\``
    throw smeltError('cli/bad-usage', { detail, command: 'smelt tenant' })
  }
  const project = openProject(host, globals)
  const environment = openEnvironment(host, globals, project)
  checkTenant(project, key)
  const node = project.loaded.tenants.find((each) => each.key === key)
  if (node === undefined) throw new Error(`no tenant ${key}`)
  const wrong = errorsIn(project, (file) => file === node.file)
  if (hasErrors(wrong)) throw new Problems(wrong, project.loaded.texts)
  const stub = project.files.read(STUB_TEMPLATE)
  const instances = project.loaded.instances.filter(({ tenant }) => tenant.key === key)
  const input = { tenant: node, environment: environment.name, instances, stub }
  return { project, environment, node, input, rendered: renderTenant(input) }
}

/** How what a tenant is rendered to lies beside what is there. */
export type FileState = 'same' | 'missing' | 'differs'

/** A rendered file, and how it lies beside the file that is there. */
export interface ComparedFile extends RenderedFile {
  readonly state: FileState
  readonly before: string
}

/** Compares every rendered file with what is there, byte for byte. */
export function compareFiles({ project, rendered }: Pick<OpenTenant, 'project' | 'rendered'>): ComparedFile[] {
  return rendered.map((file) => {
    const before = project.files.read(file.path)
    const state = before === undefined ? 'missing' : before === file.text ? 'same' : 'differs'
    return { ...file, state, before: before ?? '' }
  })
}
