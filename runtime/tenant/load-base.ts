import { diagnostic, type Diagnostic } from '#diagnostics'
import { parseProject, parseTenant, withoutSecrets, type Env, type ProjectNode, type TenantNode } from '#spec'

/** The files of a project. Paths are relative to its root, with `/`. The command line gives the real ones. */
export interface FileReader {
  /** The text of a file, or undefined when there is none. */
  readonly read: (path: string) => string | undefined
  /** The names in a folder, in any order; none when there is no such folder. */
  readonly list: (folder: string) => readonly string[]
  /** Whether links lead from a file of a pipeline out of the pipeline's folder. Absent where there are no links. */
  readonly leadsAway?: ((path: string) => boolean) | undefined
}

/** What the loading depends on, beside the files. */
export interface LoadOptions {
  readonly env: Env
  /** The environment that will be used; by default the project's own default. */
  readonly environment?: string
}

/** What a project holds beside its pipelines. */
export interface ProjectBase {
  readonly project?: ProjectNode
  readonly tenants: readonly TenantNode[]
  /** How the names of environment variables start that hold secrets, in some environment of the project. */
  readonly secretPrefixes: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

const PROJECT_FILE = 'smelt.yaml'

/** Loads smelt.yaml and tenants/*.yaml. */
export function loadBase(files: FileReader, options: LoadOptions): ProjectBase {
  const { node, diagnostics } = loadProjectFile(files.read, options)
  const secretPrefixes = secretPrefixesOf(node)
  const tenants = loadTenants(files, withoutSecrets(options.env, secretPrefixes))
  return {
    ...(node === undefined ? {} : { project: node }),
    tenants: tenants.nodes,
    secretPrefixes,
    diagnostics: [...diagnostics, ...tenants.diagnostics],
  }
}

/** `files`, of which each is read once; `texts` has what was read, by path. */
export function readingOnce(files: FileReader): FileReader & { readonly texts: ReadonlyMap<string, string> } {
  const texts = new Map<string, string>()
  const read = (path: string): string | undefined => {
    const text = texts.get(path) ?? files.read(path)
    if (text !== undefined) texts.set(path, text)
    return text
  }
  return { ...files, read, texts }
}

export function loadProjectFile(
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

export function secretPrefixesOf(project: ProjectNode | undefined): string[] {
  const all = (project?.environments ?? []).map(({ node }) => node.secrets)
  return [...new Set(all.flatMap((secrets) => (secrets.kind === 'env' ? [secrets.prefix] : [])))]
}

function loadTenants(files: FileReader, env: Env): { nodes: TenantNode[]; diagnostics: Diagnostic[] } {
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
