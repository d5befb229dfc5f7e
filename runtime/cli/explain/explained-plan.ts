import { hasErrors, nearestMatch, smeltError } from '#diagnostics'
import { resolvePlan, type Plan } from '#plan'
import { instanceName, parseInstanceName } from '#tenant'
import { resolveInstance } from '../instance/resolve-instance.ts'
import { Problems } from '../problems.ts'
import { errorsIn, type OpenProject } from '../project.ts'

/** Stands for the tenant in the plan of a pipeline that is explained for none. */
const ANY_TENANT = '<tenant>'

/** A plan to explain; `instance` says whether it is that of one. */
export interface ExplainedPlan {
  readonly plan: Plan
  readonly instance: boolean
}

/**
 * The plan of `tenant/pipeline`, or that of `pipeline` with its params at their defaults. Throws what is wrong with it,
 * and cli/needs-tenant where the defaults are not enough.
 */
export function explainedPlan(project: OpenProject, name: string): ExplainedPlan {
  if (name.includes('/')) return { plan: resolveInstance(project, parseInstanceName(name)).plan, instance: true }
  const { pipelines, instances, texts } = project.loaded
  const found = pipelines.find((each) => each.name === name)
  if (found?.node === undefined) {
    const problems = errorsIn(project, (file) => file.startsWith(`pipelines/${name}/`))
    if (problems.length > 0) throw new Problems(problems, texts)
    if (found === undefined) throw unknownPipeline(project, name)
    const params = (found.params ?? []).filter(({ node }) => node.default === undefined)
    const examples = instances.filter(({ pipeline }) => pipeline === name).map(instanceName)
    throw smeltError('cli/needs-tenant', { pipeline: name, params: params.map((each) => each.name), examples })
  }
  const resolved = resolvePlan({ tenant: ANY_TENANT, pipeline: found.node, ...project.files })
  if (resolved.plan !== undefined) return { plan: resolved.plan, instance: false }
  const errors = resolved.diagnostics.filter((each) => hasErrors([each]))
  throw new Problems(errors, new Map([...texts, ...resolved.texts]))
}

function unknownPipeline({ loaded }: OpenProject, name: string): Error {
  const known = loaded.pipelines.map((each) => each.name)
  return smeltError('tenant/unknown-pipeline', { pipeline: name, nearest: nearestMatch(name, known), known })
}
