import path from 'node:path'
import { smeltError } from '#diagnostics'
import {
  KUBERNETES_SECRET,
  namespaceOf,
  renderArgo,
  renderK8s,
  secretKeys,
  type KubernetesInput,
  type RenderedFiles,
} from '#tenant'
import type { Call } from '../command.ts'
import { openEnvironment } from '../environment.ts'
import { openProject, type OpenProject } from '../project.ts'
import { tenantNode } from '../tenant/open-tenant.ts'
import { kubernetesInput } from './kubernetes-input.ts'
import { givenOptions, type KubernetesOptions } from './kubernetes-options.ts'
import { recordedVariables } from './recorded-variables.ts'

/** Prints or writes the objects of a tenant. Throws what is wrong with the options, the project, or the folder. */
export function renderKubernetes(call: Call, tenant: string): void {
  const { host, globals, text } = call
  const { recording, variables } = recordedVariables(host)
  const project = openProject(recording, globals)
  const node = tenantNode(project, tenant)
  const environment = openEnvironment(host, globals, project)
  const options = givenOptions(call, environment.node.kubernetes)
  const input = kubernetesInput({ project, environment, node, variables }, options)
  const files = new Map([...renderK8s(input), ...argoFiles(call, project, environment.name)])
  const secret = { name: KUBERNETES_SECRET, keys: secretKeys(input) }
  const told = { namespace: namespaceOf(tenant), secret }
  const out = text('out')
  if (out === undefined) {
    if (globals.json) print(call, { files: Object.fromEntries(files), ...told })
    else for (const [file, content] of files) host.stdout.write(`# ${file}\n${content}\n`)
    return
  }
  for (const [file, content] of files) host.files.put(path.resolve(host.folder, out, file), content)
  const written = [...files.keys()]
  if (globals.json) print(call, { written: written.map((file) => path.join(out, file)), ...told })
  else {
    const overlay = path.join(out, environment.name, 'tenants', tenant)
    const keys =
      secret.keys.length === 0
        ? ''
        : `Secret \`${secret.name}\` in \`${told.namespace}\`, made by you, with: ${secret.keys.join(', ')}\n`
    host.stdout.write(
      `${written.map((file) => `wrote ${path.join(out, file)}\n`).join('')}${keys}${openNote(input, options)}next: kubectl kustomize ${overlay}\n`,
    )
  }
}

/** Who says where the store is wants the rest closed, and does not think of what a role needs. */
function openNote({ identity }: KubernetesInput, { networks }: KubernetesOptions): string {
  if (identity.kind !== 'role' || identity.networks !== undefined || networks.lake.length === 0) return ''
  return 'open: port 443 of everywhere, as pods ask the token service for their role: `--sts-network` says where it is\n'
}

function bad(detail: string): Error {
  return smeltError('cli/bad-usage', { detail, command: 'smelt render' })
}

/** By a protocol, or as `git@host:path`. Files of this machine are none: Argo CD does not see them. */
const REPOSITORY = /^(?:(?:https?|ssh|git):\/\/(?:[^\s/@:]+@)?[^\s/@]+\/\S+|[\w.-]+@[\w.-]+:\S+)$/
/** What git takes for a name; a star too, as Argo CD finds the newest of the tags `v1.*`. */
const REVISION = /^(?![-/.])(?!.*(?:\.\.|\/\/|@\{|\/$|\.$))[^\s~^:?[\\]+$/

/** Refuses what Argo CD could not read from. */
function checkSource(repository: string, revision: string): void {
  // Not quoted: what is wrong with it may be a password.
  if (!REPOSITORY.test(repository))
    throw bad(
      '`--repository` is not the address of a git repository such as `https://git.example.org/lake.git`; no password is part of one',
    )
  if (!REVISION.test(revision)) throw bad(`\`--revision\` is not a branch, tag or commit: \`${revision.slice(0, 60)}\``)
}

function argoFiles(call: Call, { root, loaded }: OpenProject, environment: string): RenderedFiles {
  const { host, text } = call
  const [repository, out, revision] = [text('repository'), text('out'), text('revision') ?? 'main']
  if (repository === undefined) {
    if (text('revision') !== undefined) throw bad('`--revision` needs `--repository`: it is what Argo CD reads there')
    return new Map()
  }
  if (out === undefined) throw bad('`--repository` needs `--out`: Argo CD reads what lies in the repository')
  checkSource(repository, revision)
  const folder = path.relative(root, path.resolve(host.folder, out)).split(path.sep).join('/')
  if (folder === '' || folder.startsWith('..')) throw bad(`\`${out}\` is not a folder within the project`)
  const tenants = loaded.tenants.map(({ key }) => key).sort()
  return renderArgo({ environment, repository, revision, folder, tenants })
}

function print({ host }: Call, value: object): void {
  host.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}
