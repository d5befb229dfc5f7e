import { groundFixes, type Diagnostic } from '#diagnostics'
import type { Env, PipelineFile, PipelineNode } from '#spec'
import { expandInstances } from './expand-instances.ts'
import type { Instance } from './instance.ts'
import { loadBase, readingOnce, type FileReader, type LoadOptions, type ProjectBase } from './load-base.ts'
import { loadPipeline, pipelineNames, type LoadedPipeline } from './load-pipeline.ts'
import { once } from './once.ts'
import { hashedColumn, piiKeyProblems } from './pii-key.ts'

/** An instance with its pipeline parsed for it. */
export interface LoadedInstance extends Instance {
  readonly node: PipelineNode
}

/** A whole project, read and parsed. */
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
 */
export function loadProject(files: FileReader, options: LoadOptions): LoadedProject {
  const reader = readingOnce(files)
  const base = loadBase(reader, options)
  const pipelines = loadPipelines(reader, options.env)
  const expanded = expandInstances({ tenants: base.tenants, pipelines: pipelines.loaded })
  const instances = parseInstances(expanded.instances, pipelines.opened)
  const diagnostics = [base, pipelines, expanded, instances].flatMap((each) => each.diagnostics)
  return {
    ...base,
    pipelines: pipelines.loaded,
    instances: instances.loaded,
    texts: reader.texts,
    diagnostics: groundFixes(once(diagnostics), reader.texts),
  }
}

function loadPipelines(
  files: FileReader,
  env: Env,
): { loaded: LoadedPipeline[]; opened: ReadonlyMap<string, PipelineFile>; diagnostics: Diagnostic[] } {
  const loaded: LoadedPipeline[] = []
  const opened = new Map<string, PipelineFile>()
  const problems: Diagnostic[] = []
  for (const name of pipelineNames(files)) {
    const { found, diagnostics } = loadPipeline(name, files, env)
    problems.push(...diagnostics)
    if (found === undefined) continue
    loaded.push(found.pipeline)
    opened.set(name, found.opened)
  }
  return { loaded, opened, diagnostics: problems }
}

function parseInstances(
  instances: readonly Instance[],
  pipelines: ReadonlyMap<string, PipelineFile>,
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
    loaded.push({ ...instance, node })
  }
  return { loaded, diagnostics: problems }
}
