import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openBroker } from '../dist/stream/index.js'
import { generateInventory } from '../dist/cli/demo/inventory-events.js'
import { findKafka, startKafka } from './kafka.mjs'

export const TOPIC = 'bench.inventory'
const PARTITIONS = 4
const SEED = 20_260_101

/**
 * Where the topics of a bench are: a Kafka broker of its own, or a topic log in a throw-away folder. `config` opens it,
 * `yaml` is how smelt.yaml names it. `wanted` is `kafka`, `topic-log`, or undefined for the first that can be had.
 */
export async function startTopics(wanted) {
  const jars = wanted === 'topic-log' ? undefined : await findKafka()
  if (jars === undefined) {
    if (wanted === 'kafka')
      throw new Error('Kafka is not installed: run `node test/setup/parts.mjs kafka` (needs Java and Maven)')
    const folder = await mkdtemp(path.join(tmpdir(), 'smelt-bench-topics-'))
    return {
      kind: 'topic log',
      config: { kind: 'topic-log', path: folder },
      yaml: `{ topic_log: ${JSON.stringify(folder)} }`,
      stop: () => rm(folder, { recursive: true, force: true }),
    }
  }
  const { bootstrap, stop } = await startKafka(jars)
  return {
    kind: 'Kafka',
    config: { kind: 'kafka', brokers: [bootstrap] },
    yaml: `{ kafka: { bootstrap: [${JSON.stringify(bootstrap)}] } }`,
    stop,
  }
}

/** Writes `records` inventory events into the topic, made anew. Resolves to what any pipeline must make of them. */
export async function loadTopic({ config }, records) {
  const broker = await openBroker(config)
  try {
    await broker.deleteTopic(TOPIC)
    await broker.createTopic(TOPIC, { partitions: PARTITIONS })
    const producer = await broker.producer()
    const events = generateInventory({ seed: SEED, records, partitions: PARTITIONS, batchRecords: 10_000 })
    for (const batch of events.batches) await producer.send(TOPIC, batch)
    await producer.close()
    return events.truth()
  } finally {
    await broker.close()
  }
}
