import { openBroker } from '#stream'
import type { Environment } from '../environment.ts'
import { generateInventory } from './inventory-events.ts'
import type { InventoryTruth } from './inventory-truth.ts'
import { policyRules, ruleRecords } from './policy-rules.ts'

const PARTITIONS = 4

/** The day of the demo is always the same one, so that its tables are. */
const END_MS = Date.UTC(2026, 10, 20)

/** Each tenant is a company of its own kind. */
const TENANTS = [
  { tenant: 'acme', seed: 1, devices: 4_000, domain: 'acme.example' },
  { tenant: 'globex', seed: 2, devices: 3_000, domain: 'globex.example' },
] as const

/** The rules that each tenant holds its computers to. */
export const DEMO_RULES = policyRules(END_MS)

/**
 * Writes policy rules and a day of reports into the topics of each tenant; `onProgress` hears how many reports are there.
 * Resolves to what a pipeline must make of them, by tenant.
 */
export async function writeDemoEvents(
  environment: Environment,
  records: number,
  onProgress: (written: number) => void,
): Promise<ReadonlyMap<string, InventoryTruth>> {
  const broker = await openBroker(environment.broker())
  const truths = new Map<string, InventoryTruth>()
  let written = 0
  try {
    for (const { tenant, ...options } of TENANTS) {
      const topic = `${tenant}.inventory`
      await broker.createTopic(topic, { partitions: PARTITIONS })
      await broker.createTopic(`${tenant}.policy-rules`, { partitions: 1 })
      const producer = await broker.producer()
      await producer.send(`${tenant}.policy-rules`, ruleRecords(DEMO_RULES))
      const share = Math.round(records / TENANTS.length)
      const day = { records: share, partitions: PARTITIONS, endMs: END_MS, rules: DEMO_RULES }
      const events = generateInventory({ ...options, ...day })
      for (const batch of events.batches) {
        await producer.send(topic, batch)
        written += batch.length
        onProgress(written)
      }
      await producer.close()
      truths.set(tenant, events.truth())
    }
    return truths
  } finally {
    await broker.close()
  }
}
