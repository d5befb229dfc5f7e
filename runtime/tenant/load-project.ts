import { diagnostic, groundFixes, replacement, type Diagnostic, type Span } from '#diagnostics'
import {
  openPipeline,
  parseProject,
  parseTenant,
  type Env,
  type PipelineFile,
  type PipelineNode,
  type PipelineResult,
  type ProjectNode,
  type TenantNode,
} from '#spec'
import { expandInstances } from './expand-instances.ts'
import type { Instance } from './instance.ts'
import { missingPipeline } from './missing-pipeline.ts'
import { once } from './once.ts'
import { piiKeyProblems } from './pii-key.ts'

/** The files of a project. Paths are relative to its root, with `/`. The command line gives the real ones. */
export interface FileReader {
  /** The text of a file, or undefined when there is none. */
  readonly read: (path: string) => string | undefined
  /** The names in a folder, in any order; none when there is no such folder. */
  readonly list: (folder: string) => readonly string[]
}

/** An instance with its pipeline parsed for it. */
export interface LoadedInstance extends Instance {
  readonly node: PipelineNode
}

/** A pipeline folder. `node` is the pipeline with the defaults of its params, when those are enough. */
export interface LoadedPipeline extends Omit<PipelineResult, 'diagnostics'> {
  readonly name: string
  readonly file: string
  /** Where it says its name, when that could be read. */
  readonly place?: Span
}

/** A whole project, read and parsed. */
export interface LoadedProject {
  readonly project?: ProjectNode
  readonly tenants: readonly TenantNode[]
  readonly pipelines: readonly LoadedPipeline[]
  /** The instances without a problem, by tenant file and then in file order. */
  readonly instances: readonly LoadedInstance[]
  /** The text of every file read, by path: for code frames. */
  readonly texts: ReadonlyMap<string, string>
  readonly diagnostics: readonly Diagnostic[]
}

/** What the loading depends on, beside the files. */
export interface LoadOptions {
  readonly env: Env
  /** The environment that will be used; by default the project's own default. */
  readonly environment?: string
}

const PROJECT_FILE = 'smelt.yaml'

/**
 * Loads a project: smelt.yaml, tenants/*.yaml, pipelines/*\/pipeline.yaml, and the instances they make. Never throws
 * for what a file holds: everything wrong is in `diagnostics`, each problem once.
 */
export function loadProject(files: FileReader, options: LoadOptions): LoadedProject {
  const texts = new Map<string, string>()
  const read = (path: string): string | undefined => {
    const text = files.read(path)
    if (text !== undefined) texts.set(path, text)
    return text
  }
  const project = loadProjectFile(read, options)
  const tenants = loadTenants({ ...files, read }, options)
  const pipelines = loadPipelines({ ...files, read }, options)
  const expanded = expandInstances({ tenants: tenants.nodes, pipelines: pipelines.loaded })
  const instances = parseInstances(expanded.instances, pipelines.opened)
  const diagnostics = [project, tenants, pipelines, expanded, instances].flatMap((each) => each.diagnostics)
  return {
    ...(project.node === undefined ? {} : { project: project.node }),
    tenants: tenants.nodes,
    pipelines: pipelines.loaded,
    instances: instances.loaded,
    texts,
    diagnostics: groundFixes(once(diagnostics), texts),
  }
}

function loadProjectFile(
  read: FileReader['read'],
  { env, environment }: LoadOptions,
): { node?: ProjectNode; diagnostics: readonly Diagnostic[] } {
  const text = read(PROJECT_FILE)
  if (text !== undefined) {
    return parseProject({ file: PROJECT_FILE, text, env, ...(environment === undefined ? {} : { environment }) })
  }
  const example = 'Run the command in the root of a project, or add the file with its `environments`.'
  return { diagnostics: [diagnostic('spec/missing-file', { file: PROJECT_FILE, example })] }
}

function loadTenants(files: FileReader, { env }: LoadOptions): { nodes: TenantNode[]; diagnostics: Diagnostic[] } {
  const nodes: TenantNode[] = []
  const diagnostics: Diagnostic[] = []
  for (const name of [...files.list('tenants')].sort()) {
    const file = `tenants/${name}`
    const text = /\.ya?ml$/.test(name) ? files.read(file) : undefined
    if (text === undefined) continue
    const parsed = parseTenant({ file, text, env })
    diagnostics.push(...parsed.diagnostics)
    if (parsed.node !== undefined) nodes.push(parsed.node)
  }
  return { nodes, diagnostics }
}

function loadPipelines(
  files: FileReader,
  { env }: LoadOptions,
): { loaded: LoadedPipeline[]; opened: ReadonlyMap<string, PipelineFile>; diagnostics: Diagnostic[] } {
  const loaded: LoadedPipeline[] = []
  const opened = new Map<string, PipelineFile>()
  const problems: Diagnostic[] = []
  for (const name of [...files.list('pipelines')].sort()) {
    const file = `pipelines/${name}/pipeline.yaml`
    const text = files.read(file)
    if (text === undefined) {
      problems.push(...missingPipeline(name, files.list))
      continue
    }
    const pipeline = openPipeline({ file, text, env })
    opened.set(name, pipeline)
    const { diagnostics, ...result } = pipeline.parse()
    problems.push(...diagnostics, ...nameProblems(name, result.node))
    const place = result.node?.name.span
    loaded.push({ name, file, ...(place === undefined ? {} : { place }), ...result })
  }
  return { loaded, opened, diagnostics: problems }
}

function nameProblems(folder: string, node: PipelineNode | undefined): Diagnostic[] {
  if (node === undefined || node.name.value === folder) return []
  const { value: name, span, pointer } = node.name
  const fix = replacement(span, name, folder, 'maybe')
  return [diagnostic('spec/name-not-folder', { name, folder }, { span, pointer, fix })]
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
    problems.push(...piiKeyProblems(instance, node))
    loaded.push({ ...instance, node })
  }
  return { loaded, diagnostics: problems }
}
