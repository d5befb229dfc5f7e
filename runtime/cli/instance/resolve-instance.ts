import { hasErrors, nearestMatch, smeltError } from '#diagnostics'
import { resolvePlan, type Plan } from '#plan'
import type { SavepointsNode, TenantNode } from '#spec'
import { instanceName, type InstanceName } from '#tenant'
import { Problems } from '../problems.ts'
import { checkTenant, errorsIn, type OpenProject } from '../project.ts'
import type { Secrets } from '../secrets.ts'

/** An instance that can run. */
export interface ResolvedInstance {
  /** `tenant/pipeline` */
  readonly name: string
  readonly tenant: string
  readonly pipeline: string
  readonly plan: Plan
  /** The files it was compiled from, by path from the project's root. */
  readonly files: ReadonlyMap<string, string>
  /** Rows of each reference. */
  readonly references: ReadonlyMap<string, readonly (readonly (string | null)[])[]>
  readonly savepoints?: SavepointsNode
  /** A change that fails is taken back: see `beginUpdate`. */
  readonly rollback?: 'auto'
  /** Whether the tenant runs anything: see `checkActive`. */
  readonly state: TenantNode['state']
  /** From the root of the project. */
  readonly tenantFile: string
  /** The key of `pii: hash`, where the tenant has one. Throws cli/missing-secret. */
  piiKey(secrets: Secrets): string | undefined
}

/** Finds and resolves an instance. Throws tenant/unknown-instance, or everything that is wrong with it. */
export function resolveInstance(project: OpenProject, name: InstanceName): ResolvedInstance {
  const { tenant, pipeline } = name
  const found = project.loaded.instances.find((each) => each.tenant.key === tenant && each.pipeline === pipeline)
  const problems = errorsIn(project, (file) => concerns(file, name))
  if (problems.length > 0) throw new Problems(problems, project.loaded.texts)
  if (found === undefined) throw unknownInstance(project, name)
  const resolved = resolvePlan({ tenant, pipeline: found.node, ...project.files })
  if (resolved.plan === undefined) {
    const texts = new Map([...project.loaded.texts, ...resolved.texts])
    throw new Problems(
      resolved.diagnostics.filter((each) => hasErrors([each])),
      texts,
    )
  }
  const key = found.tenant.piiKey
  return {
    name: instanceName(found),
    tenant,
    pipeline,
    state: found.tenant.state,
    tenantFile: found.tenant.file,
    plan: resolved.plan,
    files: new Map([[found.node.file, project.loaded.texts.get(found.node.file) ?? ''], ...resolved.texts]),
    references: new Map([...resolved.references].map(([reference, table]) => [reference, table.rows])),
    ...(found.node.savepoints === undefined ? {} : { savepoints: found.node.savepoints }),
    ...(found.node.rollback === undefined ? {} : { rollback: found.node.rollback }),
    piiKey: (secrets) => (key === undefined ? undefined : secrets.read(key.value.secret, key)),
  }
}

/** Refuses to start an instance of a tenant that is suspended or offboarded. Throws tenant/not-active. */
export function checkActive({ tenant, state }: Pick<ResolvedInstance, 'tenant' | 'state'>): void {
  if (state !== 'active') throw smeltError('tenant/not-active', { tenant, state })
}

/** The instances of a tenant, or all of them, in the order of the project. */
export function instancesOf(project: OpenProject, tenant?: string): InstanceName[] {
  return project.loaded.tenants
    .filter(({ key }) => tenant === undefined || key === tenant)
    .flatMap(({ key, pipelines }) => pipelines.map(({ name }) => ({ tenant: key, pipeline: name })))
}

function concerns(file: string, { tenant, pipeline }: InstanceName): boolean {
  return file === 'smelt.yaml' || file === `tenants/${tenant}.yaml` || file.startsWith(`pipelines/${pipeline}/`)
}

function unknownInstance(project: OpenProject, { tenant, pipeline }: InstanceName): Error {
  checkTenant(project, tenant)
  const known = instancesOf(project).map((each) => `${each.tenant}/${each.pipeline}`)
  const instance = `${tenant}/${pipeline}`
  return smeltError('tenant/unknown-instance', { instance, nearest: nearestMatch(instance, known), known })
}
