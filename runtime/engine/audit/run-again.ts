import {
  declaredArrivalsRelation,
  declaredKnownRelation,
  declaredLateJoined,
  declaredLateRelation,
  quoteText,
} from '#dialect/duckdb'
import type { ObjectStore } from '#lake'
import type { Plan } from '#plan'
import { applyChange } from '../change/apply-change.ts'
import { findChange } from '../change/find-change.ts'
import { findRebuild } from '../change/find-rebuild.ts'
import type { Checkpoint, MovedRows, PastPlan } from '../checkpoint.ts'
import { closeInstance, openInstance } from '../embedded/open-instance.ts'
import { run } from '../embedded/run.ts'
import type { Session } from '../embedded/session.ts'
import { readState } from '../embedded/state-files.ts'
import { readPlan } from '../plan-store.ts'
import { moveAgain } from '../quarantine/move-alone.ts'
import { joinedSources, tableKey } from '../tables.ts'
import type { AuditOptions } from './audit-report.ts'
import { openBronzeBroker } from './bronze-broker.ts'
import type { Live } from './open-live.ts'

const REBUILD_BATCH = { batchRows: 122_880, batchBytes: 64 << 20, checkpointEveryMs: 3_600_000 }

/**
 * Runs the plans of the past into a lake aside, each as far as it did, and lets each be taken over as it was. Resolves to the
 * last of them, which today's plan takes over from.
 */
export async function runHistory(
  options: AuditOptions,
  store: ObjectStore,
  live: Live,
  history: readonly PastPlan[],
): Promise<PastPlan | undefined> {
  let after: PastPlan | undefined
  for (const [index, past] of history.entries()) {
    const stored = await readPlan(options.store, options.plan.pipeline, past.planHash)
    const ran = { ...options, plan: stored.plan, references: new Map(Object.entries(stored.references)) }
    const closeThrough = closedThen(history.slice(index))
    await runAgain(ran, store, live, { sources: past.sources, after, closeThrough })
    await moveRows(ran, store, live, past.moved)
    after = past
  }
  return after
}

/**
 * How far windows were closed, by what was to come: rows that were moved out of quarantine met those that were open then, and
 * none was closed where tables were rebuilt since a time.
 */
function closedThen(history: readonly PastPlan[]): Checkpoint['closed'] | undefined {
  const moved = history.find((each) => each.moved !== undefined)?.moved?.closed
  return moved ?? (history.some(({ kept }) => kept === true) ? {} : undefined)
}

/** Brings the lake aside to where a plan stood at the given positions, taking over from the one before as it did. */
export async function runAgain(
  options: AuditOptions,
  store: ObjectStore,
  live: Live,
  {
    sources,
    after,
    closeThrough,
  }: {
    readonly sources: Checkpoint['sources']
    readonly after: PastPlan | undefined
    /** Windows close no further: rows that come after were or are to be taken by those that were open. */
    readonly closeThrough?: Checkpoint['closed'] | undefined
  },
): Promise<void> {
  const { plan } = options
  const engine = { ...options, store }
  const change = after?.rebuilt ? await findRebuild(store, plan, after.rebuilt) : await findChange(store, plan)
  if (change !== undefined) await applyChange(engine, after?.kept === true ? { ...change, keep: true } : change)
  const closedLive = new Map(
    Object.entries(closeThrough ?? live.checkpoint.closed).map(([name, through]) => [name, BigInt(through)]),
  )
  const instance = await openInstance({ ...engine, rebuild: true, closedLive })
  try {
    await declareLate(instance.session, options, live)
    await declareKnown(instance.session, options, live.checkpoint)
    const topics = new Map(
      plan.sources.flatMap(({ name, topic }) => {
        const position = sources[name]
        if (position === undefined) return []
        // A source that is no longer read has no table that is compared, so its records may be left out.
        const relation = live.partial?.has(name) === true ? undefined : live.views.get(`bronze.${name}`)
        return [
          [topic, relation ? { relation, position } : { relation: '', position: { ...position, partitions: {} } }],
        ]
      }),
    )
    const last = sources === live.checkpoint.sources
    const broker = openBronzeBroker(live.session, topics)
    const settings = { ...REBUILD_BATCH, broker, untilEnd: true, keepWindows: !last }
    await run(instance, closeThrough === undefined ? settings : { ...settings, closeThrough })
  } finally {
    await closeInstance(instance)
  }
}

/** Takes the same rows out of the quarantine aside that were taken out of the live one. */
async function moveRows(
  options: AuditOptions,
  store: ObjectStore,
  live: Live,
  moved: MovedRows | undefined,
): Promise<void> {
  if (moved === undefined) return
  const columns = 'source, table_name, kafka_partition, kafka_offset'
  await moveAgain(
    { ...options, store },
    {
      action: moved.action,
      where: `exists (from moved_rows moved where ${columns
        .split(', ')
        .map((each) => `moved.${each} is not distinct from refused.${each}`)
        .join(' and ')})`,
      async prepare(instance) {
        await declareLate(instance.session, options, live)
        const files = { base: moved.rows, deltas: [] }
        await readState({ store: options.store, scratch: instance.scratch }, files, (rows) =>
          instance.session.run(`create temp table moved_rows as select ${columns} from ${rows}`),
        )
      },
    },
  )
}

async function declareLate(
  target: Session,
  { plan }: AuditOptions,
  live: Pick<Live, 'session' | 'views' | 'decided'>,
): Promise<void> {
  for (const gold of plan.gold) {
    const { name } = gold.table
    if (gold.kind === 'window') await declareLateOf(target, { plan, table: name }, live, declaredLateRelation(name))
    if (gold.kind !== 'interval') continue
    for (const source of joinedSources(plan, gold))
      await declareLateOf(target, { plan, table: name, source }, live, declaredLateJoined(name, source))
  }
}

/** Tells a rebuild which records a gold table refused because of what was closed; of one source, where it has two. */
async function declareLateOf(
  target: Session,
  { plan, table, source }: { readonly plan: Plan; readonly table: string; readonly source?: string },
  live: Pick<Live, 'session' | 'views' | 'decided'>,
  relation: string,
): Promise<void> {
  await target.run(`create table ${relation}(kafka_partition bigint, kafka_offset bigint, missed bigint)`)
  const rows = await live.session
    .rows(`select kafka_partition, kafka_offset, coalesce(try_cast(split_part(rule, ':', 2) as bigint), 1) as missed
      from ${live.views.get(tableKey({ layer: 'quarantine', name: plan.pipeline })) ?? ''}
      where code = 'record/late' and split_part(rule, ':', 1) = 'closed' and table_name = ${quoteText(`gold.${table}`)}
      and (${live.decided ?? 'true'}) ${source === undefined ? '' : `and source = ${quoteText(source)}`}`)
  for (let start = 0; start < rows.length; start += 1000) {
    const values = rows
      .slice(start, start + 1000)
      .map((row) => `(${String(row.kafka_partition)}, ${String(row.kafka_offset)}, ${String(row.missed)})`)
    await target.run(`insert into ${relation} values ${values.join(', ')}`)
  }
}

async function declareKnown(target: Session, options: AuditOptions, { state }: Checkpoint): Promise<void> {
  const place = 'kafka_partition, kafka_offset'
  const declare = async (relation: string, number: string, files: string, column: string): Promise<void> => {
    await target.run(`create table ${relation}(kafka_partition integer, kafka_offset bigint, ${number} bigint)`)
    await readState(options, state[files], (rows) =>
      target.run(`insert into ${relation} select ${place}, ${column} from ${rows}`),
    )
  }
  for (const { name, versionedBy } of options.plan.sources)
    if (versionedBy !== undefined)
      await declare(declaredArrivalsRelation(name), 'arrived', `versions.${name}`, '_arrived')
  for (const { kind, table } of options.plan.gold)
    if (kind === 'as-of') await declare(declaredKnownRelation(table.name), 'known', `as-of.${table.name}`, 'known')
}
