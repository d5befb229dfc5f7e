import type { OutgoingRecord } from '#stream'
import { instantText } from './inventory-text.ts'

/** A policy rule from a moment on: what it demands, or that it ended. Times are Unix milliseconds. */
export type RuleVersion = {
  readonly ruleId: string
  readonly fromMs: number
} & ({ readonly ended: true } | Demand)

/** What a rule demands of the computers of an organisation. */
interface Demand {
  readonly ended?: false
  readonly org: string
  readonly minDiskFreePct?: number
  readonly encryptionRequired?: boolean
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/**
 * The rules of a day that ends at `endMs`, in the order of their times: some hold all along, one is tightened at noon,
 * one holds from six to six. Organisations without a rule may do as they like.
 */
export function policyRules(endMs: number): readonly RuleVersion[] {
  const day = endMs - DAY_MS
  const before = day - 18 * DAY_MS
  return [
    { ruleId: 'finance-baseline', org: 'finance', fromMs: before, minDiskFreePct: 5, encryptionRequired: true },
    { ruleId: 'legal-encryption', org: 'legal', fromMs: before, encryptionRequired: true },
    { ruleId: 'research-disk', org: 'research', fromMs: before, minDiskFreePct: 5 },
    { ruleId: 'sales-trial', org: 'sales', fromMs: day + 6 * HOUR_MS, minDiskFreePct: 8 },
    { ruleId: 'research-disk', org: 'research', fromMs: day + 12 * HOUR_MS, minDiskFreePct: 10 },
    { ruleId: 'sales-trial', fromMs: day + 18 * HOUR_MS, ended: true },
  ]
}

/** The rules as records of the topic `policy-rules`, keyed by their ids; the end of a rule is a record without a value. */
export function ruleRecords(rules: readonly RuleVersion[]): OutgoingRecord[] {
  return rules.map((rule) => ({
    key: Buffer.from(rule.ruleId),
    value: rule.ended === true ? null : Buffer.from(valueText(rule)),
    timestampMs: rule.fromMs,
    partition: 0,
  }))
}

function valueText(rule: Exclude<RuleVersion, { readonly ended: true }>): string {
  return JSON.stringify({
    rule_id: rule.ruleId,
    org: rule.org,
    effective_from: instantText(rule.fromMs),
    min_disk_free_pct: rule.minDiskFreePct,
    encryption_required: rule.encryptionRequired,
  })
}
