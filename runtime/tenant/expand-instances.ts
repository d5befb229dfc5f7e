import { diagnostic, misspelling, nearestMatch, replacement, type Diagnostic, type Span } from '#diagnostics'
import { definedHere, paramValue, type Named, type ParamNode, type ParamValue, type TenantNode } from '#spec'
import type { Instance } from './instance.ts'
import { judgeTenants } from './judge-tenants.ts'

/** A pipeline as tenants see it: its name and its params. `params` is absent when they could not be read. */
export interface PipelineEntry {
  readonly name: string
  /** Where the pipeline says its name. */
  readonly place?: Span
  /** The name it says, when that is not the name of its folder: a problem that was told. */
  readonly says?: string
  readonly params?: readonly Named<ParamNode>[]
}

/** What is expanded. */
export interface ExpandInput {
  readonly tenants: readonly TenantNode[]
  readonly pipelines: readonly PipelineEntry[]
}

/** A pipeline as a tenant's file lists it. */
export type TenantPipeline = TenantNode['pipelines'][number]

/**
 * Tenants x pipelines: one instance for each pipeline that a tenant lists, in file order, with every param set. An
 * instance with a problem is left out and the problem reported where the tenant's file has it; not of an offboarded tenant,
 * whose pipelines may be gone or changed since.
 */
export function expandInstances({ tenants, pipelines }: ExpandInput): {
  instances: readonly Instance[]
  diagnostics: readonly Diagnostic[]
} {
  const diagnostics: Diagnostic[] = []
  const instances: Instance[] = []
  const byName = new Map(pipelines.map((each) => [each.name, each]))
  const said = new Set(pipelines.map(({ says }) => says))
  for (const { tenant, problem } of judgeTenants(tenants)) {
    if (problem !== undefined) diagnostics.push(problem)
    for (const listed of tenant.pipelines) {
      const pipeline = byName.get(listed.name)
      // Who lists a pipeline by the name that it says is right once its folder is.
      if (pipeline === undefined && said.has(listed.name)) continue
      const { params, problems } =
        pipeline === undefined ? { problems: [unknownPipeline(listed, byName)] } : paramsOf(listed, pipeline)
      // A tombstone outlives what it ran.
      if (tenant.state === 'offboarded' && problems.length > 0) continue
      diagnostics.push(...problems)
      if (problem !== undefined || problems.length > 0 || params === undefined) continue
      const { span, pointer } = listed.key
      instances.push({ tenant, pipeline: listed.name, params, span, pointer })
    }
  }
  return { instances, diagnostics }
}

function unknownPipeline({ name, key }: TenantPipeline, pipelines: ReadonlyMap<string, PipelineEntry>): Diagnostic {
  const known = [...pipelines.keys()]
  const nearest = nearestMatch(name, known)
  const place = pipelines.get(nearest ?? '')?.place
  const where = {
    ...{ span: key.span, pointer: key.pointer },
    ...(place === undefined ? {} : { related: [{ message: `\`${nearest ?? ''}\` is defined here`, span: place }] }),
    ...misspelling(key.span, name, nearest),
  }
  return diagnostic('tenant/unknown-pipeline', { pipeline: name, nearest, known }, where)
}

/**
 * Every param of `pipeline` with its value for the tenant that lists it, and what is wrong with the values. No params
 * where those of the pipeline could not be read.
 */
export function paramsOf(
  listed: TenantPipeline,
  pipeline: PipelineEntry,
): { readonly params?: ReadonlyMap<string, ParamValue>; readonly problems: readonly Diagnostic[] } {
  if (pipeline.params === undefined) return { problems: [] }
  const declared = pipeline.params
  const problems = strangers(listed, declared)
  const misspelt = new Set(problems.map(({ nearest }) => nearest))
  const params = new Map<string, ParamValue>()
  const found = declared.flatMap((param) => {
    const { value, problem } = valueOf(param, listed)
    if (value !== undefined) params.set(param.name, value)
    return problem === undefined || misspelt.has(param.name) ? [] : [problem]
  })
  return { params, problems: [...problems.map(({ problem }) => problem), ...found] }
}

function strangers(
  { name: pipeline, node }: TenantPipeline,
  declared: readonly Named<ParamNode>[],
): { nearest: string | undefined; problem: Diagnostic }[] {
  const known = declared.map(({ name }) => name)
  return node.params
    .filter(({ name }) => !known.includes(name))
    .map(({ name, key }) => {
      const nearest = nearestMatch(name, known)
      const mend = { ...definedHere(declared, nearest), ...misspelling(key.span, name, nearest) }
      const where = { span: key.span, pointer: key.pointer, ...mend }
      return { nearest, problem: diagnostic('tenant/unknown-param', { param: name, pipeline, nearest, known }, where) }
    })
}

function valueOf(
  { name, key, node: param }: Named<ParamNode>,
  listed: TenantPipeline,
): { value?: ParamValue; problem?: Diagnostic } {
  const given = listed.node.params.find((each) => each.name === name)?.node
  if (given === undefined) {
    if (param.default !== undefined) return { value: param.default.value }
    const where = { span: listed.key.span, pointer: listed.key.pointer }
    return { problem: diagnostic('tenant/missing-param', { param: name, pipeline: listed.name }, where) }
  }
  const { value, expects } = paramValue(param.type.value, given.value)
  if (value !== undefined) return { value }
  const params = { param: name, expected: expects, value: String(given.value) }
  const { span, pointer } = given
  const related = [{ message: `\`${name}\` is declared here`, span: key.span }]
  // Quotes make a text of what YAML takes for a number; nothing else of it changes.
  const quoted =
    param.type.value === 'string' ? replacement(span, params.value, `"${params.value}"`, 'safe') : undefined
  const where = { span, pointer, related, ...(quoted && { fix: quoted }) }
  return { problem: diagnostic('tenant/wrong-param-type', params, where) }
}
