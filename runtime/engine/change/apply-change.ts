import type { Program, SourceNode } from '#dialect/duckdb'
import { smeltError } from '#diagnostics'
import { currentSnapshot } from '#lake'
import type { Plan, SourcePlan } from '#plan'
import { openCheckpoints } from '../checkpoint-store.ts'
import type { Checkpoint, SourcePosition } from '../checkpoint.ts'
import { openBronzeReader, type BronzeReader } from '../embedded/bronze-reader.ts'
import { setClosed } from '../embedded/close-windows.ts'
import type { Instance } from '../embedded/instance.ts'
import { closeInstance, openInstance, type InstanceOptions } from '../embedded/open-instance.ts'
import { replayBronze } from '../embedded/replay.ts'
import { adoptState } from '../embedded/state-files.ts'
import { commitTables, stagedCommits } from '../embedded/write-checkpoint.ts'
import { outboxSince } from '../outbox.ts'
import { keepPlan } from '../plan-store.ts'
import { removedBy, totalRemoved } from '../removed.ts'
import { releaseState } from '../savepoints.ts'
import { noteVersion } from '../versions.ts'
import { joinedSources, quarantineName, tableKey } from '../tables.ts'
import { changedBooks } from './changed-books.ts'
import { keepQuarantine, keptRemoved } from './changed-quarantine.ts'
import { changedState } from './changed-state.ts'
import { changeScope, type ChangeScope } from './change-scope.ts'
import { compareTables, type TableDifference } from './compare-tables.ts'
import type { PlanChange } from './find-change.ts'
import { stageTables, type StagedTables } from './stage-tables.ts'

const BATCH_ROWS = 122_880
const BATCHES_PER_FLUSH = 16

export interface ApplyOptions extends InstanceOptions {
  /** Records replayed at a time. */
  readonly batchRows?: number
  /** Called after each replayed batch with the records of its source so far. */
  readonly onReplay?: (source: string, records: number) => void
}

/**
 * Lets a new plan take over from the one that ran: tables get their new columns, state its new form, and what cannot be
 * carried over is worked out anew from bronze, beside the live tables. One checkpoint, the first of the new plan, names it
 * all and is the commit point: a crash before it leaves the old plan whole, after it the next start finishes the new one.
 * Bronze is only read. checkpoint/fenced when another process went on meanwhile. See `checkChange` for what may be applied.
 */
export async function applyChange(options: ApplyOptions, change: PlanChange): Promise<Checkpoint> {
  const { checkpoint } = await rebuildTables(options, change)
  if (checkpoint === undefined)
    throw smeltError('internal/bug', { detail: 'a change that nothing held back was not made' })
  return checkpoint
}

export interface RebuildOptions extends ApplyOptions {
  /**
   * Called with what the rebuild changes, before anything is changed; the change is made when it resolves to true. Left
   * out, nothing is compared and the change is made.
   */
  readonly decide?: (differences: readonly TableDifference[]) => Promise<boolean> | boolean
  /** Rows of each kind to show of each table. */
  readonly samples?: number
  /**
   * Writes the rows and fills the state of the tables of the scope, and resolves to the positions of all sources with the event
   * times that the plan sees. Left out, all of bronze is replayed for them.
   */
  readonly workOut?: (instance: Instance, applying: Applying, options: ApplyOptions) => Promise<Sources>
}

/** What became of a rebuild. */
export interface Rebuilt {
  /** Absent when it was decided to leave everything as it is. */
  readonly checkpoint?: Checkpoint
}

/** As `applyChange`, for a change that `findRebuild` found too; what it changes is shown before it is made. */
export async function rebuildTables(options: RebuildOptions, change: PlanChange): Promise<Rebuilt> {
  const { plan, store } = options
  const scope = changeScope(change.diff, plan, change.checkpoint, change)
  const quarantine = tableKey(quarantineName(plan))
  const instance = await openInstance({ ...options, writes: new Set([...scope.rebuilt, quarantine]) })
  try {
    await commitTables(instance, change.checkpoint) // What a crash may have left.
    const staged = await stageTables(instance, scope.rebuilt)
    for (const [key, table] of staged.tables) instance.tables.set(key, table)
    const workOut = options.workOut ?? replaySources
    const sources = await workOut(instance, { change, scope, staged }, options)
    instance.step('change-replayed')
    if (!(await decided(instance, { change, scope, staged }, options))) {
      await discard(instance)
      return {}
    }
    const checkpoint = await stageCheckpoint(instance, { change, scope, staged }, sources)
    instance.step('change-staged')
    const checkpoints = openCheckpoints(store, plan.pipeline)
    await keepPlan(store, {
      plan,
      files: Object.fromEntries(instance.files),
      references: Object.fromEntries(instance.references),
      storedMs: instance.clock(),
    })
    await noteVersion(store, change.checkpoint) // What ran before a change keeps its number.
    await checkpoints.create(checkpoint) // The commit point.
    instance.step('change-created')
    await commitTables(instance, checkpoint)
    await noteVersion(store, checkpoint)
    instance.step('change-applied')
    await letGo(instance, change.checkpoint, checkpoint).catch(() => undefined) // Costs room in the store, never a row.
    return { checkpoint }
  } finally {
    await closeInstance(instance)
  }
}

async function decided(instance: Instance, applying: Applying, options: RebuildOptions): Promise<boolean> {
  const { scope, staged } = applying
  if (options.decide === undefined) return true
  return await options.decide(await compareTables(instance, staged.live, scope, { samples: options.samples ?? 0 }))
}

/** Removes what was written for a change that is not made. */
async function discard({ epoch, store }: Instance): Promise<void> {
  const files = [...epoch.files.values()].flatMap(({ data, deletes }) => [...data, ...deletes])
  await Promise.all(epoch.releases.map((release) => release()))
  await store.delete(files.map(({ location }) => store.keyOf(location)))
}

/** A change on its way: what it touches, and the tables as it will leave them. */
export interface Applying {
  readonly change: PlanChange
  readonly scope: ChangeScope
  readonly staged: StagedTables
}

export type Sources = Readonly<Record<string, SourcePosition>>

/** Replays what is rebuilt, and resolves to the positions of all sources with the event times that the new plan sees. */
async function replaySources(instance: Instance, applying: Applying, options: ApplyOptions): Promise<Sources> {
  const { change, scope, staged } = applying
  const { program } = instance
  const sources: Record<string, SourcePosition> = { ...change.checkpoint.sources }
  setClosed(
    instance,
    instance.plan.gold.flatMap(({ kind, table }) => (kind === 'window' || kind === 'interval' ? [table.name] : [])),
  )
  const done: BronzeReader[] = []
  // Versions first: tables that join them are worked out with all that are known.
  const versioned = program.sources.filter(({ joined }) => joined)
  const others = program.sources.filter(({ joined }) => !joined)
  for (const nodes of [...versioned.map((node) => [node]), ...together(program, others)]) {
    const before = nodes.filter(({ plan }) => !scope.replayed.includes(plan.name))
    for (const { plan, versions } of before)
      if (versions !== undefined) await restoreVersions(instance, change, plan.name)
    const readers: BronzeReader[] = []
    for (const node of nodes) {
      const position = sources[node.plan.name]
      const table = staged.live.get(`bronze.${node.plan.name}`)
      if (before.includes(node) || position === undefined || table === undefined) continue
      readers.push(openBronzeReader(instance, node, { table, position }))
    }
    await replayBronze(instance, readers, {
      batchRows: options.batchRows ?? BATCH_ROWS,
      batchesPerFlush: BATCHES_PER_FLUSH,
      judges: new Map(
        scope.replayed.map((name) => [name, new Set([...scope.rebuilt, ...(scope.judged.has(name) ? [null] : [])])]),
      ),
      closed: closedBefore(change),
      before: [...done],
      ...(options.onReplay === undefined ? {} : { onProgress: options.onReplay }),
    })
    done.push(...readers)
    for (const reader of readers) {
      const { plan, versions } = reader.node
      if (versions !== undefined && !scope.versions.has(plan.name)) await restoreVersions(instance, change, plan.name)
      const position = sources[plan.name]
      if (position !== undefined) sources[plan.name] = withNewest(position, reader)
    }
  }
  return sources
}

/** Sources in groups, whose rows are joined with one another. */
function together({ intervals }: Program, sources: readonly SourceNode[]): SourceNode[][] {
  const groups = sources.map((source) => [source])
  for (const join of intervals) {
    const joined = groups.filter((group) => group.some(({ plan }) => join.sources.includes(plan)))
    const [first, ...rest] = joined
    for (const group of rest) first?.push(...group.splice(0))
  }
  return groups.filter((group) => group.length > 0)
}

/** Puts the versions of a source back as they were: when each of them came is history, which a replay does not know. */
export async function restoreVersions(instance: Instance, { checkpoint }: PlanChange, source: string): Promise<void> {
  const name = `versions.${source}`
  const files = checkpoint.state[name]
  if (files !== undefined) instance.state.set(name, await adoptState(instance, name, files))
}

/** How far windows were closed that both plans cut and close alike: people have read them as final. */
export function closedBefore({ before, after, checkpoint }: PlanChange): ReadonlyMap<string, bigint> {
  const closed = Object.entries(checkpoint.closed).filter(([name]) => closing(before, name) === closing(after, name))
  return new Map(closed.map(([name, through]) => [name, BigInt(through)]))
}

/** What decides when windows of a table close, as a text to compare. */
function closing(plan: Plan, name: string): string | undefined {
  const table = plan.gold.find((gold) => gold.table.name === name)
  const silver = plan.silver.find((each) => each.table.name === table?.from)
  const source = plan.sources.find((each) => each.name === silver?.source)
  if (table === undefined || source === undefined) return undefined
  if (table.kind === 'window') return JSON.stringify([source.name, source.eventTime, source.watermarkMs, table.window])
  if (table.kind !== 'interval') return undefined
  const times = joinedSources(plan, table).map((each) => plan.sources.find(({ name: known }) => known === each))
  const limits = times.map((each) => [each?.name, each?.eventTime, each?.watermarkMs])
  return JSON.stringify([limits, table.join.table, table.join.withinMs, table.join.kind])
}

function withNewest(position: SourcePosition, reader: BronzeReader): SourcePosition {
  const newest = reader.newest()
  const partitions = Object.entries(position.partitions).map(([partition, each]) => {
    const time = newest.get(Number(partition))
    return [partition, { ...each, newest: time === undefined ? null : String(time) }] as const
  })
  return { ...position, partitions: Object.fromEntries(partitions) }
}

/** The first checkpoint of the new plan, with everything it names written. */
async function stageCheckpoint(instance: Instance, applying: Applying, sources: Sources): Promise<Checkpoint> {
  const { change, scope, staged } = applying
  const { plan, epoch } = instance
  const { checkpoint: before } = change
  const quarantine = tableKey(quarantineName(plan))
  const replacesQuarantine = await keepQuarantine(instance, staged.live.get(quarantine), scope)
  const accounting = changedBooks(before.accounting, epoch.change, plan, scope, removedFromBronze(plan, staged))
  const state = await changedState(instance, change, scope)
  const replaced = [...scope.rebuilt].filter((key) => staged.live.get(key)?.metadata.currentSnapshotId !== undefined)
  const outbox = await outboxSince(instance.store, before)
  const context = {
    id: before.id + 1,
    accounting,
    sources,
    removed: keptRemoved(plan, staged.live.get(quarantine), scope),
  }
  return {
    format: 1,
    id: context.id,
    tenant: plan.tenant,
    pipeline: plan.pipeline,
    planHash: instance.planHash,
    runId: instance.runId,
    createdMs: instance.clock(),
    sources,
    closed: closedAfter(instance, before, scope),
    state,
    ...pastAfter(change, scope),
    shapes: staged.shapes,
    commits: stagedCommits(
      instance,
      epoch,
      context,
      new Set([...replaced, ...(replacesQuarantine ? [quarantine] : [])]),
    ),
    accounting,
    ...(outbox === undefined ? {} : { outbox }),
  }
}

/** By source, the records that have left bronze. */
function removedFromBronze({ sources }: Plan, { live }: StagedTables): Map<string, number> {
  const removed = ({ name }: SourcePlan): number => {
    const table = live.get(`bronze.${name}`)
    return table === undefined ? 0 : totalRemoved(removedBy(currentSnapshot(table)))
  }
  return new Map(sources.map((source) => [source.name, removed(source)]))
}

function closedAfter({ plan, closed }: Instance, before: Checkpoint, { rebuilt }: ChangeScope): Record<string, string> {
  const windows = plan.gold.flatMap(({ kind, table }): [string, string][] => {
    const through = rebuilt.has(tableKey(table)) ? closed.get(table.name)?.toString() : before.closed[table.name]
    const closes = kind === 'window' || kind === 'interval'
    return closes && through !== undefined ? [[table.name, through]] : []
  })
  return Object.fromEntries(windows)
}

/** The plans whose rows still stand: none once every table was worked out anew. */
function pastAfter(change: PlanChange, scope: ChangeScope): Pick<Checkpoint, 'past'> {
  const { after, planHash, checkpoint, rebuild, history } = change
  if (history !== undefined) return history.length === 0 ? {} : { past: history }
  if ([...after.silver, ...after.gold].every(({ table }) => scope.rebuilt.has(tableKey(table)))) return {}
  // One plan alone: what is rebuilt is what its run gave.
  if (planHash === checkpoint.planHash && checkpoint.past === undefined) return {}
  const { planHash: hash, sources } = checkpoint
  return { past: [...(checkpoint.past ?? []), { planHash: hash, sources, ...(rebuild ? { rebuilt: rebuild } : {}) }] }
}

async function letGo({ epoch, store }: Instance, before: Checkpoint, after: Checkpoint): Promise<void> {
  await Promise.all(epoch.releases.map((release) => release()))
  await releaseState(store, before, after)
}
