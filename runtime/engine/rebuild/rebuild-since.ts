import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { smeltError } from '#diagnostics'
import { currentSnapshot, openCatalog, openStore, type ObjectStore } from '#lake'
import { openLive, type Live } from '../audit/open-live.ts'
import { runAgain, runHistory } from '../audit/run-again.ts'
import { quoteText } from '#dialect/duckdb'
import { closedBefore, rebuildTables, type Rebuilt, type RebuildOptions } from '../change/apply-change.ts'
import { changeScope, type ChangeScope } from '../change/change-scope.ts'
import type { PlanChange } from '../change/find-change.ts'
import { finishNewest } from '../change/finish-change.ts'
import type { PastPlan } from '../checkpoint.ts'
import { openCheckpoints } from '../checkpoint-store.ts'
import { removedBy, totalRemoved, type Removed } from '../removed.ts'
import { beforeCut, cutsNothing, findCut, upTo, type Cut } from './find-cut.ts'
import { sinceRefusals } from './since-refusals.ts'
import { takeRows, type Aside } from './take-rows.ts'

/**
 * As `rebuildTables`, for what the broker got at a time or later: the tables become what they would be, had the plan of
 * today taken over then and left what was written as it stood. What was remembered at the cut (keys, open windows, latest rows)
 * is found out by running the plans of that day from bronze into a lake aside, so it costs as much time as a whole rebuild.
 * Windows that were open at the cut are worked out whole. The checkpoint notes where the plans meet, for a deep audit.
 * checkpoint/since-refused when that cannot be exact; nothing is changed then.
 */
export async function rebuildSince(options: RebuildOptions, change: PlanChange, sinceMs: number): Promise<Rebuilt> {
  const { plan, store } = options
  const { checkpoint } = change
  const scope = changeScope(change.diff, plan, checkpoint, change)
  const scratch = path.join(options.scratch, `since-${randomUUID()}`)
  await mkdir(scratch, { recursive: true })
  await finishNewest({ store, clock: options.clock }, plan.pipeline) // What a crash may have left.
  try {
    const live = await openLive({ ...options, scratch }, change.before, checkpoint)
    let aside: Aside | undefined
    let history: readonly PastPlan[] = []
    try {
      refuse(change, scope, live)
      const cut = await findCut(live, scope.replayed, sinceMs)
      if (!cutsNothing(cut, checkpoint.sources)) {
        history = historyUpTo(change, cut)
        aside = await workOutAside({ ...options, scratch }, { change, scope, live, cut, history })
      }
    } finally {
      live.close()
    }
    const made = aside
    if (made === undefined) return await rebuildTables(options, change) // Everything came since.
    return await rebuildTables(
      { ...options, workOut: (instance, applying) => takeRows(instance, applying, made) },
      { ...change, rebuild: [...scope.rebuilt], history },
    )
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** What can be told before it is begun: checkpoint/since-refused. Reads only. */
export async function checkSince(store: ObjectStore, change: PlanChange): Promise<void> {
  const scope = changeScope(change.diff, change.after, change.checkpoint, change)
  const catalog = openCatalog(store)
  const removed = new Map<string, Removed>()
  for (const { name } of change.after.sources) {
    const table = await catalog.load({ layer: 'bronze', name })
    removed.set(`bronze.${name}`, removedBy(table && currentSnapshot(table)))
  }
  refuse(change, scope, { removed })
}

function refuse(change: PlanChange, scope: ChangeScope, { removed }: Pick<Live, 'removed'>): void {
  const reasons = sinceRefusals(change, scope, removed)
  const pipeline = `${change.after.tenant}/${change.after.pipeline}`
  if (reasons.length > 0) throw smeltError('checkpoint/since-refused', { pipeline, reasons })
}

/** The plans whose rows stand before the cut; that of today needs no mention where it is the last of them. */
function historyUpTo({ checkpoint, planHash }: PlanChange, cut: Cut): PastPlan[] {
  const past = (checkpoint.past ?? []).map((each) => ({ ...each, sources: upTo(cut, each.sources) }))
  if (checkpoint.planHash === planHash) return past
  return [...past, { planHash: checkpoint.planHash, sources: upTo(cut, checkpoint.sources), kept: true }]
}

interface Asked {
  readonly change: PlanChange
  readonly scope: ChangeScope
  readonly live: Live
  readonly cut: Cut
  readonly history: readonly PastPlan[]
}

/** Runs the plans of the past up to the cut and today's from there, into a lake of their own. */
async function workOutAside(options: RebuildOptions, { change, scope, live, cut, history }: Asked): Promise<Aside> {
  const store = await openStore({ kind: 'folder', path: path.join(options.scratch, 'lake') })
  // What was refused because its window was closed stays refused before the cut; after it nothing is closed.
  const elsewhere = `source not in (${scope.replayed.map(quoteText).join(', ')})`
  const decided = [
    elsewhere,
    ...scope.replayed.map((name) => `(source = ${quoteText(name)} and ${beforeCut(cut, name)})`),
  ]
  const partial = Object.keys(live.checkpoint.sources).filter((name) => isPartial(live, name))
  const judged = { ...live, decided: decided.join(' or '), partial: new Set(partial) }
  const { step: _, decide: _decide, ...others } = options // A lake aside has no steps of this one.
  const audit = { ...others, deep: true }
  const after = await runHistory(audit, store, judged, history)
  const closed = [...closedBefore(change)].map(([name, through]) => [name, String(through)] as const)
  const closeThrough = Object.fromEntries(closed)
  await runAgain(audit, store, judged, { sources: change.checkpoint.sources, after, closeThrough })
  const checkpoint = await openCheckpoints(store, options.plan.pipeline).newest()
  if (checkpoint === undefined) throw smeltError('internal/bug', { detail: 'a lake aside has no checkpoint' })
  return { store, checkpoint, cut }
}

/** Whether records of a source have left bronze: no table that is worked out hangs on it, so it is not read. */
function isPartial({ removed }: Live, source: string): boolean {
  return totalRemoved(removed.get(`bronze.${source}`) ?? removedBy(undefined)) > 0
}
