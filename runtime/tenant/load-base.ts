import { diagnostic, type Diagnostic } from '#diagnostics'
import { parseProject, parseTenant, withoutSecrets, type Env, type ProjectNode, type TenantNode } from '#spec'
import { startOf } from './missing-pipeline.ts'

/** The files of a project. Paths are relative to its root, with `/`. The command line gives the real ones. */
export interface FileReader {
  /** The text of a file, or undefined when there is none, or none that can be read: `fault` tells them apart. */
  readonly read: (path: string) => string | undefined
  /** The names in a folder, in any order; none when there is no such folder, or none that can be read. */
  readonly list: (folder: string) => readonly string[]
  /**
   * Why a file that was read gave no text, or a folder no names, although it is there. It has a place only where that is one
   * in the file. Absent where every file can be read.
   */
  readonly fault?: ((path: string) => Diagnostic | undefined) | undefined
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
  /** Of all tenants that have a file, also one that cannot be read. */
  readonly tenantKeys: readonly string[]
  /** How the names of environment variables start that hold secrets, in some environment of the project. */
  readonly secretPrefixes: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

const PROJECT_FILE = 'smelt.yaml'

/** Loads smelt.yaml and tenants/*.yaml. */
export function loadBase(files: FileReader, options: LoadOptions): ProjectBase {
  const { node, diagnostics } = loadProjectFile(files, options)
  const secretPrefixes = secretPrefixesOf(node)
  const tenants = loadTenants(files, withoutSecrets(options.env, secretPrefixes))
  return {
    ...(node === undefined ? {} : { project: node }),
    tenants: tenants.nodes,
    tenantKeys: tenantKeys(files),
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
  files: Pick<FileReader, 'read' | 'fault'>,
  { env, environment }: LoadOptions,
): { node?: ProjectNode; diagnostics: readonly Diagnostic[] } {
  const text = files.read(PROJECT_FILE)
  if (text !== undefined) {
    return parseProject({ file: PROJECT_FILE, text, env, ...(environment === undefined ? {} : { environment }) })
  }
  const faults = faultsOf(PROJECT_FILE, files)
  if (faults.length > 0) return { diagnostics: faults }
  const example = 'Run the command in the root of a project, or add the file with its `environments`.'
  return { diagnostics: [diagnostic('spec/missing-file', { file: PROJECT_FILE, example })] }
}

/** What keeps a file or folder of the project from being read, that was asked for. */
export function faultsOf(path: string, { fault }: Pick<FileReader, 'fault'>): Diagnostic[] {
  const found = fault?.(path)
  return found === undefined ? [] : [{ span: startOf(path), ...found }]
}

export function secretPrefixesOf(project: ProjectNode | undefined): string[] {
  const all = (project?.environments ?? []).map(({ node }) => node.secrets)
  return [...new Set(all.flatMap((secrets) => (secrets.kind === 'env' ? [secrets.prefix] : [])))]
}

/** The keys of all tenants that have a file, whatever it holds. */
export function tenantKeys({ list }: Pick<FileReader, 'list'>): string[] {
  return list('tenants').flatMap((name) => /^(.+)\.ya?ml$/.exec(name)?.[1] ?? [])
}

function loadTenants(files: FileReader, env: Env): { nodes: TenantNode[]; diagnostics: Diagnostic[] } {
  const nodes: TenantNode[] = []
  const names = [...files.list('tenants')].sort()
  const diagnostics = faultsOf('tenants', files)
  for (const name of names) {
    const file = `tenants/${name}`
    if (!/\.ya?ml$/.test(name)) continue
    const text = files.read(file)
    if (text === undefined) {
      diagnostics.push(...faultsOf(file, files))
      continue
    }
    const parsed = parseTenant({ file, text, env })
    diagnostics.push(...parsed.diagnostics)
    if (parsed.node !== undefined) nodes.push(parsed.node)
  }
  return { nodes, diagnostics }
}
