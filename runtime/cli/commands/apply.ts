import { rm } from 'node:fs/promises'
import { Option } from 'commander'
import { smeltError, type Diagnostic } from '#diagnostics'
import type { PlanChange } from '#engine'
import { countText } from '#telemetry'
import type { InstanceName } from '#tenant'
import type { Call, CliCommand } from '../command.ts'
import { openEnvironment, type Environment } from '../environment.ts'
import { EXIT, exitCodeOf, worstExit } from '../exit-code.ts'
import { engineOptions, engineSettings, lockedPipeline } from '../instance/engine-options.ts'
import { namedInstances } from '../instance/named-instances.ts'
import { resolveInstance, type ResolvedInstance } from '../instance/resolve-instance.ts'
import { awaitRunLock } from '../instance/run-lock.ts'
import { Problems } from '../problems.ts'
import { openProject, type OpenProject } from '../project.ts'
import { diagnosticOf, report } from '../report.ts'

/** What became of one instance. */
interface Applied {
  readonly instance: string
  readonly outcome: 'applied' | 'to-apply' | 'unchanged' | 'never-ran'
  readonly plan_hash: string
  /** The first checkpoint of the new plan, where it was applied. */
  readonly checkpoint?: number
  readonly changes: readonly string[]
  /** Records of bronze that are replayed, by source. */
  readonly replayed: Readonly<Record<string, number>>
}

/** `smelt apply` */
export const apply: CliCommand = {
  usage: 'apply [instance]',
  summary: 'let a changed pipeline take over from what last ran, without running on',
  details:
    'Does what a run would do at its start, for one instance, all of a tenant, or all there are: gives tables their new ' +
    'columns, carries state over, and works out anew from bronze what cannot be carried over, beside the live tables, ' +
    'which are swapped at once. A change that drops or rewrites something is refused (exit code 4) until it is approved ' +
    'by the hash of its plan. Repeat it after a crash: it goes on where it stood.',
  options: [
    new Option('--approve <hash>', 'approve the plan with this hash, and apply it'),
    new Option('--dry-run', 'tell what would be done, and change nothing'),
  ],
  examples: [
    ['smelt apply acme/inventory-compliance --dry-run', 'shows what would be done'],
    ['smelt apply acme', 'applies what is safe, for all instances of a tenant'],
    ['smelt apply acme/inventory-compliance --approve a51f3c02d9be', 'approves one plan and applies it'],
  ],
  async run(call) {
    const { host, globals, args, text } = call
    const project = openProject(host, globals, args[0])
    const environment = openEnvironment(host, globals, project)
    if (text('approve') !== undefined && args[0]?.includes('/') !== true) {
      const detail = 'An approval is for one plan: name its instance, `tenant/pipeline`'
      throw smeltError('cli/bad-usage', { detail, command: 'smelt apply' })
    }
    const results: Applied[] = []
    const problems: { readonly told: readonly Diagnostic[]; readonly texts: ReadonlyMap<string, string> }[] = []
    for (const name of namedInstances(project, args[0])) {
      try {
        results.push(await applyOne(call, { project, environment, name }))
      } catch (error) {
        // One instance that cannot follow does not hold the others back.
        const whole = error instanceof Problems
        problems.push({
          told: whole ? error.diagnostics : [diagnosticOf(error)],
          texts: whole ? error.texts : new Map(),
        })
      }
    }
    if (globals.json) host.stdout.write(`${JSON.stringify(results, null, 2)}\n`)
    else for (const each of results) host.stdout.write(appliedText(each))
    const style = { colours: globals.colours, json: globals.json }
    for (const { told, texts } of problems)
      report(host.stderr, told, style, new Map([...project.loaded.texts, ...texts]))
    return worstExit(problems.flatMap(({ told }) => told.map(exitCodeOf)).concat(EXIT.fine))
  },
}

interface Applying {
  readonly project: OpenProject
  readonly environment: Environment
  readonly name: InstanceName
}

async function applyOne(call: Call, { project, environment, name }: Applying): Promise<Applied> {
  const { host } = call
  const instance = resolveInstance(project, name)
  const settings = await engineSettings(host, environment, instance)
  const [engine, lake] = await Promise.all([import('#engine'), import('#lake')])
  const store = await lake.openStore(environment.store(instance.tenant))
  try {
    const release = await awaitRunLock(host, lockedPipeline(instance, store))
    try {
      const hash = await checkHash(instance, call.text('approve'))
      const known = { instance: instance.name, plan_hash: hash, changes: [], replayed: {} }
      if ((await engine.openCheckpoints(store, instance.pipeline).newest()) === undefined)
        return { ...known, outcome: 'never-ran' }
      const change = await engine.findChange(store, instance.plan)
      if (change === undefined) return { ...known, outcome: 'unchanged' }
      const wanted = { ...change, approved: change.approved || call.text('approve') !== undefined }
      engine.checkChange(wanted)
      const told = { ...known, changes: engine.changeTexts(change), replayed: await replayed(change) }
      if (call.flag('dryRun')) return { ...told, outcome: 'to-apply' }
      await lake.probeStore(store)
      if (wanted.approved && !change.approved) {
        const approval = { planHash: hash, from: change.checkpoint.planHash, approvedMs: host.clock(), by: host.user }
        await engine.approve(store, instance.pipeline, approval)
      }
      const options = engineOptions(host, settings, instance, { store, root: project.root })
      await rm(options.scratch, { recursive: true, force: true }) // What a crash left there is of no use to anybody.
      const checkpoint = await engine.applyChange(options, change)
      return { ...told, outcome: 'applied', checkpoint: checkpoint.id }
    } finally {
      release()
    }
  } finally {
    await store.close()
  }
}

/** The hash of the instance's plan as people write it. Throws checkpoint/other-plan when another one is approved. */
async function checkHash({ name, plan }: ResolvedInstance, approved: string | undefined): Promise<string> {
  const [{ isHashOf, shortHash }, { planHash }] = await Promise.all([import('#engine'), import('#plan')])
  const hash = planHash(plan)
  if (approved !== undefined && !isHashOf(approved, hash))
    throw smeltError('checkpoint/other-plan', { pipeline: name, given: approved, today: shortHash(hash) })
  return hash
}

async function replayed({ diff, after, checkpoint }: PlanChange): Promise<Record<string, number>> {
  const { changeScope } = await import('#engine')
  const sources = changeScope(diff, after, checkpoint).replayed
  return Object.fromEntries(sources.map((source) => [source, checkpoint.accounting.sources[source]?.consumed ?? 0]))
}

function appliedText({ instance, outcome, checkpoint, changes, replayed: records }: Applied): string {
  switch (outcome) {
    case 'never-ran':
      return `${instance}: never ran, so there is nothing to take over from\n`
    case 'unchanged':
      return `${instance}: unchanged since it last ran\n`
    case 'to-apply':
    case 'applied': {
      const done = outcome === 'applied' ? `applied, as checkpoint ${checkpoint ?? ''}` : 'to be applied'
      const lines = [
        ...changes,
        ...Object.entries(records).map(
          ([source, count]) => `${countText(count)} records of \`bronze.${source}\` replayed`,
        ),
      ]
      return [`${instance}: ${done}`, ...lines.map((line) => `  ${line}`), ''].join('\n')
    }
  }
}
