import path from 'node:path'
import { quoteText } from '#dialect/duckdb'
import { openCatalog, openLocalizer, openStore, quoteName } from '#lake'
import type { Session } from '../embedded/session.ts'
import { readTable } from '../read-table.ts'
import { planTables, tableKey } from '../tables.ts'
import type { Plan, WindowPlan } from '#plan'
import type { AuditLine, AuditOptions, AuditReport, Uncompared } from './audit-report.ts'
import type { Live } from './open-live.ts'
import { runAgain, runHistory } from './run-again.ts'
import { uncomparedTables } from './uncompared.ts'

const CACHE_BYTES = 1 << 30

/**
 * Runs bronze through the pipeline again into a lake aside, and compares silver, gold and quarantine row by row. Plans that
 * ran before and whose rows may still stand run first, each as far as it did, and are taken over as they were. Which
 * windows were closed when is history and no function of bronze, so records that came for a closed window are taken
 * from quarantine, and windows that are still open are left out. Which versions a row could meet is history too: it is
 * taken from the state of the checkpoint. What is older than the newest row that expired from a table is left out too.
 * Sources that have lost records of bronze are left out, and so are their tables: see `uncomparedTables`.
 */
export async function compareRebuilt(
  options: AuditOptions,
  given: Live,
): Promise<Pick<AuditReport, 'uncompared'> & { readonly lines: AuditLine[] }> {
  const { plan } = options
  const { session, checkpoint, views } = given
  const uncompared = uncomparedTables(plan, { accounting: checkpoint.accounting, removed: given.removed })
  const live: Live = { ...given, partial: new Set(uncompared.map(({ source }) => source)) }
  const leftOut = new Set(uncompared.map(({ table }) => table))
  const store = await openStore({ kind: 'folder', path: path.join(options.scratch, 'rebuilt') })
  const after = await runHistory(options, store, live, checkpoint.past ?? [])
  await runAgain(options, store, live, { sources: checkpoint.sources, after })
  const catalog = openCatalog(store)
  const localizer = openLocalizer({
    store,
    folder: path.join(options.scratch, 'rebuilt-cache'),
    maxBytes: CACHE_BYTES,
  })
  const lines: AuditLine[] = []
  for (const { identifier, columns } of planTables(plan)) {
    if (identifier.layer === 'bronze') continue
    const key = tableKey(identifier)
    if (leftOut.has(key)) continue
    const rebuilt = await readTable(catalog, localizer, identifier)
    const names = columns.filter((column) => column.name !== 'kafka_headers').map(({ name }) => quoteName(name))
    const closed = checkpoint.closed[identifier.name]
    const gold = identifier.layer === 'gold' && plan.gold.find(({ table }) => table.name === identifier.name)
    const onlyClosed = gold && gold.kind === 'window' && gold.emit === 'on_close' ? closedRows(gold, closed) : 'true'
    const judged = identifier.layer === 'quarantine' ? judgedRows(uncompared) : 'true'
    const kept = `${keptRows(plan, key, live)} and ${judged}`
    const ours = `select ${names.join(', ')} from ${views.get(key) ?? ''} where ${kept}`
    const theirs = `select ${names.join(', ')} from (${rebuilt.sql}) where ${kept} and ${onlyClosed}`
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
  return { lines, uncompared }
}

/** The rows of quarantine that are refused by what is rebuilt. */
function judgedRows(uncompared: readonly Uncompared[]): string {
  const without = (column: string, names: readonly string[]): string =>
    `coalesce(${column} not in (${[...new Set(names)].map(quoteText).join(', ')}), true)`
  if (uncompared.length === 0) return 'true'
  const tables = without(
    'table_name',
    uncompared.map(({ table }) => table),
  )
  const sources = without(
    'source',
    uncompared.map(({ source }) => source),
  )
  return `${tables} and ${sources}`
}

/** The rows of a table that no retention has reached. */
function keptRows(plan: Plan, key: string, { removed }: Live): string {
  const beforeMs = removed.get(key)?.expiredBeforeMs ?? null
  const column = plan.retention?.find(({ table }) => tableKey(table) === key)?.column
  if (beforeMs === null || column === undefined) return 'true'
  return `coalesce(epoch_ms(${quoteName(column)}::timestamptz) >= ${beforeMs}, true)`
}

/** The rows of a window table whose windows are closed through `closed`; a session closes one gap after its end. */
function closedRows({ window }: WindowPlan, closed: string | undefined): string {
  const afterMs = window.kind === 'session' ? window.gapMs : 0
  return `epoch_us(window_end) + ${afterMs * 1000} <= ${closed ?? 'null'}`
}

function difference(session: Session, a: string, b: string): Promise<number> {
  return session.count(`select count(*) from ((${a}) except all (${b}))`)
}
