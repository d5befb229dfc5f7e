import { mkdirSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import path from 'node:path'
import { smeltError } from '#diagnostics'
import { isDiskSize, KUBERNETES_SECRET, namespaceOf, renderArgo, renderK8s, type RenderedFiles } from '#tenant'
import type { Call } from '../command.ts'
import { openEnvironment } from '../environment.ts'
import { checkTenant, openProject, type OpenProject } from '../project.ts'
import { kubernetesInput, type KubernetesOptions } from './kubernetes-input.ts'

/** Prints or writes the objects of a tenant. Throws what is wrong with the options, the project, or the folder. */
export function renderKubernetes(call: Call, tenant: string): void {
  const { host, globals, text } = call
  const options = optionsOf(call)
  const { recording, variables } = recordingEnv(call)
  const project = openProject(recording, globals)
  checkTenant(project, tenant)
  const environment = openEnvironment(host, globals, project)
  const input = kubernetesInput({ project, environment }, tenant, { ...options, variables })
  const files = new Map([...renderK8s(input), ...argoFiles(call, project, environment.name)])
  const secret = {
    name: KUBERNETES_SECRET,
    keys: [...new Set(input.instances.flatMap(({ secrets }) => secrets))].sort(),
  }
  const told = { namespace: namespaceOf(tenant), secret }
  const out = text('out')
  if (out === undefined) {
    if (globals.json) print(call, { files: Object.fromEntries(files), ...told })
    else for (const [file, content] of files) host.stdout.write(`# ${file}\n${content}\n`)
    return
  }
  const written = [...files].map(([file, content]) => write(path.resolve(host.folder, out), file, content))
  if (globals.json) print(call, { written: written.map((file) => path.join(out, file)), ...told })
  else {
    const overlay = path.join(out, environment.name, 'tenants', tenant)
    const keys =
      secret.keys.length === 0
        ? ''
        : `Secret \`${secret.name}\` in \`${told.namespace}\`, made by you, with: ${secret.keys.join(', ')}\n`
    host.stdout.write(
      `${written.map((file) => `wrote ${path.join(out, file)}\n`).join('')}${keys}next: kubectl kustomize ${overlay}\n`,
    )
  }
}

/** The variables of the environment that the project asks for: pods are given the values that were rendered. */
function recordingEnv({ host }: Call): { recording: Call['host']; variables: Record<string, string> } {
  const variables: Record<string, string> = {}
  const env = (name: string): string | undefined => {
    const value = host.env(name)
    if (value !== undefined) variables[name] = value
    return value
  }
  return { recording: { ...host, env }, variables }
}

function bad(detail: string): Error {
  return smeltError('cli/bad-usage', { detail, command: 'smelt render' })
}

const ROLE = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/
/** A name with a tag or a digest: what `latest` is tomorrow nobody knows. */
const IMAGE = /^[a-z0-9][\w./:-]*(?::(?!latest$)[\w][\w.-]{0,127}|@sha256:[\da-f]{64})$/

function optionsOf({ text, flag }: Call): KubernetesOptions {
  const roleArn = text('roleArn')
  if (roleArn !== undefined && !ROLE.test(roleArn)) throw bad(`\`${roleArn}\` is not the ARN of a role`)
  const image = text('image') ?? ''
  if (!IMAGE.test(image)) throw bad(`\`${image}\` is not an image with a tag or a digest, and \`latest\` is none`)
  const scratch = text('scratch') ?? ''
  if (!isDiskSize(scratch)) throw bad(`\`${scratch}\` is not a size such as \`20Gi\``)
  const mode = text('flink')
  const flink = mode === 'application' ? 'flink-application' : mode === 'session' ? 'flink-session' : 'none'
  const networks = { kafka: networksOf(text('kafkaNetwork')), lake: networksOf(text('lakeNetwork')) }
  return { image, roleArn, podIdentity: flag('podIdentity'), scratch, flink, networks }
}

function networksOf(text: string | undefined): string[] {
  const all = (text ?? '').split(',').map((each) => each.trim())
  const given = all.filter((each) => each !== '')
  for (const network of given) {
    const [address = '', bits = '', ...rest] = network.split('/')
    const most = isIP(address) === 6 ? 128 : 32
    const valid = isIP(address) !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most && rest.length === 0
    if (!valid) throw bad(`\`${network}\` is not a network such as \`10.0.0.0/16\``)
  }
  return given
}

function argoFiles(call: Call, { root, loaded }: OpenProject, environment: string): RenderedFiles {
  const { host, text } = call
  const [repository, out] = [text('repository'), text('out')]
  if (repository === undefined) return new Map()
  if (out === undefined) throw bad('`--repository` needs `--out`: Argo CD reads what lies in the repository')
  const folder = path.relative(root, path.resolve(host.folder, out)).split(path.sep).join('/')
  if (folder === '' || folder.startsWith('..')) throw bad(`\`${out}\` is not a folder within the project`)
  const tenants = loaded.tenants.map(({ key }) => key).sort()
  return renderArgo({ environment, repository, revision: text('revision') ?? 'main', folder, tenants })
}

function write(folder: string, file: string, content: string): string {
  const absolute = path.join(folder, file)
  try {
    mkdirSync(path.dirname(absolute), { recursive: true })
    writeFileSync(absolute, content)
  } catch (error) {
    throw smeltError('cli/cannot-write', { file }, { cause: error instanceof Error ? error.message : String(error) })
  }
  return file
}

function print({ host }: Call, value: object): void {
  host.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}
