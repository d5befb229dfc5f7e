import { diagnostic, isSmeltError } from '#diagnostics'
import type { ObjectStore } from '#lake'
import type { Checkpoint } from '../checkpoint.ts'
import { answer, beginRequest, waitingRequests, type Outcome, type Request } from '../requests.ts'
import { checkSince, rebuildSince } from './rebuild-since.ts'
import { rebuildTables, type ApplyOptions } from '../change/apply-change.ts'
import type { TableDifference } from '../change/compare-tables.ts'
import { checkChange, type PlanChange } from '../change/find-change.ts'
import { findRebuild } from '../change/find-rebuild.ts'

/** The kind of request that asks for a rebuild; its arguments are a `RebuildWanted`. */
export const REBUILD_REQUEST = 'rebuild'
/** A rebuild that ended its process so often is not begun again: the instance has to run. */
const MOST_ATTEMPTS = 3

/** What is to be rebuilt. Plain JSON. */
export interface RebuildWanted {
  /** As people name them; all silver and gold tables when it is empty. */
  readonly tables: readonly string[]
  /** Only what the broker got then or later, milliseconds since the epoch; everything when it is left out. */
  readonly sinceMs?: number
  /** Rows of each kind to show of each table. */
  readonly samples: number
  /** Compares, and changes nothing. */
  readonly dryRun: boolean
  /** A person approved the plan of today for this rebuild alone. */
  readonly approved?: boolean
  /** The command line that asked, for the message that wants an approval. */
  readonly command?: string
}

/** What a rebuild changed, or would change. Plain JSON. */
export interface RebuildReport {
  readonly outcome: 'rebuilt' | 'to-rebuild'
  /** The checkpoint that swapped the tables. */
  readonly checkpoint?: number
  readonly tables: readonly TableDifference[]
  /** How long a running instance read no record for it. */
  readonly pausedMs?: number
}

/**
 * Rebuilds tables of an instance that does not run, by the plan of the options. checkpoint/none, checkpoint/unknown-table,
 * what `checkRebuild` throws, and what `rebuildTables` and `rebuildSince` do.
 */
export async function rebuildNow(options: ApplyOptions, wanted: RebuildWanted): Promise<RebuildReport> {
  const change = await findRebuild(options.store, options.plan, wanted.tables)
  await checkRebuild(options.store, change, wanted)
  let tables: readonly TableDifference[] = []
  const decide = (found: readonly TableDifference[]): boolean => {
    tables = found
    return !wanted.dryRun
  }
  const settings = { ...options, decide, samples: wanted.samples }
  const { checkpoint } =
    wanted.sinceMs === undefined
      ? await rebuildTables(settings, change)
      : await rebuildSince(settings, change, wanted.sinceMs)
  if (checkpoint === undefined) return { outcome: 'to-rebuild', tables }
  return { outcome: 'rebuilt', checkpoint: checkpoint.id, tables }
}

/**
 * Lets a rebuild pass that is exact, and safe or approved, or changes nothing: checkpoint/since-refused, checkpoint/needs-approval,
 * checkpoint/change-refused. Reads only.
 */
export async function checkRebuild(store: ObjectStore, change: PlanChange, wanted: RebuildWanted): Promise<void> {
  // First, as no approval helps.
  if (wanted.sinceMs !== undefined) await checkSince(store, change)
  const approved = change.approved || wanted.approved === true || wanted.dryRun
  checkChange({ ...change, approved }, wanted.command)
}

/**
 * Carries out the rebuilds that wait, for an instance that made room for them and has not begun to read. `cut` is the
 * checkpoint at which it stands. A rebuild that cannot be done is refused, and the instance runs; one whose process is killed is
 * begun again, which gives the same tables, but not for ever. Resolves to how many tables were swapped for.
 */
export async function answerRebuilds(options: ApplyOptions, cut: Checkpoint | undefined): Promise<number> {
  const { store, plan, clock } = options
  let swaps = 0
  for (const request of await waitingRequests(store, plan.pipeline)) {
    if (request.kind !== REBUILD_REQUEST) continue
    const outcome = await outcomeOf(options, request, cut)
    if (outcome.done && (outcome.result as RebuildReport).outcome === 'rebuilt') swaps++
    await answer(store, plan.pipeline, request, { answeredMs: clock(), outcome })
    options.step?.('request-answered')
  }
  return swaps
}

async function outcomeOf(options: ApplyOptions, request: Request, cut: Checkpoint | undefined): Promise<Outcome> {
  const { store, plan, clock } = options
  const attempts = await beginRequest(store, plan.pipeline, request)
  if (attempts > MOST_ATTEMPTS) {
    const told = { kind: request.kind, id: request.id, attempts: MOST_ATTEMPTS }
    return { done: false, problem: diagnostic('checkpoint/request-given-up', told) }
  }
  try {
    const report = await rebuildNow(options, wantedOf(request))
    const result: RebuildReport = cut === undefined ? report : { ...report, pausedMs: clock() - cut.createdMs }
    return { done: true, checkpoint: report.checkpoint ?? cut?.id ?? 0, result }
  } catch (error) {
    if (!isSmeltError(error)) throw error
    return { done: false, problem: error.diagnostic }
  }
}

function wantedOf({ arguments: given }: Request): RebuildWanted {
  const { tables, sinceMs, samples, dryRun, approved, command } = given
  return {
    tables: Array.isArray(tables) ? tables.filter((each) => typeof each === 'string') : [],
    ...(typeof sinceMs === 'number' ? { sinceMs } : {}),
    samples: typeof samples === 'number' ? samples : 0,
    dryRun: dryRun === true,
    approved: approved === true,
    ...(typeof command === 'string' ? { command } : {}),
  }
}
