import { groundFixes, type Diagnostic } from '#diagnostics'
import { FOLDER_NAME, withoutSecrets, type Env, type PipelineFile, type PipelineNode } from '#spec'
import { expandInstances, type PipelineEntry } from './expand-instances.ts'
import { foreignSecrets, pipelineSecrets } from './foreign-secrets.ts'
import type { Instance, InstanceName } from './instance.ts'
import { faultsOf, loadBase, readingOnce, type FileReader, type LoadOptions, type ProjectBase } from './load-base.ts'
import { loadPipeline, pipelineNames, type LoadedPipeline } from './load-pipeline.ts'
import { once } from './once.ts'
import { hashedColumn, piiKeyProblems } from './pii-key.ts'

/** An instance with its pipeline parsed for it. */
export interface LoadedInstance extends Instance {
  readonly node: PipelineNode
}

/** A project, read and parsed: all of it, or as far as one instance needs it. */
export interface LoadedProject extends ProjectBase {
  readonly pipelines: readonly LoadedPipeline[]
  /** The instances without a problem, by tenant file and then in file order. */
  readonly instances: readonly LoadedInstance[]
  /** The text of every file read, by path: for code frames. */
  readonly texts: ReadonlyMap<string, string>
}

/**
 * Loads a project: smelt.yaml, tenants/*.yaml, pipelines/*\/pipeline.yaml, and the instances they make. Never throws
 * for what a file holds: everything wrong is in `diagnostics`, each problem once.
 *
 * With `only`, no more than that instance needs: its pipeline alone is read, for its tenant alone, so that the cost does not
 * follow the size of the project. What is wrong with other instances is then not known.
 */
export function loadProject(files: FileReader, options: LoadOptions, only?: InstanceName): LoadedProject {
  const reader = readingOnce(files)
  const base = loadBase(reader, options)
  const names = pipelineNames(files)
  const pipelines = loadPipelines(only === undefined ? names : names.filter((name) => name === only.pipeline), {
    files: reader,
    env: withoutSecrets(options.env, base.secretPrefixes),
  })
  const unread = [...pipelines.unreadable, ...(only === undefined ? [] : entriesBeside(only.pipeline, names))]
  const expanded = expandInstances({ tenants: base.tenants, pipelines: [...pipelines.loaded, ...unread] })
  const wanted = expanded.instances.filter((each) => only === undefined || each.tenant.key === only.tenant)
  const instances = parseInstances(wanted, pipelines.opened, base.tenantKeys)
  const listing = { diagnostics: faultsOf('pipelines', files) }
  const diagnostics = [base, listing, pipelines, expanded, instances].flatMap((each) => each.diagnostics)
  return {
    ...base,
    pipelines: pipelines.loaded,
    instances: instances.loaded,
    texts: reader.texts,
    diagnostics: groundFixes(once(diagnostics), reader.texts),
  }
}

/** The other pipelines, by their folders: what they hold is not read. */
function entriesBeside(pipeline: string, names: readonly string[]): PipelineEntry[] {
  return names.filter((name) => name !== pipeline && FOLDER_NAME.pattern.test(name)).map((name) => ({ name }))
}

function loadPipelines(
  names: readonly string[],
  { files, env }: { readonly files: FileReader; readonly env: Env },
): {
  loaded: LoadedPipeline[]
  opened: ReadonlyMap<string, PipelineFile>
  unreadable: PipelineEntry[]
  diagnostics: Diagnostic[]
} {
  const loaded: LoadedPipeline[] = []
  const opened = new Map<string, PipelineFile>()
  const unreadablePipelines: PipelineEntry[] = []
  const problems: Diagnostic[] = []
  for (const name of names) {
    const { found, unreadable, diagnostics } = loadPipeline(name, files, env)
    problems.push(...diagnostics)
    if (unreadable) unreadablePipelines.push({ name })
    if (found === undefined) continue
    loaded.push(found.pipeline)
    opened.set(name, found.opened)
  }
  return { loaded, opened, unreadable: unreadablePipelines, diagnostics: problems }
}

function parseInstances(
  instances: readonly Instance[],
  pipelines: ReadonlyMap<string, PipelineFile>,
  tenants: readonly string[],
): { loaded: LoadedInstance[]; diagnostics: Diagnostic[] } {
  const loaded: LoadedInstance[] = []
  const problems: Diagnostic[] = []
  for (const instance of instances) {
    const file = pipelines.get(instance.pipeline)
    if (file === undefined) continue
    const { node, diagnostics } = file.parse(instance.params)
    problems.push(...diagnostics)
    if (node === undefined) continue
    problems.push(...piiKeyProblems(instance, hashedColumn(node)))
    problems.push(...foreignSecrets(instance, pipelineSecrets(node), tenants))
    loaded.push({ ...instance, node })
  }
  return { loaded, diagnostics: problems }
}
