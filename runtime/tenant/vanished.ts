import { diagnostic, type Diagnostic, type Span } from '#diagnostics'
import { projectName, projectTenants } from './k8s/argo.ts'
import type { FileReader } from './load-base.ts'
import { startOf } from './missing-pipeline.ts'
import { KUBERNETES_FOLDER, LIVE, RENDERED } from './names.ts'
import { isTenantKey } from './tenant-key.ts'

/** What is known of the files that tenants/ once had. The command line asks git, tests give a list; plain data. */
export interface TenantHistory {
  /** The names in the folder at the newest commit. */
  readonly committed: readonly string[]
  /** The names that it had at some commit, each once, with the newest removal. They may be there again. */
  readonly removals: readonly TenantRemoval[]
  /** The ids in the files at the newest commit, as they were written, by the name of the file. */
  readonly ids: ReadonlyMap<string, string>
  /** Why nothing is known, where something should be. */
  readonly unread?: string
}

/** A file that a commit removed from tenants/. */
export interface TenantRemoval {
  /** Its name within the folder. */
  readonly name: string
  readonly commit: string
  /** The command, run in the root of the project, that puts it back. */
  readonly restore: string
}

/** Nothing is known of what was, and nothing should be. */
export const NO_HISTORY: TenantHistory = { committed: [], removals: [], ids: new Map() }

/** A removal that may not be committed yet. */
type Removal = Omit<TenantRemoval, 'commit'> & Partial<TenantRemoval>

/** Something that was made for a tenant. */
interface Trace {
  readonly key: string
  /** What is there, for people. */
  readonly what: string
  /** The file that shows it. */
  readonly span: Span
}

/**
 * By its key, each tenant that tenants/ has no file of, although something was made for them or git knows of one: one error, never an
 * order to remove what it has. A file in any state will do, and that of an offboarded tenant is what must stay. Nothing is
 * told where the folder cannot be read.
 */
export function vanishedTenants(
  files: FileReader,
  { committed, removals }: Pick<TenantHistory, 'committed' | 'removals'>,
): ReadonlyMap<string, Diagnostic> {
  const there = new Set(files.list('tenants').map(keyOfFile))
  if (files.fault?.('tenants') !== undefined) return new Map()
  const traces = new Map<string, Trace[]>()
  for (const trace of tracesOf(files, (key) => there.has(key)))
    traces.set(trace.key, [...(traces.get(trace.key) ?? []), trace])
  const uncommitted = committed.map((name) => ({ name, restore: `git checkout HEAD -- tenants/${name}` }))
  const removed = new Map<string, Removal>()
  for (const removal of [...uncommitted, ...removals]) {
    const key = keyOfFile(removal.name)
    // A file of another name was never that of a tenant that ran.
    if (isTenantKey(key) && !there.has(key) && !removed.has(key)) removed.set(key, removal)
  }
  const keys = [...new Set([...traces.keys(), ...removed.keys()])].sort()
  return new Map(keys.map((key) => [key, problemOf(key, traces.get(key) ?? [], removed.get(key))]))
}

/** What keeps the history from being known, as a warning. */
export function unreadHistory({ unread }: TenantHistory): Diagnostic[] {
  return unread === undefined ? [] : [diagnostic('tenant/unread-history', { detail: unread })]
}

function problemOf(key: string, [first, ...others]: readonly Trace[], removal: Removal | undefined): Diagnostic {
  const file = `tenants/${removal?.name ?? `${key}.yaml`}`
  const related = others.map((trace) => ({ message: 'this was made for it', span: trace.span }))
  return diagnostic(
    'tenant/vanished',
    { key, file, trace: first?.what, ...(removal && { removal }) },
    { span: first?.span ?? startOf(file), ...(related.length > 0 && { related }) },
  )
}

/** The key that the name of a file in tenants/ gives. */
function keyOfFile(name: string): string {
  return name.replace(/\.ya?ml$/, '')
}

/** What is there for tenants that `isThere` does not know: stubs, what `smelt tenant apply` and `smelt render` write. */
function tracesOf(files: FileReader, isThere: (key: string) => boolean): Trace[] {
  const sorted = (folder: string): string[] => [...files.list(folder)].sort()
  // Only what is asked of every tenant is a listing; whether a folder is one of ours is asked of strangers alone.
  const foldersIn = (folder: string, ours: RegExp): Trace[] =>
    sorted(folder)
      .filter((key) => !isThere(key))
      .flatMap((key) => {
        const found = sorted(`${folder}/${key}`).find((name) => ours.test(name))
        return found === undefined
          ? []
          : [{ key, what: `${folder}/${key}`, span: startOf(`${folder}/${key}/${found}`) }]
      })
  const live = sorted(LIVE).flatMap((environment) =>
    sorted(`${LIVE}/${environment}`).flatMap((region) => foldersIn(`${LIVE}/${environment}/${region}/tenants`, /^/)),
  )
  const rendered = sorted(RENDERED).flatMap((each) => foldersIn(`${RENDERED}/${each}`, /^(kafka|lake)\.json$/))
  const kubernetes = sorted(KUBERNETES_FOLDER).flatMap((environment) => [
    ...foldersIn(`${KUBERNETES_FOLDER}/${environment}/tenants`, /^(kustomization|workloads)\.yaml$/),
    ...argoTraces(files, environment).filter(({ key }) => !isThere(key)),
  ])
  return [...live, ...rendered, ...kubernetes]
}

function argoTraces(files: FileReader, environment: string): Trace[] {
  const folder = `${KUBERNETES_FOLDER}/${environment}/argocd`
  if (!files.list(folder).includes('projects.yaml')) return []
  const file = `${folder}/projects.yaml`
  return projectTenants(files.read(file) ?? '', environment).map(({ tenant: key, line }) => {
    const what = `AppProject ${projectName(environment, key)}`
    const start = { offset: 0, line, column: 1 }
    return { key, what, span: { file, start, end: start } }
  })
}
