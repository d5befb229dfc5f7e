import path from 'node:path'
import { smeltError } from '#diagnostics'
import type { TenantNode } from '#spec'
import { instanceName } from '#tenant'
import type { Call } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { Host } from '../host.ts'
import { leftInClusters, leftText } from './left-in-clusters.ts'
import { openTenant, type OpenTenant } from './open-tenant.ts'
import { foreseeSuspension, suspendInstance, type NamedInstance, type Suspended } from './suspend-instance.ts'

/**
 * Writes `state: suspended` first, so that nothing starts again; then ends every instance that runs on this machine, each
 * with a checkpoint, and keeps where it stands as a savepoint, whatever is wrong with its pipelines. Repeat it after a crash: it goes on where it stood. Repeated
 * after it was done, it changes nothing.
 */
export async function suspendTenant(call: Call, key: string | undefined): Promise<ExitCode> {
  const opened = openTenant(call, 'suspend', key)
  const { node } = opened
  if (node.state === 'offboarded') throw wrongState(node, 'suspended', 'Nothing is left to do: it runs nothing.')
  const instances = node.pipelines.map(({ name: pipeline }): NamedInstance => {
    return { name: instanceName({ tenant: node, pipeline }), tenant: node.key, pipeline }
  })
  const dryRun = call.flag('dryRun')
  if (!dryRun) writeState(call.host, opened, 'suspended')
  const results: Suspended[] = []
  for (const instance of instances)
    results.push(await (dryRun ? foreseeSuspension : suspendInstance)(call.host, opened, instance))
  return told(call, opened, 'suspended', results)
}

/** Lets a suspended tenant run again. Nothing is started. */
export function resumeTenant(call: Call, key: string | undefined): Promise<ExitCode> {
  const opened = openTenant(call, 'resume', key)
  if (opened.node.state === 'offboarded')
    throw wrongState(opened.node, 'resumed', 'Nothing leads back. Onboard it again under another key.')
  if (!call.flag('dryRun')) writeState(call.host, opened, 'active')
  return Promise.resolve(told(call, opened, 'active'))
}

/** Lets a suspended tenant go for good. Data, topics and stubs stay where they are; the file stays as its tombstone. */
export function offboardTenant(call: Call, key: string | undefined): Promise<ExitCode> {
  const opened = openTenant(call, 'offboard', key)
  const { node } = opened
  if (node.state === 'active') throw wrongState(node, 'offboarded', `Run \`smelt tenant suspend ${node.key}\` first.`)
  if (!call.flag('dryRun')) writeState(call.host, opened, 'offboarded')
  return Promise.resolve(told(call, opened, 'offboarded'))
}

function wrongState({ key, state }: TenantNode, verb: string, needs: string): Error {
  return smeltError('tenant/wrong-state', { tenant: key, state, verb, needs })
}

function told(call: Call, opened: OpenTenant, state: TenantNode['state'], instances?: readonly Suspended[]): ExitCode {
  const { host, globals, flag } = call
  const { node } = opened
  const dryRun = flag('dryRun')
  const changed = node.state !== state || instances?.some((each) => each.changed) === true
  const left = leftInClusters(call, opened)
  if (globals.json) {
    const kept = state === 'offboarded' && { kept: 'data, topics, stubs' }
    const more = { ...(instances && { instances }), ...kept, left }
    const whole = { tenant: node.key, before: node.state, state, changed, dry_run: dryRun, ...more }
    host.stdout.write(`${JSON.stringify(whole, null, 2)}\n`)
  } else {
    const head = `${node.key}: ${dryRun && node.state !== state ? 'would be' : 'is'} ${state}${node.state === state ? ', as it was' : ''}`
    const lines = (instances ?? []).map((each) => lineOf(each, dryRun))
    const kept = state === 'offboarded' ? ['its data, topics and stubs stay; its file is the tombstone: keep it'] : []
    host.stdout.write(`${[head, ...lines, ...kept].join('\n')}\n${leftText(left)}`)
  }
  return EXIT.fine
}

function lineOf({ instance, changed, ended, savepoint }: Suspended, dryRun: boolean): string {
  if (dryRun && changed) return `  ${instance}: would be ${ended === false ? 'kept by' : 'ended, with'} a savepoint`
  const run = ended === true ? 'ended' : 'did not run'
  const kept = savepoint === undefined ? 'no savepoint, as it never ran' : `savepoint ${savepoint}`
  return `  ${instance}: ${run}, ${kept}${savepoint !== undefined && !changed ? ', as it was' : ''}`
}

/** Puts `state` into the file of the tenant; everything else of the text stays as it is. */
function writeState({ files }: Host, { project, node }: OpenTenant, state: TenantNode['state']): void {
  if (node.state === state) return
  const file = path.join(project.root, node.file)
  const text = files.readText(file) ?? ''
  const line = `state: ${state}`
  const changed = /^state:/m.test(text)
    ? text.replace(/^state:[ \t]*[a-z"']+/m, line)
    : text.replace(/^(smelt:[^\n]*\n)/m, `$1${line}\n`)
  if (changed === text) {
    const detail = `\`${node.file}\` cannot be edited with certainty: write \`${line}\` there yourself`
    throw smeltError('cli/bad-usage', { detail, command: 'smelt tenant' })
  }
  files.write(file, changed)
}
