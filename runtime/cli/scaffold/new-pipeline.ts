import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { hasErrors, smeltError, type Code, type Diagnostic } from '#diagnostics'
import { addPipeline, keySecretName, tenantText, type Proposal } from '#scaffold'
import { TENANT_KEY, type EnvironmentNode } from '#spec'
import { checkProject, isTenantKey } from '#tenant'
import type { Host } from '../host.ts'
import { Problems } from '../problems.ts'
import { overlay, type OpenProject } from '../project.ts'

/** A file that is to be written, by its path from the root of the project. */
export interface NewFile {
  readonly path: string
  readonly text: string
  /** What it is there now and is written anew; others must not be there. */
  readonly edits?: true
  /** Only its owner may read it. */
  readonly secret?: true
  /** Not worth telling when it is there already. */
  readonly spare?: true
}

/** How the pipeline came to the tenant. */
export interface Adoption {
  readonly tenant: string
  readonly files: readonly NewFile[]
  /** The file of the tenant is new. */
  readonly created: boolean
  /** A key for personal data was made up. */
  readonly key?: string
}

/**
 * The files that let a tenant run the pipeline: its own file, new or with one more line, and where it lacks a key for
 * personal data that is needed, one of the project's own making if secrets lie in a folder.
 */
export function adopt(
  host: Host,
  project: OpenProject,
  tenant: string,
  { name, hides }: Proposal,
  environment: EnvironmentNode | undefined,
): Adoption {
  if (!isTenantKey(tenant)) {
    const detail = `\`${tenant}\` cannot be the key of a tenant: ${TENANT_KEY.says}`
    throw smeltError('cli/bad-usage', { detail, command: 'smelt new' })
  }
  const file = [`tenants/${tenant}.yaml`, `tenants/${tenant}.yml`].find(
    (each) => project.files.read(each) !== undefined,
  )
  if (file === undefined) {
    const key = hides ? keyFile(host, project, tenant, environment) : undefined
    const text = tenantText(tenant, name, hides)
    return { tenant, created: true, ...withKey([{ path: `tenants/${tenant}.yaml`, text }], key) }
  }
  const edit = addPipeline(project.files.read(file) ?? '', tenant, name, hides)
  if (edit.kind === 'there') return { tenant, files: [], created: false }
  if (edit.kind === 'unclear') {
    const detail = `\`${file}\` cannot be edited with certainty: add \`${name}:\` under its \`pipelines\` yourself, and pass --leave-tenants`
    throw smeltError('cli/bad-usage', { detail, command: 'smelt new' })
  }
  const key = edit.keyAdded ? keyFile(host, project, tenant, environment) : undefined
  return { tenant, created: false, ...withKey([{ path: file, text: edit.text, edits: true }], key) }
}

function withKey(files: readonly NewFile[], key: NewFile | undefined): Pick<Adoption, 'files' | 'key'> {
  return key === undefined ? { files } : { files: [...files, key], key: key.path }
}

/** A random key, when the environment reads secrets from a folder of the project and the tenant has none there. */
export function keyFile(
  host: Host,
  { root }: Pick<OpenProject, 'root'>,
  tenant: string,
  environment: EnvironmentNode | undefined,
): NewFile | undefined {
  if (environment?.secrets.kind !== 'folder') return undefined
  const file = path.posix.join(environment.secrets.folder.value, keySecretName(tenant))
  if (path.isAbsolute(file) || host.files.exists(path.join(root, file))) return undefined
  return { path: file, text: `${randomBytes(32).toString('hex')}\n`, secret: true }
}

/**
 * Refuses files that are there; then what would be wrong in them if they were written, or would be because of them in other
 * files of the project. What is wrong in them of the codes `left` is no reason to refuse, and given back.
 */
export function verify(
  host: Host,
  project: OpenProject,
  files: readonly NewFile[],
  what: string,
  left: readonly Code[] = [],
): Diagnostic[] {
  const there = files.filter(
    ({ path: file, edits, spare }) => !edits && !spare && host.files.exists(path.join(project.root, file)),
  )
  if (there.length > 0) throw smeltError('cli/already-there', { what, files: there.map((each) => each.path) })
  const texts = new Map(files.map((file) => [file.path, file.text]))
  const overlaid = overlay(project.files, texts)
  const checked = checkProject(overlaid, { env: host.env })
  const errors = checked.diagnostics.filter(({ severity }) => severity === 'error')
  const wrong = errors.filter(({ span }) => texts.has(span?.file ?? ''))
  const elsewhere = errors.filter(({ span }) => span !== undefined && !texts.has(span.file))
  const caused = elsewhere.length === 0 ? [] : notBefore(elsewhere, checkProject(project.files, { env: host.env }))
  const refused = [...wrong, ...caused].filter(({ code }) => !left.includes(code))
  if (hasErrors(refused)) throw new Problems(refused, checked.texts)
  return wrong
}

/** Those of which the project had none of the same code at the same place. */
function notBefore(
  found: readonly Diagnostic[],
  before: { readonly diagnostics: readonly Diagnostic[] },
): Diagnostic[] {
  const identity = ({ code, span }: Diagnostic): string => JSON.stringify([code, span?.file, span?.start.offset])
  const known = new Set(before.diagnostics.map(identity))
  return found.filter((each) => !known.has(identity(each)))
}

/**
 * Writes the files that `verify` let through. Throws cli/already-there for one that somebody else has written since, and
 * cli/cannot-write.
 */
export function writeFiles(host: Host, root: string, files: readonly NewFile[], what: string): void {
  for (const file of files) {
    if (!writeFile(host, root, file) && !file.spare) throw smeltError('cli/already-there', { what, files: [file.path] })
  }
}

/** False when the file is there and was not to be edited. */
function writeFile({ files }: Host, root: string, { path: file, text, edits, secret }: NewFile): boolean {
  const absolute = path.join(root, file)
  if (!edits) return files.create(absolute, text, { secret: secret === true })
  files.write(absolute, text)
  return true
}
