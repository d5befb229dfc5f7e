import {
  acceptedRelation,
  metRelation,
  refusedRelation,
  refuseSql,
  silverRelation,
  VERDICT,
  type SilverNode,
  type Verdict,
} from '#dialect/duckdb'
import { smeltError } from '#diagnostics'
import { addAccounting, addCounts, type Counts, type GoldAccount, type SilverAccount } from '../accounting.ts'
import { collectAlerts } from './collect-alerts.ts'
import type { Instance } from './instance.ts'
import { writeTable } from './write-table.ts'

/**
 * Shapes, checks, deduplicates and writes one silver table's rows of the batch, then folds them into gold state. Rows of
 * records that were read before (`again`) meet all versions that are known, and tell nothing of when those came.
 */
export async function processSilver(
  instance: Instance,
  table: SilverNode,
  { again = false }: { readonly again?: boolean } = {},
): Promise<SilverAccount> {
  const { session } = instance
  const name = table.plan.table.name
  await session.run(table.sql.shape)
  if (table.dedupe !== undefined) await deduplicate(instance, table)
  const account = await settleVerdicts(instance, table)
  await session.run(table.sql.accepted)
  if (account.rows > 0) await writeTable(instance, `silver.${name}`, acceptedRelation(name))
  if (table.dedupe !== undefined) await session.run(table.dedupe.remember)
  for (const window of table.windows) await foldWindow(instance, window)
  for (const latest of table.latest) await foldLatest(instance, latest)
  for (const asOf of table.asOf) await joinVersions(instance, asOf, again)
  return account
}

async function deduplicate(instance: Instance, table: SilverNode): Promise<void> {
  const { session } = instance
  const { dedupe } = table
  if (dedupe === undefined) return
  await session.run(dedupe.contest)
  if ((await session.count(dedupe.contested)) === 0) return
  await session.run(dedupe.againstState)
  while ((await session.count(dedupe.undecided)) > 0) await session.run(dedupe.round)
  await session.run(dedupe.mark)
}

async function settleVerdicts(instance: Instance, table: SilverNode): Promise<SilverAccount> {
  const { session } = instance
  const name = table.plan.table.name
  const silver = silverRelation(name)
  const account = { rows: 0, deduplicated: 0, quarantined: {} as Counts, filtered: {} as Counts, warned: {} as Counts }
  for (const { verdict: number, rows } of await session.rows(table.sql.counts)) {
    if (number === null) {
      account.rows = Number(rows)
      continue
    }
    const verdict = verdictOf(table.sql.verdicts, number)
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
        await session.run(refuseSql({ ...verdict, selection, table: `silver.${name}`, path: null }))
        break
      case 'fail':
        throw await checkFailed(instance, name, verdict.rule, selection)
    }
  }
  if (table.sql.warnings !== undefined) {
    const [row] = await session.rows(table.sql.warnings)
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

async function foldWindow(instance: Instance, window: SilverNode['windows'][number]): Promise<void> {
  const { session } = instance
  const { sql, plan } = window
  await session.run(instance.rebuild ? sql.refuseDeclared : sql.refuse)
  const quarantined = await refuseRows(instance, plan.table.name, sql.verdicts)
  const none = Object.keys(quarantined).length === 0
  await session.run(none ? sql.fold.all : sql.fold.withoutRefused)
  addGold(instance, plan.table.name, { rows: 0, quarantined })
}

async function foldLatest(instance: Instance, { sql, plan }: SilverNode['latest'][number]): Promise<void> {
  if (sql.refuse !== undefined) {
    const { name } = plan.table
    await instance.session.run(sql.refuse)
    addGold(instance, name, { rows: 0, quarantined: await refuseRows(instance, name, sql.verdicts) })
  }
  await instance.session.run(sql.fold)
}

/** Puts the batch beside the versions it meets and writes what the table receives. */
async function joinVersions(
  instance: Instance,
  { sql, plan }: SilverNode['asOf'][number],
  again: boolean,
): Promise<void> {
  const { session } = instance
  const { name } = plan.table
  if (!again) await session.run(sql.note)
  await session.run(instance.rebuild && !again ? sql.joinDeclared : sql.join)
  await session.run(sql.refuse)
  const quarantined = await refuseRows(instance, name, sql.verdicts)
  await session.run(sql.accepted)
  const rows = await session.count(`select count(*) from ${metRelation(name)}`)
  if (rows > 0) {
    await writeTable(instance, `gold.${name}`, metRelation(name))
    await collectAlerts(instance, name, metRelation(name))
  }
  addGold(instance, name, { rows, quarantined })
}

/** Sends what a gold table refuses to quarantine, and counts it by code. */
async function refuseRows(instance: Instance, name: string, verdicts: readonly Verdict[]): Promise<Counts> {
  const { session } = instance
  const refused = refusedRelation(name)
  let quarantined: Counts = {}
  for (const { verdict: number, rows } of await session.rows(
    `select verdict, count(*) as rows from ${refused} group by all`,
  )) {
    const verdict = verdictOf(verdicts, number)
    if (verdict.kind !== 'quarantine') continue
    quarantined = addCounts(quarantined, { [verdict.code]: Number(rows) })
    const selection = `select kafka_partition, kafka_offset from ${refused} where verdict = ${Number(number)}`
    await session.run(refuseSql({ ...verdict, selection, table: `gold.${name}`, path: null }))
  }
  return quarantined
}

function addGold(instance: Instance, name: string, account: GoldAccount): void {
  instance.epoch.change = addAccounting(instance.epoch.change, { sources: {}, gold: { [name]: account } })
}

function verdictOf(verdicts: readonly Verdict[], number: unknown): Verdict {
  const verdict = verdicts[Number(number)]
  if (verdict === undefined)
    throw smeltError('internal/bug', { detail: `verdict ${String(number)} is not in the program` })
  return verdict
}
