import type { Accounting, LakeQuery, OutboxBooks } from '#engine'
import { total } from '#engine'
import { accountingText } from '../accounting-text.ts'
import { quarantinedByCode } from '../instance/checkpoint-log.ts'
import { withLakes, withQuery } from '../lakes.ts'
import type { Host } from '../host.ts'
import { tableFacts, type TableFacts } from '../table-facts.ts'
import { bytesText, tableText } from '../table-text.ts'
import { countText } from '#telemetry'
import type { AlertReceiver } from './alert-receiver.ts'
import { alertDifferences, readRules, rulesText, type RuleReport } from './demo-alerts.ts'
import { DEMO_RULES } from './demo-events.ts'
import type { DemoProject } from './demo-project.ts'
import { contentHash, quarantineSql, quotedTable, sample } from './demo-tables.ts'
import type { InventoryTruth } from './inventory-truth.ts'

/** What the demo shows when all is written. */
export interface DemoReport {
  readonly tables: readonly (TableFacts & { readonly content_hash: string })[]
  /** By instance. */
  readonly accounting: Readonly<Record<string, Accounting>>
  /** Violations of policy rules and their alerts, of every tenant. */
  readonly rules: readonly RuleReport[]
  /** What is not as it was generated; nothing, if all is well. */
  readonly differences: readonly string[]
}

const WIDTH = 150
const GOLD_ROWS = 3

/** Reads everything back from the lake, and writes it for people unless `quiet`. */
export async function reportDemo(
  host: Host,
  demo: DemoProject,
  made: { readonly truths: ReadonlyMap<string, InventoryTruth>; readonly receiver: AlertReceiver },
  quiet: boolean,
): Promise<DemoReport> {
  const { project, environment } = demo
  const say = (text: string): void => {
    if (!quiet) host.stdout.write(text)
  }
  const facts = await withLakes(project, environment, async (lakes) =>
    (await Promise.all(lakes.map(tableFacts))).flat(),
  )
  const books = await readBooks(demo)
  const accounting = Object.fromEntries([...books].map(([instance, each]) => [instance, each.accounting]))
  return withQuery(host, { project, environment }, async (query) => {
    const tables = []
    for (const each of facts) tables.push({ ...each, content_hash: await contentHash(query, each.table) })
    say(`\nTables\n\n${tablesText(tables)}`)
    say('\nWhere every record went\n')
    for (const [instance, each] of books) say(`\n${instance}\n${accountingText(each.accounting, '  ')}`)
    const found = await compare(query, books, made)
    say(`\nViolations of policy rules, and who was told\n\n${rulesText(found.rules, made.receiver)}`)
    await sayRows(query, tables, say)
    return { tables, accounting, ...found }
  })
}

/** Holds books, violations and alerts to what was generated. */
async function compare(
  query: LakeQuery,
  books: ReadonlyMap<string, Books>,
  { truths, receiver }: Parameters<typeof reportDemo>[2],
): Promise<Pick<DemoReport, 'rules' | 'differences'>> {
  const rules: RuleReport[] = []
  const differences: string[] = []
  for (const [tenant, truth] of truths) {
    const own = [...books].find(([instance]) => instance.startsWith(`${tenant}/`))?.[1]
    const received = receiver.received(tenant)
    const found = await readRules(query, tenant, received)
    const dropped = own?.outbox?.sinks['search']?.dropped ?? 0
    rules.push(...found)
    const wrong = [
      ...countDifferences(own?.accounting, truth),
      ...alertDifferences(found, received, truth.violations, dropped),
    ]
    differences.push(...wrong.map((each) => `${tenant}: ${each}`))
  }
  if (receiver.turnedAway() > 0) differences.push(`${receiver.turnedAway()} alerts were not signed`)
  return { rules, differences }
}

async function sayRows(query: LakeQuery, tables: readonly TableFacts[], say: (text: string) => void): Promise<void> {
  for (const { table } of tables.filter((each) => each.table.includes('.quarantine.'))) {
    const { columns, rows } = await sample(query, quarantineSql(table))
    say(`\n${table}, by code with the first of each\n\n`)
    say(
      tableText(
        columns.map(({ name }) => ({ name, right: name === 'records' })),
        rows,
        WIDTH,
      ),
    )
  }
  for (const { table } of tables.filter((each) => each.table.includes('.gold.'))) {
    const { columns, rows } = await sample(query, `select * from ${quotedTable(table)} order by all limit ${GOLD_ROWS}`)
    say(`\n${table}, first rows\n\n${tableText(columns, rows, WIDTH)}`)
  }
}

function tablesText(tables: DemoReport['tables']): string {
  const columns = [
    { name: 'table' },
    { name: 'rows', right: true },
    { name: 'files', right: true },
    { name: 'size', right: true },
    { name: 'snapshot' },
    { name: 'content hash' },
  ]
  const rows = tables.map((each) => [
    each.table,
    countText(each.rows),
    countText(each.data_files + each.delete_files),
    bytesText(each.bytes),
    each.snapshot ?? 'none yet',
    each.content_hash,
  ])
  return tableText(columns, rows)
}

interface Books {
  readonly accounting: Accounting
  readonly outbox: OutboxBooks | undefined
}

/** By instance. */
async function readBooks({ project, environment }: DemoProject): Promise<ReadonlyMap<string, Books>> {
  const { openCheckpoints, outboxSince } = await import('#engine')
  return withLakes(project, environment, async (lakes) => {
    const books = new Map<string, Books>()
    for (const { tenant, store } of lakes) {
      for (const { pipeline } of project.loaded.instances.filter((each) => each.tenant.key === tenant)) {
        const newest = await openCheckpoints(store, pipeline).newest()
        if (newest === undefined) continue
        const outbox = await outboxSince(store, newest)
        books.set(`${tenant}/${pipeline}`, { accounting: newest.accounting, outbox })
      }
    }
    return books
  })
}

/** The generator knows what it made: every count must be its own. */
function countDifferences(books: Accounting | undefined, truth: InventoryTruth): string[] {
  const source = books?.sources['inventory']
  const silver = source?.silver['devices']
  const expected: readonly (readonly [string, number, number | undefined])[] = [
    ['records consumed', truth.records, source?.consumed],
    ['policy rules consumed', DEMO_RULES.length, books?.sources['policy_rules']?.consumed],
    ['rows in silver.devices', truth.silver, silver?.rows],
    ['records deduplicated', truth.deduplicated, silver?.deduplicated],
    ['records filtered', truth.filtered, total(silver?.filtered ?? {})],
    ['rows in gold.fleet_health', truth.gold.fleet_health, books?.gold['fleet_health']?.rows],
    ...Object.entries({ ...truth.quarantined, 'record/late': truth.late.fleet_health }).map(
      ([code, count]) => [`records quarantined as ${code}`, count, quarantinedByCode(books)[code] ?? 0] as const,
    ),
  ]
  return expected
    .filter(([, wanted, found]) => wanted !== found)
    .map(([what, wanted, found]) => `${what}: ${found ?? 'none'}, but ${wanted} were generated`)
}
