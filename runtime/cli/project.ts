import path from 'node:path'
import { diagnostic, isSmeltError, nearestMatch, smeltError, type Diagnostic } from '#diagnostics'
import { loadProject, parseInstanceName, type FileReader, type LoadedProject, type LoadOptions } from '#tenant'
import type { EnvironmentNode, Named, ProjectNode, TenantNode } from '#spec'
import type { GlobalOptions } from './command.ts'
import { fileFault } from './file-fault.ts'
import type { Host } from './host.ts'
import { Problems } from './problems.ts'
import { badByte } from './utf8.ts'

/** A project on this machine. */
export interface OpenProject {
  /** Absolute. */
  readonly root: string
  readonly files: FileReader
  readonly loaded: LoadedProject
}

/**
 * The project that the options name, or the nearest one upwards; with all its problems. A command that is about one instance
 * gives its name as `tenant/pipeline`: then nothing of other pipelines is read; any other name stands for the whole project.
 * Throws cli/no-project, and tenant/bad-instance.
 */
export function openProject(host: Host, globals: GlobalOptions, name?: string): OpenProject {
  const root = projectRoot(host, globals)
  const files = projectFiles(host, root)
  const only = name?.includes('/') === true ? parseInstanceName(name) : undefined
  return { root, files, loaded: loadProject(files, loadOptions(host, globals), only) }
}

/** What loading a project depends on beside its files. */
export function loadOptions(host: Pick<Host, 'env'>, { env }: GlobalOptions): LoadOptions {
  return { env: host.env, ...(env !== undefined && { environment: env }) }
}

/** The environment that the options name, or the project's default. */
export function environmentOf(project: ProjectNode, globals: GlobalOptions): Named<EnvironmentNode> {
  const name = globals.env ?? project.defaultEnvironment.value
  const known = project.environments.map((each) => each.name)
  const found = project.environments.find((each) => each.name === name)
  if (found !== undefined) return found
  throw smeltError('spec/unknown-environment', { environment: name, nearest: nearestMatch(name, known), known })
}

/** The tenant of a name. Refuses one that the project does not have; one whose file is broken with what is wrong there. */
export function checkTenant(project: OpenProject, tenant: string): TenantNode {
  const found = project.loaded.tenants.find(({ key }) => key === tenant)
  if (found !== undefined) return found
  const known = project.loaded.tenants.map(({ key }) => key)
  const broken = errorsIn(project, (file) => file.replace(/\.ya?ml$/, '') === `tenants/${tenant}`)
  if (broken.length > 0) throw new Problems(broken, project.loaded.texts)
  throw smeltError('cli/unknown-tenant', { tenant, nearest: nearestMatch(tenant, known), known })
}

/** The errors in files that `concerns` names, and those without a place. */
export function errorsIn({ loaded }: OpenProject, concerns: (file: string) => boolean): Diagnostic[] {
  return loaded.diagnostics.filter(
    ({ severity, span }) => severity === 'error' && (span === undefined || concerns(span.file)),
  )
}

/** The absolute path of the project that the options name, or of the nearest one upwards. Throws cli/no-project. */
export function projectRoot(host: Host, { project }: GlobalOptions): string {
  if (project !== undefined) return path.resolve(host.folder, project)
  let folder = host.folder
  for (;;) {
    if (host.files.exists(path.join(folder, 'smelt.yaml'))) return folder
    const parent = path.dirname(folder)
    if (parent === folder) throw smeltError('cli/no-project', { folder: host.folder })
    folder = parent
  }
}

/**
 * The files of the project at `root`. What links lead out of the folder that it belongs to is not read, nor are its names: it
 * may be another tenant's, and a file that is wrong is shown.
 */
export function projectFiles({ files }: Pick<Host, 'files'>, root: string): FileReader {
  const faults = new Map<string, Diagnostic>()
  const remembering = <T>(file: string, read: (absolute: string) => T): T | undefined => {
    faults.delete(file)
    const folder = linkedOutOf(files, root, file)
    if (folder !== undefined) {
      faults.set(file, diagnostic('spec/linked-away', { file, folder }))
      return undefined
    }
    try {
      return read(path.join(root, file))
    } catch (error) {
      const detail = isSmeltError(error, 'cli/unreadable-file') ? fileFault(error.cause) : undefined
      if (detail === undefined) throw error
      faults.set(file, diagnostic('cli/unreadable-file', { file, detail }))
      return undefined
    }
  }
  return {
    read: (file) => {
      const text = remembering(file, (absolute) => files.readText(absolute))
      const bad = text === undefined ? undefined : badByte(file, text, () => files.read(path.join(root, file)))
      if (bad === undefined) return text
      faults.set(file, diagnostic('spec/not-utf8', { file, byte: bad.byte }, { span: bad.span }))
      return undefined
    },
    list: (folder) => remembering(folder, (absolute) => files.list(absolute)) ?? [],
    fault: (file) => faults.get(file),
  }
}

/** The folder that links lead a file out of: that of its pipeline, or the tenants'. Undefined where they do not. */
function linkedOutOf(files: Host['files'], root: string, file: string): string | undefined {
  const [tree = '', name = ''] = file.split('/')
  const folder = tree === 'tenants' ? tree : tree === 'pipelines' && name !== '' ? `${tree}/${name}` : undefined
  if (folder === undefined || file === 'tenants') return undefined
  const real = files.realPath(path.join(root, file))
  if (real === undefined) return undefined
  // The folder of all pipelines, or of all tenants, may lie elsewhere: who puts it there has the whole project.
  const home = path.join(files.realPath(path.join(root, tree)) ?? '', path.relative(tree, folder))
  return real === home || real.startsWith(`${home}${path.sep}`) ? undefined : folder
}

/** The files of a project as they would be with `texts`, by path from its root, in or over them. */
export function overlay(files: FileReader, texts: ReadonlyMap<string, string>): FileReader {
  return {
    ...files,
    read: (file) => texts.get(file) ?? files.read(file),
    fault: (file) => (texts.has(file) ? undefined : files.fault?.(file)),
    list: (folder) => {
      const below = [...texts.keys()].filter((file) => file.startsWith(`${folder}/`))
      return [
        ...new Set([
          ...files.list(folder),
          ...below.map((file) => file.slice(folder.length + 1).split('/', 1)[0] ?? ''),
        ]),
      ]
    },
  }
}
