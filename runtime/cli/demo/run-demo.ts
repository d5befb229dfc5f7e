import path from 'node:path'
import { smeltError } from '#diagnostics'
import { countText } from '#telemetry'
import type { Call, GlobalOptions } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { Host } from '../host.ts'
import { liveObserver, textObserver } from '../instance/observers.ts'
import { superviseInstances } from '../instance/supervise.ts'
import { openAlertReceiver, type AlertReceiver } from './alert-receiver.ts'
import { writeDemoEvents } from './demo-events.ts'
import { writeDemoProject, type DemoProject } from './demo-project.ts'
import { reportDemo } from './demo-report.ts'

export interface DemoOptions {
  /** Records to write, all tenants together. */
  readonly records: number
}

/** Signs the alerts; it protects nothing. */
const HOOK_KEY = 'demo key of the security desk'

/** Writes topics, runs the shipped pipeline for each tenant, takes its alerts, and shows what came of it. */
export async function runDemo(host: Host, globals: GlobalOptions, options: DemoOptions): Promise<ExitCode> {
  const receiver = await openAlertReceiver(HOOK_KEY, host.clock)
  try {
    return await demonstrate(host, { globals, receiver, ...options })
  } finally {
    await receiver.close()
  }
}

interface Demonstration extends DemoOptions {
  readonly globals: GlobalOptions
  readonly receiver: AlertReceiver
}

async function demonstrate(host: Host, { globals, receiver, records }: Demonstration): Promise<ExitCode> {
  const startedMs = host.clock()
  const quiet = globals.json
  const say = (text: string): void => {
    if (!quiet) host.stdout.write(text)
  }
  const demo = writeDemoProject(host, globals, receiver)
  const truths = await writeDemoEvents(demo.environment, records, (written) => {
    const last = written >= records
    if (host.stdout.isTerminal) say(`\r\u001B[Kwriting events: ${countText(written)}${last ? '\n' : ''}`)
    else if (last) say(`wrote ${countText(written)} events\n`)
  })
  const exit = await runInstances(host, demo, quiet)
  if (exit !== EXIT.fine) return exit
  const report = await reportDemo(host, demo, { truths, receiver }, quiet)
  if (quiet) host.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  if (report.differences.length > 0) throw smeltError('internal/bug', { detail: report.differences.join('; ') })
  const seconds = Math.round((host.clock() - startedMs) / 1000)
  const right = 'Every count is the one that was generated, and every violation was told.'
  say(`\n${right} Done in ${seconds} s; run it again and the hashes are the same.\n`)
  say(nextText(host, demo))
  return EXIT.fine
}

async function runInstances(host: Host, { project, globals }: DemoProject, quiet: boolean): Promise<ExitCode> {
  const observed = { host, style: globals, texts: project.loaded.texts }
  const observer = host.stdout.isTerminal ? liveObserver(observed) : textObserver(observed)
  const silent = {
    onProgress: () => undefined,
    onCheckpoint: () => undefined,
    onStopping: () => undefined,
    onEnd: () => undefined,
  }
  return superviseInstances(host, {
    instances: project.loaded.instances.map((each) => `${each.tenant.key}/${each.pipeline}`),
    project: project.root,
    globals,
    untilEnd: true,
    texts: project.loaded.texts,
    observer: quiet ? { ...observer, ...silent } : observer,
  })
}

/** Where the lake lies, and commands that work when they are pasted. */
function nextText(host: Host, { folder, environment }: DemoProject): string {
  const smelt = host.folder === host.packageFolder ? 'npm run -s smelt --' : 'npx smelt'
  const store = environment.store('acme')
  const lake = store.kind === 'folder' ? path.dirname(store.path) : store.bucket
  const commands = [
    `${smelt} query "select rule_id, count(*) as violations from acme.gold.violations group by rule_id" --project ${folder}`,
    `${smelt} query "select os, count(*) as devices from acme.gold.device_status group by os order by devices desc" --project ${folder}`,
    `${smelt} audit acme/inventory-compliance --deep --project ${folder}`,
    `${smelt} status --project ${folder}`,
  ]
  return `\nThe lake lies in ${lake}: open Iceberg tables, which any reader can read. Try next:\n\n${commands.map((each) => `  ${each}\n`).join('')}`
}

/** The options of a call of `smelt demo`. */
export function demoOptions({ text }: Pick<Call, 'text'>): DemoOptions {
  const given = text('records')
  const records = Number(given ?? 200_000)
  if (Number.isInteger(records) && records >= 2 && records <= 100_000_000) return { records }
  throw smeltError('cli/bad-usage', {
    detail: `\`--records\` must be a number from 2 to 100000000, not \`${given ?? ''}\``,
    command: 'smelt demo',
  })
}
