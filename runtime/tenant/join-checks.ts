import { groundFixes, type Diagnostic } from '#diagnostics'
import type { InstanceCheck, PipelineCheck } from './check-pipeline.ts'
import { duplicateTables } from './duplicate-tables.ts'
import { expandInstances } from './expand-instances.ts'
import { foreignSecrets } from './foreign-secrets.ts'
import type { Instance } from './instance.ts'
import type { ProjectBase } from './load-base.ts'
import { once } from './once.ts'
import { piiKeyProblems } from './pii-key.ts'

/** A project of which everything that can be checked without data has been checked. */
export interface CheckedProject extends ProjectBase {
  /** How many there are, sound or not. */
  readonly pipelines: number
  /** Those that can be read, by tenant file and then in file order. */
  readonly instances: readonly Instance[]
  /** The contract files that some pipeline uses; their texts are in `texts`. */
  readonly contracts: readonly string[]
  /** The text of every file read, by path: for code frames. */
  readonly texts: ReadonlyMap<string, string>
}

interface FoundInstance {
  readonly instance: Instance
  readonly check: InstanceCheck
}

/**
 * The check of a project from those of its pipelines, in the order of their names: the instances, and what only all
 * together show. `base` was read from the files of `texts`.
 */
export function joinChecks(
  base: ProjectBase & { readonly texts: ReadonlyMap<string, string> },
  checks: readonly PipelineCheck[],
): CheckedProject {
  const pipelines = checks.flatMap(({ entry }) => entry ?? [])
  const expanded = expandInstances({ tenants: base.tenants, pipelines })
  const found = foundInstances(expanded.instances, checks)
  const running = found.filter(({ check }) => check.plan !== undefined)
  const plans = [
    ...found.flatMap(({ check }) => check.plan ?? check.rest ?? []),
    ...checks.flatMap(({ idle }) => idle ?? []),
  ]
  const problems = [
    ...base.diagnostics,
    ...checks.flatMap(({ diagnostics }) => diagnostics),
    ...expanded.diagnostics,
    ...found.flatMap((each) => problemsOf(each, base)),
    ...plans.flatMap(({ diagnostics }) => diagnostics),
    ...duplicateTables(found.map(makerOf)),
  ]
  const told = [...causes(problems, checks), ...checks.flatMap(({ tests }) => tests)]
  const texts = new Map([...base.texts, ...checks.flatMap((each) => [...each.texts])])
  return {
    ...base,
    pipelines: pipelines.length,
    instances: running.map(({ instance }) => instance),
    contracts: [...new Set(plans.flatMap(({ contracts }) => contracts))],
    texts,
    diagnostics: groundFixes(once(told), texts),
  }
}

function foundInstances(instances: readonly Instance[], checks: readonly PipelineCheck[]): FoundInstance[] {
  const byName = new Map(checks.map((check) => [check.entry?.name, check.instances]))
  return instances.flatMap((instance) => {
    const check = byName.get(instance.pipeline)?.get(instance.tenant.key)
    return check === undefined ? [] : [{ instance, check }]
  })
}

function problemsOf({ instance, check }: FoundInstance, { tenantKeys }: ProjectBase): Diagnostic[] {
  return [
    ...check.diagnostics,
    ...piiKeyProblems(instance, check.hashed),
    ...foreignSecrets(instance, check.secrets ?? [], tenantKeys),
  ]
}

function makerOf({ instance, check }: FoundInstance): Parameters<typeof duplicateTables>[0][number] {
  const { tenant, pipeline } = instance
  return { tenant: tenant.key, pipeline, tables: (check.plan ?? check.rest)?.tables ?? [] }
}

/** What is told of the problems, and of unused files: what a broken pipeline reads and uses is not known. */
function causes(problems: readonly Diagnostic[], checks: readonly PipelineCheck[]): Diagnostic[] {
  const errors = problems.filter(({ severity }) => severity === 'error')
  const broken = new Set(errors.flatMap(({ span }) => pipelineOf(span?.file) ?? []))
  const unused = checks.flatMap((each) => (broken.has(each.entry?.name ?? '') ? [] : each.unused))
  // What a broken pipeline does not use may be what it was to use.
  const isCause = ({ code, span }: Diagnostic): boolean =>
    code !== 'spec/unused-name' || !broken.has(pipelineOf(span?.file) ?? '')
  return [...problems.filter(isCause), ...unused]
}

/** The pipeline in whose folder a file lies. */
function pipelineOf(file: string | undefined): string | undefined {
  return /^pipelines\/([^/]+)\//.exec(file ?? '')?.[1]
}
