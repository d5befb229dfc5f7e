import path from 'node:path'
import { openBroker } from '#stream'
import { generateInventory } from '../../../runtime/cli/demo/inventory-events.ts'

/** Puts generated reports into the topics of a project. Their organisations have no policy rules. */
export async function sendEvents(folder: string, tenants: readonly string[], records: number, seed = 7): Promise<void> {
  const broker = await openBroker({ kind: 'topic-log', path: path.join(folder, '.smelt/topics') })
  const producer = await broker.producer()
  for (const tenant of tenants) {
    await broker.createTopic(`${tenant}.inventory`, { partitions: 4 })
    await broker.createTopic(`${tenant}.policy-rules`, { partitions: 1 })
    const events = generateInventory({ seed, records, devices: 50, endMs: Date.UTC(2026, 10, 20) })
    for (const batch of events.batches) await producer.send(`${tenant}.inventory`, batch)
  }
  await producer.close()
  await broker.close()
}
