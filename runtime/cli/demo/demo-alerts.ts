import type { LakeQuery } from '#engine'
import { countText } from '#telemetry'
import { tableText } from '../table-text.ts'
import type { AlertReceiver, ReceivedAlert, ReceivedAlerts } from './alert-receiver.ts'
import { quotedTable, sample } from './demo-tables.ts'
import type { ViolationTruth } from './violation-truth.ts'

/** The violations of one policy rule, and who was told of them. */
export interface RuleReport {
  readonly tenant: string
  readonly rule: string
  readonly org: string
  /** Rows of `gold.violations`. */
  readonly violations: number
  /** Alerts that the webhook has, each once. */
  readonly alerts: number
  /** Documents in the index. */
  readonly documents: number
}

/** Counts the violations of a tenant by rule, beside what was received of each. */
export async function readRules(query: LakeQuery, tenant: string, received: ReceivedAlerts): Promise<RuleReport[]> {
  const table = quotedTable(`${tenant}.gold.violations`)
  const { rows } = await sample(
    query,
    `select rule_id, min(org), count(*) from ${table} group by rule_id order by rule_id`,
  )
  return rows.map(([rule = '', org = '', violations]) => ({
    tenant,
    rule,
    org,
    violations: Number(violations),
    alerts: countOf(received.hook, rule),
    documents: countOf(received.index, rule),
  }))
}

/** The same as a table for people. */
export function rulesText(rules: readonly RuleReport[], receiver: AlertReceiver): string {
  const columns = [
    { name: 'tenant' },
    { name: 'rule' },
    { name: 'organisation' },
    { name: 'violations', right: true },
    { name: 'alerts received', right: true },
    { name: 'in the index', right: true },
  ]
  const rows = rules.map((each) => [
    each.tenant,
    each.rule,
    each.org,
    ...[each.violations, each.alerts, each.documents].map(countText),
  ])
  const tenants = [...new Set(rules.map(({ tenant }) => tenant))]
  const repeated = tenants.reduce((sum, tenant) => sum + receiver.received(tenant).repeated, 0)
  const again = `${countText(repeated)} came again, which a receiver knows by their ids`
  return `${tableText(columns, rows)}\nEvery alert was signed; ${again}.\n`
}

/**
 * What of violations and alerts is not as it was generated. `dropped` are documents that a full backlog gave up, of which
 * the books tell; the webhook misses none.
 */
export function alertDifferences(
  rules: readonly RuleReport[],
  { hook, index }: ReceivedAlerts,
  truth: ViolationTruth,
  dropped: number,
): string[] {
  const found = Object.fromEntries(rules.map(({ rule, violations }) => [rule, violations]))
  const names = [...new Set([...Object.keys(truth.byRule), ...Object.keys(found)])]
  const counts: (readonly [string, number, number])[] = [
    ...names.map((rule) => [`violations of ${rule}`, truth.byRule[rule] ?? 0, found[rule] ?? 0] as const),
    ['ids of alerts', truth.alerts.size, hook.size],
    ['violations that nobody was told of', 0, missing(truth, hook)],
    ['alerts of no violation', 0, unknown(truth, hook)],
    ['violations that are not in the index', dropped, Math.max(dropped, missing(truth, index))],
    ['documents of no violation', 0, unknown(truth, index)],
  ]
  return counts
    .filter(([, wanted, had]) => wanted !== had)
    .map(([what, wanted, had]) => `${what}: ${had}, but ${wanted} were generated`)
}

function countOf(alerts: ReadonlyMap<string, ReceivedAlert>, rule: string): number {
  return [...alerts.values()].filter((each) => each.rule === rule).length
}

function missing({ alerts }: ViolationTruth, received: ReadonlyMap<string, ReceivedAlert>): number {
  const keys = new Set([...received.values()].map(({ key }) => key))
  return [...alerts].filter((each) => !keys.has(each)).length
}

function unknown({ alerts }: ViolationTruth, received: ReadonlyMap<string, ReceivedAlert>): number {
  return [...received.values()].filter(({ key }) => !alerts.has(key)).length
}
