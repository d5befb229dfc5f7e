import path from 'node:path'
import { declaredLateRelation } from '#dialect/duckdb'
import { openLocalizer, openStore } from '#lake'
import type { Checkpoint } from '../checkpoint.ts'
import { closeInstance, openInstance } from '../embedded/open-instance.ts'
import { run } from '../embedded/run.ts'
import type { Session } from '../embedded/session.ts'
import { readTable } from '../read-table.ts'
import { planTables, tableKey } from '../tables.ts'
import type { AuditLine, AuditOptions } from './audit-report.ts'
import { openBronzeBroker } from './bronze-broker.ts'

const REBUILD_BATCH = { batchRows: 122_880, batchBytes: 64 << 20, checkpointEveryMs: 3_600_000 }
const CACHE_BYTES = 1 << 30

/**
 * Runs bronze through the pipeline again into a lake aside, and compares silver, gold and quarantine row by row. Which
 * windows were closed when is history and no function of bronze, so records that came for a closed window are taken
 * from quarantine, and windows that are still open are left out.
 */
export async function compareRebuilt(
  options: AuditOptions,
  live: { readonly session: Session; readonly checkpoint: Checkpoint; readonly views: ReadonlyMap<string, string> },
): Promise<AuditLine[]> {
  const { plan } = options
  const { session, checkpoint, views } = live
  const store = await openStore({ kind: 'folder', path: path.join(options.scratch, 'rebuilt') })
  const instance = await openInstance({ ...options, store, rebuild: true })
  try {
    await declareLate(instance.session, options, live)
    const topics = new Map(
      plan.sources.flatMap((source) => {
        const position = checkpoint.sources[source.name]
        const relation = views.get(`bronze.${source.name}`)
        return position && relation ? [[source.topic, { relation, position }] as const] : []
      }),
    )
    await run(instance, { ...REBUILD_BATCH, broker: openBronzeBroker(session, topics), untilEnd: true })
  } finally {
    await closeInstance(instance)
  }
  const localizer = await openLocalizer({
    store,
    folder: path.join(options.scratch, 'rebuilt-cache'),
    maxBytes: CACHE_BYTES,
  })
  const lines: AuditLine[] = []
  for (const { identifier, columns } of planTables(plan)) {
    if (identifier.layer === 'bronze') continue
    const key = tableKey(identifier)
    const rebuilt = await readTable(instance.catalog, localizer, identifier)
    const names = columns
      .filter((column) => column.name !== 'kafka_headers')
      .map((column) => `"${column.name.replaceAll('"', '""')}"`)
    const closed = checkpoint.closed[identifier.name]
    const isWindow = plan.gold.some(
      (gold) => gold.kind === 'window' && identifier.layer === 'gold' && gold.table.name === identifier.name,
    )
    const onlyClosed = isWindow ? ` where epoch_us(window_end) <= ${closed ?? 'null'}` : ''
    const ours = `select ${names.join(', ')} from ${views.get(key) ?? ''}`
    const theirs = `select ${names.join(', ')} from (${rebuilt.sql})${onlyClosed}`
    lines.push(
      {
        table: key,
        what: 'rows that a rebuild does not give',
        expected: 0,
        found: await difference(session, ours, theirs),
      },
      {
        table: key,
        what: 'rows that only a rebuild gives',
        expected: 0,
        found: await difference(session, theirs, ours),
      },
    )
    rebuilt.release()
  }
  await store.close()
  return lines
}

function difference(session: Session, a: string, b: string): Promise<number> {
  return session.count(`select count(*) from ((${a}) except all (${b}))`)
}

async function declareLate(
  target: Session,
  { plan }: AuditOptions,
  live: { readonly session: Session; readonly views: ReadonlyMap<string, string> },
): Promise<void> {
  for (const gold of plan.gold) {
    if (gold.kind !== 'window') continue
    const relation = declaredLateRelation(gold.table.name)
    await target.run(`create table ${relation}(kafka_partition bigint, kafka_offset bigint)`)
    const rows = await live.session.rows(`select kafka_partition, kafka_offset
      from ${live.views.get(tableKey({ layer: 'quarantine', name: plan.pipeline })) ?? ''}
      where code = 'record/late' and rule = 'closed' and table_name = 'gold.${gold.table.name.replaceAll("'", "''")}'`)
    for (let start = 0; start < rows.length; start += 1000) {
      const values = rows
        .slice(start, start + 1000)
        .map((row) => `(${String(row.kafka_partition)}, ${String(row.kafka_offset)})`)
      await target.run(`insert into ${relation} values ${values.join(', ')}`)
    }
  }
}
