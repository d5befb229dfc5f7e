import { groundFixes, type Diagnostic } from '#diagnostics'
import { rememberContracts, resolvePlan, type Resolved } from '#plan'
import type { PipelineNode } from '#spec'
import { duplicateTables } from './duplicate-tables.ts'
import type { FileReader, LoadedInstance, LoadedProject } from './load-project.ts'
import { once } from './once.ts'
import { checkTests } from './test-files.ts'
import { unusedFiles } from './unused-files.ts'

/** An instance with its plan; `resolved.plan` is absent when something is wrong with it. */
export interface CheckedInstance extends LoadedInstance {
  readonly resolved: Resolved
}

/** A project of which everything that can be checked without data has been checked. */
export interface CheckedProject extends LoadedProject {
  readonly instances: readonly CheckedInstance[]
  /** The contract files that some pipeline uses; their texts are in `texts`. */
  readonly contracts: readonly string[]
}

/** Stands for a tenant where a pipeline is checked that no tenant runs. */
const NO_TENANT = 'no-tenant'

/**
 * Resolves every instance of a loaded project to its plan, and every pipeline that no tenant runs with the defaults of
 * its params. Reads project files only; never throws for what they hold.
 */
export function checkProject(loaded: LoadedProject, files: FileReader): CheckedProject {
  const compile = rememberContracts()
  const resolve = (tenant: string, pipeline: PipelineNode): Resolved =>
    resolvePlan({ tenant, pipeline, read: files.read, compile })
  const instances = loaded.instances.map((instance) => ({
    ...instance,
    resolved: resolve(instance.tenant.id.value, instance.node),
  }))
  const running = new Set(loaded.instances.map(({ pipeline }) => pipeline))
  const idle = loaded.pipelines.flatMap(({ name, node }) =>
    node === undefined || running.has(name) ? [] : [resolve(NO_TENANT, node)],
  )
  const resolved = [...instances.map((each) => each.resolved), ...idle]
  const texts = new Map([...loaded.texts, ...resolved.flatMap((each) => [...each.texts])])
  const found = [
    ...loaded.diagnostics,
    ...resolved.flatMap(({ diagnostics }) => diagnostics),
    ...duplicateTables(instances),
  ]
  // What a broken pipeline reads is not known.
  const faulty = brokenPipelines(found)
  const whole = loaded.pipelines.filter(({ name, node }) => node !== undefined && !faulty.has(name))
  found.push(...whole.flatMap((each) => unusedFiles(each, texts, files)))
  // What a broken pipeline does not use may be what it was to use.
  const isCause = ({ code, span }: Diagnostic): boolean =>
    code !== 'spec/unused-name' || !faulty.has(pipelineOf(span?.file) ?? '')
  const tests = checkTests(loaded, files)
  const told = [...found.filter(isCause), ...tests.diagnostics]
  for (const [file, text] of tests.texts) texts.set(file, text)
  const contracts = [...new Set(resolved.flatMap((each) => each.contracts))]
  return { ...loaded, instances, texts, contracts, diagnostics: groundFixes(once(told), texts) }
}

/** The pipelines in whose folder there is an error. */
function brokenPipelines(found: readonly Diagnostic[]): ReadonlySet<string> {
  const errors = found.filter(({ severity }) => severity === 'error')
  return new Set(errors.flatMap(({ span }) => pipelineOf(span?.file) ?? []))
}

function pipelineOf(file: string | undefined): string | undefined {
  return /^pipelines\/([^/]+)\//.exec(file ?? '')?.[1]
}
