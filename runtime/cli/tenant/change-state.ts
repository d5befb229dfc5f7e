import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isSmeltError, smeltError } from '#diagnostics'
import type { TenantNode } from '#spec'
import type { Call } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { Host } from '../host.ts'
import { lockedPipeline } from '../instance/engine-options.ts'
import { resolveInstance, type ResolvedInstance } from '../instance/resolve-instance.ts'
import { lockHolder, takeRunLock, type LockedPipeline } from '../instance/run-lock.ts'
import { openTenant, type OpenTenant } from './open-tenant.ts'

const POLL_MS = 50

/** What became of one instance of a tenant that was suspended. */
interface Suspended {
  readonly instance: string
  /** It ran, and was ended with a checkpoint. */
  readonly ended: boolean
  /** Absent for an instance that never ran: there is nothing to keep. */
  readonly savepoint?: string
}

/**
 * Writes `state: suspended` first, so that nothing starts again; then ends every instance that runs on this machine, each
 * with a checkpoint, and keeps where it stands as a savepoint. Repeat it after a crash: it goes on where it stood.
 */
export async function suspendTenant(call: Call, key: string | undefined): Promise<ExitCode> {
  const opened = openTenant(call, 'suspend', key)
  const { node, project } = opened
  if (node.state === 'offboarded') throw wrongState(node, 'suspended', 'Nothing is left to do: it runs nothing.')
  const instances = opened.input.instances.map(({ pipeline }) =>
    resolveInstance(project, { tenant: node.key, pipeline }),
  )
  if (call.flag('dryRun')) return told(call, node, 'suspended', { instances: instances.map(({ name }) => name) })
  writeState(call.host, opened, 'suspended')
  const results: Suspended[] = []
  for (const instance of instances) results.push(await suspendInstance(call.host, opened, instance))
  return told(call, node, 'suspended', { instances: results })
}

/** Lets a suspended tenant run again. Nothing is started. */
export function resumeTenant(call: Call, key: string | undefined): Promise<ExitCode> {
  const opened = openTenant(call, 'resume', key)
  if (opened.node.state === 'offboarded')
    throw wrongState(opened.node, 'resumed', 'Nothing leads back. Onboard it again under another key.')
  if (!call.flag('dryRun')) writeState(call.host, opened, 'active')
  return Promise.resolve(told(call, opened.node, 'active', {}))
}

/** Lets a suspended tenant go for good. Data, topics and stubs stay where they are; the file stays as its tombstone. */
export function offboardTenant(call: Call, key: string | undefined): Promise<ExitCode> {
  const opened = openTenant(call, 'offboard', key)
  const { node } = opened
  if (node.state === 'active') throw wrongState(node, 'offboarded', `Run \`smelt tenant suspend ${node.key}\` first.`)
  if (!call.flag('dryRun')) writeState(call.host, opened, 'offboarded')
  return Promise.resolve(told(call, node, 'offboarded', { kept: 'data, topics, stubs' }))
}

function wrongState({ key, state }: TenantNode, verb: string, needs: string): Error {
  return smeltError('tenant/wrong-state', { tenant: key, state, verb, needs })
}

function told({ host, globals, flag }: Call, node: TenantNode, state: string, more: object): ExitCode {
  const dryRun = flag('dryRun')
  const whole = { tenant: node.key, before: node.state, state, dry_run: dryRun, ...more }
  if (globals.json) host.stdout.write(`${JSON.stringify(whole, null, 2)}\n`)
  else {
    const lines =
      'instances' in whole && Array.isArray(whole.instances) ? (whole.instances as unknown[]).map(lineOf) : []
    const head = `${node.key}: ${dryRun ? 'would be' : 'is'} ${state}${node.state === state ? ', as it was' : ''}`
    const kept = state === 'offboarded' ? ['its data, topics and stubs stay; its file is the tombstone: keep it'] : []
    host.stdout.write(`${[head, ...lines, ...kept].join('\n')}\n`)
  }
  return EXIT.fine
}

function lineOf(each: unknown): string {
  if (typeof each === 'string') return `  ${each}: would be ended, with a savepoint`
  const { instance, ended, savepoint } = each as Suspended
  const run = ended ? 'ended' : 'did not run'
  return `  ${instance}: ${run}, ${savepoint === undefined ? 'no savepoint, as it never ran' : `savepoint ${savepoint}`}`
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

async function suspendInstance(host: Host, opened: OpenTenant, instance: ResolvedInstance): Promise<Suspended> {
  const [engine, lake] = await Promise.all([import('#engine'), import('#lake')])
  const { tenant, pipeline, name } = instance
  const store = await lake.openStore(opened.environment.store(tenant))
  try {
    const { ended, release } = await endInstance(host, lockedPipeline(instance, store))
    try {
      const place = { store, clock: host.clock, tenant, pipeline, runId: randomUUID() }
      const made = await engine.takeSavepointAlone(place, { by: host.userName })
      return { instance: name, ended, savepoint: made.name }
    } catch (error) {
      if (isSmeltError(error, 'checkpoint/none')) return { instance: name, ended }
      throw error
    } finally {
      release()
    }
  } finally {
    await store.close()
  }
}

/** Tells the process that runs the instance to end with a checkpoint, and waits until it has; then nobody else runs it. */
async function endInstance(host: Host, locked: LockedPipeline): Promise<{ ended: boolean; release: () => void }> {
  const holder = lockHolder(host, locked)
  if (holder !== undefined) host.terminate(holder)
  for (;;) {
    try {
      return { ended: holder !== undefined, release: takeRunLock(host, locked) }
    } catch (error) {
      if (!isSmeltError(error, 'checkpoint/already-running')) throw error
      await delay(POLL_MS)
    }
  }
}
