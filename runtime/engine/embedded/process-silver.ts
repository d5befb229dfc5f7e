import {
  acceptedRelation,
  metRelation,
  quoteText,
  refusedRelation,
  refuseSql,
  silverRelation,
  VERDICT,
  type SilverNode,
  type Verdict,
} from '#dialect/duckdb'
import { smeltError } from '#diagnostics'
import { addAccounting, addCounts, type Counts, type GoldAccount, type SilverAccount } from '../accounting.ts'
import type { Batch } from './batch.ts'
import { collectAlerts } from './collect-alerts.ts'
import { viewSql, type Instance } from './instance.ts'
import { writeTable } from './write-table.ts'

/**
 * Shapes, checks, deduplicates and writes one silver table's rows of the batch, then folds them into gold state. A step
 * that nothing is left for is not taken: most batches of a quiet topic need few.
 */
export async function processSilver(instance: Instance, table: SilverNode, batch: Batch): Promise<SilverAccount> {
  const { session } = instance
  const { sql, dedupe, plan } = table
  const { name } = plan.table
  await deduplicate(instance, table)
  const account = await settleVerdicts(instance, table, batch)
  const none = account.rows === 0
  if (!none) {
    session.later(viewSql(instance, acceptedRelation(name), sql.accepted))
    await writeTable(instance, `silver.${name}`, acceptedRelation(name), account.rows)
    const folds = await refuseSome(instance, table, batch)
    session.later([...(dedupe === undefined ? [] : [dedupe.remember]), ...folds])
  }
  for (const asOf of table.asOf) await joinVersions(instance, asOf, batch, none)
  return account
}

/** Shapes the rows, and finds the duplicates among them. */
async function deduplicate({ session }: Instance, { sql, dedupe }: SilverNode): Promise<void> {
  if (dedupe === undefined) return session.run(sql.shape)
  const [contested] = await session.rows([sql.shape, ...dedupe.contest, dedupe.contested])
  if (Number(contested?.rows) === 0) return
  if (contested?.remembered === true) session.later([dedupe.againstState])
  while ((await session.count([dedupe.round, dedupe.undecided])) > 0);
  session.later([dedupe.mark])
}

async function settleVerdicts(
  instance: Instance,
  { plan, sql }: SilverNode,
  { refusals }: Batch,
): Promise<SilverAccount> {
  const { session } = instance
  const { name } = plan.table
  const silver = silverRelation(name)
  const account = { rows: 0, deduplicated: 0, quarantined: {} as Counts, filtered: {} as Counts, warned: {} as Counts }
  for (const { verdict: number, rows } of await session.rows(sql.counts)) {
    if (number === null) {
      account.rows = Number(rows)
      continue
    }
    const verdict = verdictOf(sql.verdicts, number)
    const selection = `select kafka_partition, kafka_offset from ${silver} where ${VERDICT} = ${Number(number)}`
    switch (verdict.kind) {
      case 'deduplicated':
        account.deduplicated = Number(rows)
        break
      case 'filtered':
        account.filtered = addCounts(account.filtered, { [verdict.rule]: Number(rows) })
        break
      case 'quarantine':
        account.quarantined = addCounts(account.quarantined, { [verdict.code]: Number(rows) })
        refusals.push(refuseSql({ ...verdict, selection, table: `silver.${name}`, path: null }))
        break
      case 'fail':
        throw await checkFailed(instance, name, verdict.rule, selection)
    }
  }
  if (sql.warnings !== undefined) {
    const [row] = await session.rows(sql.warnings)
    account.warned = Object.fromEntries(Object.entries(row ?? {}).map(([check, rows]) => [check, Number(rows)]))
  }
  return account
}

/** That the check is false for the first record of a selection. */
export async function checkFailed(instance: Instance, table: string, check: string, selection: string): Promise<Error> {
  const [first] = await instance.session.rows(`${selection} order by all limit 1`)
  return smeltError('checkpoint/check-failed', {
    check,
    table: `silver.${table}`,
    partition: Number(first?.kafka_partition),
    offset: String(first?.kafka_offset),
  })
}

/** Lists the rows that windows and latest tables refuse, and gives the statements that fold the others in. */
async function refuseSome(instance: Instance, { windows, latest }: SilverNode, batch: Batch): Promise<string[]> {
  const refused = await askRefused(instance, [
    ...windows
      .filter((window) => mayRefuse(instance, window, batch))
      .map(({ plan, sql }) => ({
        name: plan.table.name,
        sql: [instance.rebuild ? sql.refuseDeclared : sql.refuse],
      })),
    ...latest.flatMap(({ plan, sql }) => (sql.refuse ? [{ name: plan.table.name, sql: [sql.refuse] }] : [])),
  ])
  const settle = (name: string, verdicts: readonly Verdict[]): boolean => {
    const quarantined = listRefused(name, verdicts, refused.get(name) ?? [], batch)
    addGold(instance, name, { rows: 0, quarantined })
    return Object.keys(quarantined).length > 0
  }
  return [
    ...windows.map(({ plan, sql }) => (settle(plan.table.name, sql.verdicts) ? sql.fold.withoutRefused : sql.fold.all)),
    ...latest.map(({ plan, sql }) => {
      if (sql.refuse !== undefined) settle(plan.table.name, sql.verdicts)
      return sql.fold
    }),
  ]
}

/**
 * Whether a window table may refuse rows of the batch. Every window ends after the event times in it, so no row is late
 * while none lies further behind than the watermark, and none before what is closed.
 */
function mayRefuse(
  instance: Instance,
  { plan, sql }: SilverNode['windows'][number],
  { source, times }: Batch,
): boolean {
  if (sql.overflows || instance.rebuild) return true
  const closed = instance.closed.get(plan.table.name)
  const behind = times.behind !== undefined && times.behind > BigInt(source.plan.watermarkMs) * 1000n
  return behind || (closed !== undefined && times.oldest !== undefined && times.oldest < closed)
}

/** Puts the batch beside the versions it meets and writes what the table receives. */
async function joinVersions(
  instance: Instance,
  { sql, plan }: SilverNode['asOf'][number],
  batch: Batch,
  none: boolean,
): Promise<void> {
  const { name } = plan.table
  const again = batch.again === true
  const note = again ? [] : [sql.note]
  if (none) {
    // What records know of versions is noted for those without a row too: another plan may give them one.
    await instance.session.runAll(note)
    addGold(instance, name, { rows: 0, quarantined: {} })
    return
  }
  const join = instance.rebuild && !again ? sql.joinDeclared : sql.join
  const met = metRelation(name)
  const statements = [...note, join, sql.refuse, ...viewSql(instance, met, sql.accepted)]
  const found = (await askRefused(instance, [{ name, sql: statements, met }])).get(name) ?? []
  const rows = found.find(({ verdict }) => verdict === MET)?.rows ?? 0
  const refused = found.filter(({ verdict }) => verdict !== MET)
  if (rows > 0) {
    await writeTable(instance, `gold.${name}`, met, rows)
    await collectAlerts(instance, name, met)
  }
  addGold(instance, name, { rows, quarantined: listRefused(name, sql.verdicts, refused, batch) })
}

/** Stands where a verdict is, beside the number of rows that a joined table receives. */
const MET = -1

/** What a gold table makes of a batch: statements, the last of which fill its refused rows, and the rows it receives. */
interface Asked {
  readonly name: string
  readonly sql: readonly string[]
  readonly met?: string
}

interface Found {
  readonly verdict: number
  readonly rows: number
}

/** Runs what gold tables ask, as one call. Resolves to what each refuses by verdict, and receives by `MET`. */
async function askRefused({ session }: Instance, asked: readonly Asked[]): Promise<Map<string, Found[]>> {
  const found = new Map<string, Found[]>()
  if (asked.length === 0) return found
  const counts = asked.flatMap(({ name, met }) => [
    `select ${quoteText(name)} as name, verdict, count(*) as rows from ${refusedRelation(name)} group by all`,
    ...(met === undefined ? [] : [`select ${quoteText(name)}, ${MET}, count(*) from ${met}`]),
  ])
  const rows = await session.rows([...asked.flatMap(({ sql }) => sql), counts.join(' union all ')])
  for (const row of rows) {
    const name = String(row.name)
    found.set(name, [...(found.get(name) ?? []), { verdict: Number(row.verdict), rows: Number(row.rows) }])
  }
  return found
}

/** Lists what a gold table refuses for quarantine, and counts it by code. */
export function listRefused(
  name: string,
  verdicts: readonly Verdict[],
  found: readonly Found[],
  { refusals }: Batch,
): Counts {
  let quarantined: Counts = {}
  for (const { verdict: number, rows } of found) {
    const verdict = verdictOf(verdicts, number)
    if (verdict.kind !== 'quarantine') continue
    quarantined = addCounts(quarantined, { [verdict.code]: rows })
    const selection = `select kafka_partition, kafka_offset from ${refusedRelation(name)} where verdict = ${number}`
    refusals.push(refuseSql({ ...verdict, selection, table: `gold.${name}`, path: null }))
  }
  return quarantined
}

/** Adds to the books of a gold table. */
export function addGold(instance: Instance, name: string, account: GoldAccount): void {
  instance.epoch.change = addAccounting(instance.epoch.change, { sources: {}, gold: { [name]: account } })
}

function verdictOf(verdicts: readonly Verdict[], number: unknown): Verdict {
  const verdict = verdicts[Number(number)]
  if (verdict === undefined)
    throw smeltError('internal/bug', { detail: `verdict ${String(number)} is not in the program` })
  return verdict
}
