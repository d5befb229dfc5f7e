import type { Diagnostic } from '#diagnostics'
import { rememberContracts, resolvePlan, type Resolved } from '#plan'
import type { Env, GivenParams, PipelineFile, PipelineNode } from '#spec'
import { tablesOf, type MadeTable } from './duplicate-tables.ts'
import { paramsOf, type PipelineEntry, type TenantPipeline } from './expand-instances.ts'
import { pipelineSecrets, type NamedSecret } from './foreign-secrets.ts'
import { readingOnce, type FileReader } from './load-base.ts'
import { loadPipeline } from './load-pipeline.ts'
import { hashedColumn, type HashedColumn } from './pii-key.ts'
import { checkTests } from './test-files.ts'
import { unusedFiles } from './unused-files.ts'

/** One pipeline to check, and how each tenant lists it. Plain data. */
export interface PipelineTask {
  /** Of its folder. */
  readonly name: string
  readonly listings: readonly { readonly tenant: string; readonly listed: TenantPipeline }[]
}

/** What checking one pipeline found: the facts that the check of the project needs, and nothing of its trees. Plain data. */
export interface PipelineCheck {
  /** As tenants see it; absent when there is no such pipeline. */
  readonly entry?: PipelineEntry
  /** What is wrong with it whoever runs it. */
  readonly diagnostics: readonly Diagnostic[]
  /** By tenant: those for which its params have values. */
  readonly instances: ReadonlyMap<string, InstanceCheck>
  /** When it can run for no tenant: its plan with the defaults of its params, or what is wrong with the rest of its file. */
  readonly idle?: PlanCheck
  /** Contracts and references that nothing reads. Not to be told of a pipeline with an error. */
  readonly unused: readonly Diagnostic[]
  /** What is wrong with its tests. */
  readonly tests: readonly Diagnostic[]
  /** The text of every file read, by path. */
  readonly texts: ReadonlyMap<string, string>
}

/** A pipeline with the params of a tenant. */
export interface InstanceCheck {
  /** What is wrong with the file once the params are filled in. */
  readonly diagnostics: readonly Diagnostic[]
  readonly hashed?: HashedColumn
  readonly secrets?: readonly NamedSecret[]
  /** Absent when the file has an error with these params. */
  readonly plan?: PlanCheck
  /** In place of the plan: what is wrong with the rest of a file that has an error. */
  readonly rest?: PlanCheck
}

/** What is wrong with a plan, the contracts it uses, and the tables it makes. */
export interface PlanCheck extends Pick<Resolved, 'diagnostics' | 'contracts'> {
  readonly tables: readonly MadeTable[]
}

/** Stands for a tenant where the answer does not depend on one: a tenant's name is only a name in a plan. */
const NO_TENANT = 'no-tenant'

/**
 * Checks pipelines/<name>: its file, its plan for each tenant that lists it (or with the defaults of its params when it
 * can run for none), contracts, references and tests. Tenants with the same params are worked out once. Never throws for
 * what a file holds.
 */
export function checkPipeline({ name, listings }: PipelineTask, files: FileReader, env: Env): PipelineCheck {
  const reader = readingOnce(files)
  const { found, unreadable, diagnostics } = loadPipeline(name, reader, env)
  const base = { diagnostics, texts: reader.texts }
  if (found === undefined) {
    const entry = unreadable === undefined ? {} : { entry: { name } }
    return { ...base, ...entry, instances: new Map(), unused: [], tests: [] }
  }
  const { node, rest, params, place, says } = found.pipeline
  const entry = { name, ...(place && { place }), ...(says !== undefined && { says }), ...(params && { params }) }
  const plan = planCheck(reader)
  const instances = checkInstances(listings, entry, instanceCheck(found.opened, plan))
  const checks = [...instances.values()]
  const runs = checks.some((each) => each.plan !== undefined)
  const alone = node ?? (checks.some((each) => each.rest !== undefined) ? undefined : rest)
  const idle = runs || alone === undefined ? undefined : plan(alone)
  const unused = node === undefined ? [] : unusedFiles(name, reader.texts, files)
  return { ...base, entry, instances, ...(idle && { idle }), unused, tests: checkTests(name, reader) }
}

function checkInstances(
  listings: PipelineTask['listings'],
  pipeline: PipelineEntry,
  check: (params: GivenParams) => InstanceCheck,
): Map<string, InstanceCheck> {
  const known = new Map<string, InstanceCheck>()
  const instances = new Map<string, InstanceCheck>()
  for (const { tenant, listed } of listings) {
    const { params, problems } = paramsOf(listed, pipeline)
    if (params === undefined || problems.length > 0) continue
    const key = JSON.stringify([...params])
    const found = known.get(key) ?? check(params)
    known.set(key, found)
    instances.set(tenant, found)
  }
  return instances
}

function instanceCheck(
  file: PipelineFile,
  plan: (node: PipelineNode) => PlanCheck,
): (params: GivenParams) => InstanceCheck {
  return (params) => {
    const { node, rest, diagnostics } = file.parse(params)
    const read = node ?? rest
    if (read === undefined) return { diagnostics }
    const hashed = hashedColumn(read)
    const planned = node === undefined ? { rest: plan(read) } : { plan: plan(read) }
    return { diagnostics, ...(hashed && { hashed }), secrets: pipelineSecrets(read), ...planned }
  }
}

function planCheck({ read, fault }: FileReader): (node: PipelineNode) => PlanCheck {
  const compile = rememberContracts()
  return (pipeline) => {
    const { diagnostics, contracts } = resolvePlan({ tenant: NO_TENANT, pipeline, read, fault, compile })
    return { diagnostics, contracts, tables: tablesOf(pipeline) }
  }
}
