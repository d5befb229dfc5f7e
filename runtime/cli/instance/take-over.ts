import { smeltError } from '#diagnostics'
import type { PlanChange } from '#engine'
import type { ObjectStore } from '#lake'
import { countText } from '#telemetry'
import type { Host } from '../host.ts'
import { askRestart, type Restarted } from './ask-restart.ts'
import { engineSettings, lockedPipeline, type EngineSettings } from './engine-options.ts'
import { refuseHeldBack } from './held-back.ts'
import { holdInStore, type ProjectInstance } from './hold-instance.ts'
import { checkActive, type ResolvedInstance } from './resolve-instance.ts'
import { prepareUpdate } from './prepare-update.ts'
import { lockSupervisor } from './run-lock.ts'

/** How today's plan is to take over from the one that ran. */
export interface Wanted {
  /** The hash of the plan that is approved. */
  readonly approve?: string | undefined
  /** Tells what would be done, and changes nothing. */
  readonly dryRun: boolean
  /** The command line that does this, for the message that asks for an approval. */
  readonly command?: string
  /** Called when a running instance was asked to make room, which takes until its next checkpoint. */
  readonly onAsked?: () => void
  /** Called once nothing stands in the way, before anything of the instance is changed; not with `dryRun`. */
  readonly begin?: () => Promise<void> | void
}

/** What became of an instance. */
export interface TakenOver {
  readonly instance: string
  readonly outcome: 'applied' | 'to-apply' | 'unchanged' | 'never-ran'
  readonly plan_hash: string
  /** The first checkpoint of the new plan, where it was applied. */
  readonly checkpoint?: number
  /** The running instance goes on by the new plan, as this version. */
  readonly runs_on_as?: number
  readonly changes: readonly string[]
  /** Records of bronze that are replayed, by source. */
  readonly replayed: Readonly<Record<string, number>>
}

/**
 * Lets the plan of an instance take over from the one that ran, by verdict: what is safe or approved is done, all else is
 * refused before anything is changed. An instance that runs ends with a checkpoint and goes on by the new plan. Repeated after a crash it goes on where it stood. checkpoint/needs-approval,
 * checkpoint/change-refused, checkpoint/held-back for what was rolled back, checkpoint/other-plan when another plan is approved, checkpoint/already-running, tenant/not-active.
 */
export async function takeOver(host: Host, opened: ProjectInstance, wanted: Wanted): Promise<TakenOver> {
  checkActive(opened.instance)
  const settings = await engineSettings(host, opened.environment, opened.instance)
  const { openStore } = await import('#lake')
  const store = await openStore(opened.environment.store(opened.instance.tenant))
  try {
    return await takeOverIn(host, { ...opened, settings, store }, wanted)
  } finally {
    await store.close()
  }
}

type InStore = ProjectInstance & { readonly settings: EngineSettings; readonly store: ObjectStore }

async function takeOverIn(host: Host, opened: InStore, wanted: Wanted): Promise<TakenOver> {
  const { instance, store } = opened
  const engine = await import('#engine')
  const hash = await checkHash(instance, wanted.approve)
  const known = { instance: instance.name, plan_hash: hash, changes: [], replayed: {} }
  if ((await engine.openCheckpoints(store, instance.pipeline).newest()) === undefined)
    return { ...known, outcome: 'never-ran' }
  if (wanted.approve === undefined) await refuseHeldBack(store, instance)
  const found = await engine.findChange(store, instance.plan)
  const approves = wanted.approve !== undefined
  if (found !== undefined) engine.checkChange({ ...found, approved: found.approved || approves }, wanted.command)
  const told = found && { ...known, changes: engine.changeTexts(found), replayed: await replayed(found) }
  if (wanted.dryRun) return told === undefined ? { ...known, outcome: 'unchanged' } : { ...told, outcome: 'to-apply' }
  const locked = lockedPipeline(instance, store)
  const supervisor = lockSupervisor(host, locked)
  if (supervisor !== undefined) {
    if (found !== undefined) await approveChange(host, store, found, wanted)
    await wanted.begin?.()
    await letTry(store, instance)
    if (found === undefined) return { ...known, outcome: 'unchanged' }
    const { onAsked } = wanted
    const request = { kind: 'restart', arguments: { planHash: hash } }
    const asked = { store, locked, ...request, supervisor, ...(onAsked === undefined ? {} : { onAsked }) }
    const restarted = (await askRestart(host, asked)) as Restarted | undefined
    if (restarted !== undefined)
      return { ...known, ...told, outcome: 'applied', checkpoint: restarted.checkpoint, runs_on_as: restarted.version }
  }
  return await holdInStore(host, opened, async ({ options }): Promise<TakenOver> => {
    // Once nobody else can run it, what was found holds.
    const change = await engine.findChange(store, instance.plan)
    if (change !== undefined) await approveChange(host, store, change, wanted)
    await wanted.begin?.()
    if (change === undefined) {
      await engine.finishNewest(options, instance.pipeline)
      return { ...known, outcome: 'unchanged' }
    }
    await letTry(store, instance)
    const checkpoint = await engine.applyChange(options, await prepareUpdate(options, instance, change))
    return { ...known, ...told, outcome: 'applied', checkpoint: checkpoint.id }
  })
}

/** Refuses what may not be done; keeps the approval of what may, so that a crash does not ask for it again. */
async function approveChange(host: Host, store: ObjectStore, change: PlanChange, wanted: Wanted): Promise<void> {
  const engine = await import('#engine')
  const { checkpoint, planHash: hash, approved } = change
  const approves = wanted.approve !== undefined
  engine.checkChange({ ...change, approved: approved || approves }, wanted.command)
  if (approved || !approves) return
  const approval = { planHash: hash, from: checkpoint.planHash, approvedMs: host.clock(), by: host.userName }
  await engine.approve(store, checkpoint.pipeline, approval)
}

/** What was rolled back may run again, as somebody wants it, and what runs by other files is no concern of it. */
export async function letTry(store: ObjectStore, { pipeline }: ResolvedInstance): Promise<void> {
  const { forgetUpdate, readUpdate } = await import('#engine')
  if ((await readUpdate(store, pipeline))?.rolledBack !== undefined) await forgetUpdate(store, pipeline)
}

/** As people write it: as much of it as Smelt shows, or more. */
const PLAN_HASH = /^[0-9a-f]{12,64}$/i

/**
 * The hash of the instance's plan. Throws checkpoint/other-plan when another one is approved, and cli/bad-usage when what is
 * approved is none.
 */
export async function checkHash({ name, plan }: ResolvedInstance, approved: string | undefined): Promise<string> {
  const [{ isHashOf, shortHash }, { planHash }] = await Promise.all([import('#engine'), import('#plan')])
  const hash = planHash(plan)
  if (approved !== undefined && !PLAN_HASH.test(approved)) {
    const detail = `\`${approved}\` is no hash of a plan: \`smelt plan\` shows 12 hexadecimal digits of it`
    throw smeltError('cli/bad-usage', { detail, command: 'smelt plan' })
  }
  if (approved !== undefined && !isHashOf(approved, hash))
    throw smeltError('checkpoint/other-plan', { pipeline: name, given: approved, today: shortHash(hash) })
  return hash
}

async function replayed({ diff, after, checkpoint }: PlanChange): Promise<Record<string, number>> {
  const { changeScope } = await import('#engine')
  const sources = changeScope(diff, after, checkpoint).replayed
  return Object.fromEntries(sources.map((source) => [source, checkpoint.accounting.sources[source]?.consumed ?? 0]))
}

/** What became of an instance, for people. */
export function takenOverText(taken: TakenOver): string {
  const { instance, outcome, checkpoint, runs_on_as: version, changes, replayed: records } = taken
  switch (outcome) {
    case 'never-ran':
      return `${instance}: never ran, so there is nothing to take over from\n`
    case 'unchanged':
      return `${instance}: unchanged since it last ran\n`
    case 'to-apply':
    case 'applied': {
      const runs = version === undefined ? '' : `, and runs on as version ${version}`
      const done = outcome === 'applied' ? `applied, as checkpoint ${checkpoint ?? ''}${runs}` : 'to be applied'
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
