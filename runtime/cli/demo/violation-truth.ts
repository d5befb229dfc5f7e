import type { RuleVersion } from './policy-rules.ts'

/** A report that reaches silver, as far as rules look at it. */
export interface JudgedReport {
  /** As silver spells it. */
  readonly deviceId: string
  readonly org: string
  readonly eventMs: number
  readonly diskFreePct: number
  readonly encrypted: boolean
}

/** What must come of a day under policy rules. */
export interface ViolationTruth {
  /** Rows of `gold.violations`, by rule. */
  readonly byRule: Readonly<Record<string, number>>
  /** Every alert once, by `alertKey`. */
  readonly alerts: ReadonlySet<string>
}

/** One text for the columns that make the id of an alert. */
export function alertKey(deviceId: string, ruleId: string, reportedMs: number): string {
  return `${deviceId} ${ruleId} ${reportedMs}`
}

/**
 * Holds each report to the version of each rule that held at its time: the one with the newest time at or before it, the
 * later one of two with the same time. All versions are known from the start.
 */
export function followViolations(rules: readonly RuleVersion[]): {
  observe(report: JudgedReport): void
  truth(): ViolationTruth
} {
  const histories = new Map<string, RuleVersion[]>()
  for (const rule of [...rules].sort((a, b) => a.fromMs - b.fromMs)) {
    histories.set(rule.ruleId, [...(histories.get(rule.ruleId) ?? []), rule])
  }
  const byRule: Record<string, number> = {}
  const alerts = new Set<string>()
  return {
    observe(report) {
      for (const [ruleId, history] of histories) {
        const rule = history.findLast(({ fromMs }) => fromMs <= report.eventMs)
        if (rule === undefined || !isBroken(rule, report)) continue
        byRule[ruleId] = (byRule[ruleId] ?? 0) + 1
        alerts.add(alertKey(report.deviceId, ruleId, report.eventMs))
      }
    },
    truth: () => ({ byRule, alerts }),
  }
}

function isBroken(rule: RuleVersion, { org, diskFreePct, encrypted }: JudgedReport): boolean {
  if (rule.ended === true || rule.org !== org) return false
  return diskFreePct < (rule.minDiskFreePct ?? -Infinity) || (rule.encryptionRequired === true && !encrypted)
}
