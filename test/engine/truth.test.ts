import { describe, expect, it } from 'vitest'
import { generateInventory } from '../../runtime/cli/demo/inventory-events.ts'
import { policyRules, ruleRecords } from '../../runtime/cli/demo/policy-rules.ts'
import { openBed } from '../support/pipeline.ts'
import { shippedPipeline } from '../support/shipped.ts'

const RECORDS = 30_000

describe('the shipped pipeline on generated inventories', () => {
  it('accounts for every record by kind, exactly as the generator knows them', async () => {
    const bed = await openBed(shippedPipeline(), { partitions: 4 })
    const endMs = Date.UTC(2026, 10, 20)
    const rules = policyRules(endMs)
    const events = generateInventory({ seed: 42, records: RECORDS, devices: 500, endMs, rules })
    await bed.send('policy_rules', ruleRecords(rules))
    for (const batch of events.batches) await bed.send('inventory', batch)
    const checkpoint = await bed.run({ batchRows: 4_096, checkpointEveryMs: 500 })
    const truth = events.truth()
    const account = checkpoint?.accounting.sources.inventory
    const silver = account?.silver.devices
    const gold = checkpoint?.accounting.gold
    const quarantined: Record<string, number> = { ...account?.quarantined, ...silver?.quarantined }

    expect(account?.consumed).toBe(RECORDS)
    expect(quarantined).toEqual(truth.quarantined)
    expect(silver?.rows).toBe(truth.silver)
    expect(silver?.deduplicated).toBe(truth.deduplicated)
    expect(silver?.filtered).toEqual({})
    expect(silver?.warned).toEqual(truth.warned)
    expect(gold?.fleet_health).toEqual({
      rows: truth.gold.fleet_health,
      quarantined: { 'record/late': truth.late.fleet_health },
    })
    expect(gold?.device_status?.rows).toBe(truth.gold.device_status)
    const violations = await bed.rows('gold.violations', ['rule_id'])
    expect(truth.violations.alerts.size).toBeGreaterThan(100)
    for (const [rule, rows] of Object.entries(truth.violations.byRule))
      expect(violations.filter((each) => each.rule_id === rule).length, rule).toBe(rows)
    expect(gold?.violations?.rows).toBe(violations.length)
    expect((await bed.audit(true)).lines.filter((line) => line.expected !== line.found)).toEqual([])
  }, 120_000)
})
