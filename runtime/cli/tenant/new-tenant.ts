import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { smeltError, type Diagnostic } from '#diagnostics'
import { keySecretName } from '#scaffold'
import { jurisdictionOf, newTenantId, parseTenant, TENANT_KEY, type TenantNode } from '#spec'
import { isTenantKey, STUB_TEMPLATE, tenantNames, vanishedTenants } from '#tenant'
import { openTenantHistory } from '../check/tenant-history.ts'
import type { Call } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { contradictions, listOf } from './contradictions.ts'
import { lacksId, offerId } from './offer-id.ts'
import { Problems } from '../problems.ts'
import { checkTenant, openProject, type OpenProject } from '../project.ts'
import { refuseSecondStack } from './refuse-second-stack.ts'
import { verify, writeFiles, type NewFile } from '../scaffold/new-pipeline.ts'

const WHAT = '`smelt tenant new`'

/**
 * Writes the file of a tenant and its stubs, after checking the project as if they were there. Of a tenant that has its
 * file already only missing stubs are written: the command can be repeated. It changes nothing of a file, so options that say
 * otherwise are refused; and where the file wants for an id, one is printed. Throws cli/bad-usage, and for the key of a tenant that
 * was: tenant/wrong-state for one that was offboarded, tenant/vanished for one whose file is gone; what `refuseSecondStack` throws, and
 * what is wrong with a file that is there.
 */
export async function newTenant(call: Call, key: string | undefined): Promise<ExitCode> {
  const { host, globals, flag } = call
  if (key === undefined || !isTenantKey(key))
    throw bad(`\`${key ?? ''}\` cannot be the key of a tenant: ${TENANT_KEY.says}`)
  const project = openProject(host, globals)
  const there = project.loaded.tenants.find((each) => each.key === key)
  const file = [`tenants/${key}.yaml`, `tenants/${key}.yml`].find((each) =>
    host.files.exists(path.join(project.root, each)),
  )
  if (file !== undefined && lacksId(project, file)) return offerId(call, key, file)
  if (file !== undefined && there === undefined) checkTenant(project, key)
  if (there === undefined) await refuseVanished(call, project, key)
  else {
    refuseOther(call, there)
    await refuseSecondStack(call, project, there)
  }
  const own = there === undefined ? [{ path: `tenants/${key}.yaml`, text: tenantText(call, project, key) }] : []
  const node = there ?? own.map(({ path: file, text }) => parseTenant({ file, text, env: host.env }).node)[0]
  const files = [...own, ...stubsOf(project, node)]
  // Who onboards a tenant is often not who makes the platform of a region: told, and no reason to write nothing.
  const missing = verify(host, project, files, WHAT, ['tenant/no-region-file'])
  if (!flag('dryRun')) writeFiles(host, project.root, files, WHAT)
  const noTemplate = (node?.environments ?? []).length > 0 && project.files.read(STUB_TEMPLATE) === undefined
  tell(call, { key, node, files, missing, noTemplate, isNew: there === undefined })
  return EXIT.fine
}

interface Told {
  readonly key: string
  readonly node: TenantNode | undefined
  readonly files: readonly NewFile[]
  /** What must be there besides, before Terragrunt is run. */
  readonly missing: readonly Diagnostic[]
  readonly noTemplate: boolean
  readonly isNew: boolean
}

function tell({ host: { stdout }, globals, flag }: Call, told: Told): void {
  const { key, node, files, missing, noTemplate, isNew } = told
  const dryRun = flag('dryRun')
  const paths = files.map((each) => each.path)
  if (globals.json) {
    const needs = missing.map(({ code, message, help }) => ({ code, message, help }))
    const whole = { tenant: key, id: node?.id?.value ?? null, dry_run: dryRun, files: paths, needs }
    stdout.write(`${JSON.stringify(whole)}\n`)
    return
  }
  const lines = paths.map((each) => `${dryRun ? 'would write' : 'wrote'} ${each}`)
  stdout.write(`${lines.length === 0 ? `${key}: nothing to write` : lines.join('\n')}\n`)
  if (noTemplate) stdout.write(`no stub, as ${STUB_TEMPLATE} is not there\n`)
  for (const { code, message, help } of missing) stdout.write(`\nstill to do: ${message} (${code})\n  ${help}\n`)
  if (dryRun) for (const each of files) stdout.write(`\n--- ${each.path}\n${each.text}`)
  else if (isNew) stdout.write(`\nnext:\n  smelt tenant plan ${key}\n  smelt tenant apply ${key}\n`)
}

/** Refuses to make a new tenant under the key of one whose file is gone: what that one had would be taken for its own. */
async function refuseVanished({ host }: Call, { root, files, loaded }: OpenProject, key: string): Promise<void> {
  const vanished = vanishedTenants(files, await openTenantHistory(host, root)()).get(key)
  if (vanished !== undefined) throw new Problems([vanished], loaded.texts)
}

/** Refuses to onboard a tenant again that was let go, or as something else than what its file says. */
function refuseOther(call: Call, there: TenantNode): void {
  const { key, file, state } = there
  if (state === 'offboarded') {
    const needs = 'Onboard it again under another key.'
    throw smeltError('tenant/wrong-state', { tenant: key, state, verb: 'onboarded', needs })
  }
  const other = contradictions(call, there)
  if (other.length > 0)
    throw bad(`\`${file}\` is there and says otherwise: ${other.join('; ')}. Change the file, or leave the options out`)
}

const bad = (detail: string): Error => smeltError('cli/bad-usage', { detail, command: 'smelt tenant' })

/** The stubs that are not there yet; none where the project has no catalog of modules. */
function stubsOf(project: OpenProject, node: TenantNode | undefined): NewFile[] {
  const text = project.files.read(STUB_TEMPLATE)
  if (node === undefined || text === undefined) return []
  return node.environments
    .map(({ name, node: { region } }) => tenantNames(node).stub({ name, region: region.value }))
    .filter((stub) => project.files.read(stub) === undefined)
    .map((stub) => ({ path: path.posix.normalize(stub), text }))
}

function tenantText(call: Call, project: OpenProject, key: string): string {
  const pipelines = listOf(call, 'pipeline')
  const known = project.loaded.pipelines.map(({ name }) => name)
  const runs = pipelines.length > 0 ? pipelines : known
  if (runs.length === 0)
    throw bad('The project has no pipeline that the tenant could run: `smelt new pipeline` makes one')
  const name = call.text('name')
  const owner = call.text('owner')
  return [
    'smelt: 1',
    `id: ${newTenantId(randomBytes(10))}`,
    ...(name === undefined ? [] : [`name: ${JSON.stringify(name)}`]),
    `pii_key: \${secrets.${keySecretName(key)}}`,
    ...cloudLines(call),
    ...(owner === undefined ? [] : [`contacts: { owner: ${owner} }`]),
    '',
    'pipelines:',
    ...runs.map((each) => `  ${each}:`),
    '',
  ].join('\n')
}

/** What says more of where it stands in the cloud. */
const OF_THE_CLOUD = ['environment', 'residency', 'sensitivity']

/** Where it stands in the cloud: nowhere, or with a region in one environment, for which all of it must be given. */
function cloudLines(call: Call): string[] {
  const { text } = call
  const [region, account, vpcs] = [text('region'), text('account'), listOf(call, 'vpc')]
  if (region === undefined && account === undefined && vpcs.length === 0) {
    const stray = OF_THE_CLOUD.filter((option) => listOf(call, option).length > 0 || text(option) !== undefined)
    if (stray.length === 0) return []
    const options = stray.map((option) => `\`--${option}\``).join(', ')
    throw bad(`${options}: only of a tenant in the cloud, which needs \`--region\`, \`--account\` and \`--vpc\``)
  }
  if (region === undefined || account === undefined || vpcs.length === 0)
    throw bad('A tenant in the cloud needs all three: `--region`, `--account` and `--vpc`')
  const level = text('sensitivity') ?? 'confidential'
  const words = listOf(call, 'residency')
  const residency = words.length > 0 ? words : [jurisdictionOf(region) ?? 'eu']
  return [
    '',
    `residency: [${residency.join(', ')}]`,
    `classification: { bronze: ${level}, silver: ${level}, gold: ${level}, quarantine: ${level} }`,
    'environments:',
    `  ${text('environment') ?? 'prod'}:`,
    `    region: ${region}`,
    `    account_id: "${account}"`,
    `    vpc_ids: [${vpcs.join(', ')}]`,
  ]
}
