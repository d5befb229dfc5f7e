import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compileContract, createExplainer, type Explainer } from '#contract'
import { BAD_KINDS } from '../../../runtime/cli/demo/bad-inventory.ts'
import {
  generateInventory,
  type InventoryOptions,
  type InventoryRecord,
} from '../../../runtime/cli/demo/inventory-events.ts'
import { type InventoryTruth, RULES } from '../../../runtime/cli/demo/inventory-truth.ts'
import { policyRules, ruleRecords } from '../../../runtime/cli/demo/policy-rules.ts'

const END_MS = Date.parse('2026-11-21T00:00:00Z')
const PIPELINE = new URL('../../../pipelines/inventory-compliance/', import.meta.url)
const MAX_RECORD_BYTES = 1024 * 1024
const DAY_RULES = policyRules(END_MS)

function generate(options: Partial<InventoryOptions> = {}): { records: InventoryRecord[]; truth: InventoryTruth } {
  const events = generateInventory({ seed: 1, records: 20_000, endMs: END_MS, ...options })
  const records = [...events.batches].flat()
  return { records, truth: events.truth() }
}

function digest(records: readonly InventoryRecord[]): string {
  const hash = createHash('sha256')
  for (const { key, value, timestampMs, partition } of records) {
    hash.update(`${String(key)} ${value?.length ?? -1} ${timestampMs} ${partition} `).update(value ?? '')
  }
  return hash.digest('hex')
}

async function contractOfPipeline(name = 'inventory'): Promise<Explainer> {
  const file = new URL(`contracts/${name}.schema.json`, PIPELINE)
  const { contract } = compileContract({ file: file.pathname, text: readFileSync(file, 'utf8') })
  if (contract === undefined) throw new Error('the contract does not compile')
  return createExplainer(contract, { maxRecordBytes: MAX_RECORD_BYTES })
}

interface Parsed {
  readonly event_id: string
  readonly device_id: string
  readonly org: string
  readonly os: string
  readonly reported_at: string
  readonly disk: { readonly free_gb: number; readonly total_gb: number }
  readonly encrypted: boolean
}

interface ParsedRule {
  readonly org: string
  readonly effective_from: string
  readonly min_disk_free_pct?: number
  readonly encryption_required?: boolean
}

/** Ids of the rules that a report breaks, judged from the bytes of the rules' topic. */
function brokenRules(row: Parsed): string[] {
  const newest = new Map<string, { fromMs: number; rule: ParsedRule | undefined }>()
  for (const { key, value, timestampMs = 0 } of ruleRecords(DAY_RULES)) {
    const rule = value === null ? undefined : (JSON.parse(String(value)) as ParsedRule)
    const fromMs = rule === undefined ? timestampMs : Date.parse(rule.effective_from)
    const before = newest.get(String(key))?.fromMs ?? -Infinity
    if (fromMs <= Date.parse(row.reported_at) && fromMs >= before) newest.set(String(key), { fromMs, rule })
  }
  return [...newest].flatMap(([id, { rule }]) => {
    if (rule?.org !== row.org) return []
    const full = rule.min_disk_free_pct !== undefined && sharePct(row) < rule.min_disk_free_pct
    return full || (rule.encryption_required === true && !row.encrypted) ? [id] : []
  })
}

function sharePct({ disk }: Parsed): number {
  return (100 * disk.free_gb) / disk.total_gb
}

/** Judges the records from their bytes alone, each by looking back over all earlier ones of its topic partition. */
function judge(records: readonly InventoryRecord[], explain: Explainer): Omit<InventoryTruth, 'kinds'> {
  const quarantined: Record<string, number> = {}
  const counts = { silver: 0, deduplicated: 0, late: 0, warned: 0 }
  const earlier = new Map<number, { timeMs: number; silverId: string | undefined }[]>()
  const [groups, devices, alerts] = [new Set<string>(), new Set<string>(), new Set<string>()]
  const byRule: Record<string, number> = {}
  const add = (code: string): number => (quarantined[code] = (quarantined[code] ?? 0) + 1)
  for (const record of records) {
    const verdict = explain(record.value)
    if (!verdict.ok) {
      add(verdict.code)
      continue
    }
    const row = JSON.parse(String(record.value)) as Parsed
    const timeMs = Date.parse(row.reported_at)
    if (timeMs - record.timestampMs > 3_600_000) {
      add('record/future-event-time')
      continue
    }
    const before = earlier.get(record.partition) ?? []
    earlier.set(record.partition, before)
    const newest = before.reduce((most, each) => Math.max(most, each.timeMs), -Infinity)
    const known = before.some((each) => each.silverId === row.event_id && Math.abs(each.timeMs - timeMs) <= 86_400_000)
    const entry = { timeMs, silverId: undefined as string | undefined }
    before.push(entry)
    if (newest - timeMs > 7 * 86_400_000) add('record/too-old')
    else if (row.disk.free_gb > row.disk.total_gb) add('record/check-failed')
    else if (known) counts.deduplicated += 1
    else {
      entry.silverId = row.event_id
      counts.silver += 1
      devices.add(row.device_id.toLowerCase())
      for (const rule of brokenRules(row)) {
        byRule[rule] = (byRule[rule] ?? 0) + 1
        alerts.add(`${row.device_id.toLowerCase()} ${rule} ${timeMs}`)
      }
      if (row.os === 'chromeos') counts.warned += 1
      const end = new Date(timeMs).setUTCMinutes(60, 0, 0)
      if (end <= newest - 300_000) counts.late += 1
      else groups.add(`${end} ${row.org} ${row.os}`)
    }
  }
  return {
    records: records.length,
    silver: counts.silver,
    deduplicated: counts.deduplicated,
    filtered: 0,
    quarantined,
    late: { fleet_health: counts.late },
    warned: { os_known: counts.warned },
    gold: { fleet_health: groups.size, device_status: devices.size },
    violations: { byRule, alerts },
  }
}

describe('generateInventory', () => {
  it('gives the same bytes for the same options, whatever the batch size', () => {
    const first = generate()
    expect(digest(generate({ batchRecords: 7 }).records)).toBe(digest(first.records))
    expect(generate().truth).toEqual(first.truth)
    expect(digest(generate({ seed: 2 }).records)).not.toBe(digest(first.records))
  })

  it('tells a truth that a judge of the bytes alone comes to as well', async () => {
    const explain = await contractOfPipeline()
    const broken = new Set<string>()
    for (const seed of [1, 2, 3]) {
      const { records, truth } = generate({
        seed,
        records: 4000,
        devices: 200,
        badShare: 0.1,
        copyShare: 0.05,
        lateShare: 0.05,
        rules: DAY_RULES,
      })
      for (const rule of Object.keys(truth.violations.byRule)) broken.add(rule)
      const { kinds, ...rest } = truth
      expect(judge(records, explain)).toEqual(rest)
      expect(Object.values(kinds).reduce((sum, each) => sum + each, 0)).toBe(records.length)
    }
    expect([...broken].sort()).toEqual([...new Set(DAY_RULES.map(({ ruleId }) => ruleId))].sort())
  })

  it('closes the books', () => {
    const { truth } = generate()
    const refused = Object.values(truth.quarantined).reduce((sum, each) => sum + each, 0)
    expect(truth.silver + truth.deduplicated + truth.filtered + refused).toBe(truth.records)
  })

  it('keeps the shares it was asked for', () => {
    const { records, truth } = generate({ records: 50_000 })
    const bad = BAD_KINDS.reduce((sum, { name }) => sum + (truth.kinds[name] ?? 0), 0)
    expect(records.length).toBe(50_000)
    expect(Math.abs(bad / 50_000 - 0.02)).toBeLessThan(0.0025)
    expect(Math.abs((truth.kinds.copy ?? 0) / 50_000 - 0.01)).toBeLessThan(0.0015)
    expect(truth.deduplicated).toBe(truth.kinds.copy)
    expect(Math.abs((truth.kinds['held back'] ?? 0) / 50_000 - 0.005)).toBeLessThan(0.001)
    expect(Math.abs(truth.late.fleet_health / 50_000 - 0.0045)).toBeLessThan(0.001)
    const bytes = records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0)
    expect(bytes / 50_000).toBeGreaterThan(280)
    expect(bytes / 50_000).toBeLessThan(345)
    for (const { name } of BAD_KINDS) expect(truth.kinds[name], name).toBeGreaterThan(0)
  })

  it('has each kind of bad record refused with the code it names', async () => {
    const explain = await contractOfPipeline()
    const [{ value } = { value: null }] = generate({ records: 1, badShare: 0, copyShare: 0, lateShare: 0 }).records
    const text = String(value)
    expect(explain(value)).toMatchObject({ ok: true })
    const random = { unit: () => 0.5, below: (end: number) => Math.floor(end / 2), word: () => 1 }
    for (const { name, code, spoil } of BAD_KINDS) {
      if (spoil === undefined || code === 'record/check-failed') continue
      expect(explain(spoil(text, random)), name).toMatchObject({ ok: false, code })
    }
  })

  it('sends every record of a key to one topic partition, in order of arrival, up to the end of the day', () => {
    const { records } = generate({ partitions: 3 })
    const partitions = new Map<string, number>()
    let last = END_MS - 86_400_000
    for (const { key, partition, timestampMs } of records) {
      expect(partition).toBe(partitions.get(String(key)) ?? partition)
      partitions.set(String(key), partition)
      expect(timestampMs).toBeGreaterThanOrEqual(last)
      last = timestampMs
    }
    expect(last).toBeLessThan(END_MS)
    expect(new Set(partitions.values())).toEqual(new Set([0, 1, 2]))
  })

  it('follows the settings of the shipped pipeline', () => {
    const yaml = readFileSync(new URL('pipeline.yaml', PIPELINE), 'utf8')
    expect(yaml).toContain(`watermark: ${RULES.watermarkMs / 60_000}m`)
    expect(yaml).toContain(`tumbling: ${RULES.windowMs / 3_600_000}h`)
    expect(yaml).not.toMatch(/max_ahead|horizon|max_skew/)
  })

  it('holds computers to rules that the contract takes, and to none unasked', async () => {
    const explain = await contractOfPipeline('policy-rule')
    const values = ruleRecords(DAY_RULES).map(({ value }) => value)
    expect(values.filter((value) => value !== null && !explain(value).ok)).toEqual([])
    expect(values).toContain(null)
    expect(generate({ records: 1000 }).truth.violations).toEqual({ byRule: {}, alerts: new Set() })
  })

  it('refuses to tell the truth before its records were taken', () => {
    expect(() => generateInventory({ seed: 1, records: 10 }).truth()).toThrow(/before all records were taken/)
  })
})
