import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, listSavepoints, openCheckpoints, REWIND_STEPS, SAVEPOINT_STEPS, STEPS } from '#engine'
import { openStore } from '#lake'
import type { BrokerConfig } from '#stream'
import { describeWithParts } from '../support/parts.ts'
import { lakeHashes } from '../support/lake-hashes.ts'
import { startKafka, type TestKafka } from '../support/kafka.ts'
import { fillTopic, openProcessBed, STRAIGHT, type ProcessBed, type ProcessBedOptions } from '../support/process-bed.ts'
import { temporaryFolder } from '../support/pipeline.ts'
import { seededRandom } from '../support/random.ts'
import { startVersitygw, type S3Server } from '../support/versitygw.ts'

/** Random kills per combination; `SMELT_KILLS` asks for more. */
const KILLS = Number(process.env.SMELT_KILLS ?? 6)
/** Far more than a bed reads, at a checkpoint for each hundred, before the last kill. */
const RECORDS = 10_000 + 500 * KILLS
const TIMEOUT_MS = 300_000 + KILLS * 10_000
const SEED = Number(process.env.SMELT_SEED ?? Date.now() % 1_000_000)

/** As large batches as the engine likes: the tables are the same, and what is proved is proved by the other runs. */
const TO_THE_END = ['--until-end', '--env', STRAIGHT]

/** Kills at every step of the checkpoint protocol, then at random instants, then lets the run finish. */
async function torture(bed: ProcessBed): Promise<void> {
  for (const step of STEPS) {
    const { code, output } = await bed.start(['--until-end'], { SMELT_CRASH_AT: `${step}:2` }).ended
    expect(code, `died at ${step}`).not.toBe(0)
    expect(output, step).not.toMatch(/internal\//)
  }
  const random = seededRandom(SEED)
  let amidst = 0
  for (let kill = 0; kill < KILLS; kill++) {
    const group = bed.start()
    if (kill % 2 === 0) await group.checkpointed
    await Promise.race([delay(random.below(kill % 2 === 0 ? 600 : 1_500)), group.ended])
    group.kill()
    await group.ended
    if ((await consumed(bed)) < RECORDS) amidst += 1
  }
  // A kill after the last record would prove little.
  expect(amidst, `kills with records left, seed ${SEED}`).toBeGreaterThan(KILLS / 2)
  const last = await bed.start(TO_THE_END).ended
  expect(last.code, last.output).toBe(0)
}

async function consumed(bed: ProcessBed): Promise<number> {
  const store = await openStore(bed.store)
  const checkpoint = await openCheckpoints(store, 'inventory-compliance').newest()
  await store.close()
  return checkpoint?.accounting.sources.inventory?.consumed ?? 0
}

/** The tables of a run that nothing disturbs. */
async function undisturbed(broker: BrokerConfig): Promise<Record<string, string>> {
  const bed = await openProcessBed({ broker, lake: { kind: 'folder' } })
  const { code, output } = await bed.start(TO_THE_END).ended
  expect(code, output).toBe(0)
  return lakeHashes(bed.store)
}

async function prove(options: ProcessBedOptions, tables: Record<string, string>): Promise<void> {
  const bed = await openProcessBed(options)
  await torture(bed)
  expect(await lakeHashes(bed.store), `seed ${SEED}`).toEqual(tables)
  const audit = await bed.smelt(['audit', 'acme/inventory-compliance', '--deep'])
  expect(audit.code, audit.output).toBe(0)
}

describe('a pipeline on the topic log that is killed again and again', () => {
  let folder: string
  let broker: BrokerConfig
  let known: Promise<Record<string, string>> | undefined
  const tables = (): Promise<Record<string, string>> => (known ??= undisturbed(broker))
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'smelt-test-'))
    broker = { kind: 'topic-log', path: path.join(folder, 'topics') }
    await fillTopic(broker, RECORDS)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it(
    'keeps a folder lake exact',
    async () => {
      await prove({ broker, lake: { kind: 'folder' } }, await tables())
    },
    TIMEOUT_MS,
  )

  describeWithParts(['s3'], 'on S3', ({ s3 }) => {
    let server: S3Server
    beforeAll(async () => void (server = await startVersitygw(s3 ?? '')))
    afterAll(() => server.stop())

    it(
      'keeps a lake in a bucket exact',
      async () => {
        const { kind, ...bucket } = await server.bucket()
        await prove({ broker, lake: { kind, ...bucket } }, await tables())
      },
      TIMEOUT_MS,
    )
  })
})

describe('a savepoint, and a way back to it, killed at every step', () => {
  it(
    'is there once, and the tables are those of a run that nothing disturbed',
    async () => {
      const broker = { kind: 'topic-log', path: path.join(await temporaryFolder(), 'topics') } as const
      await fillTopic(broker, 1_500)
      const tables = await undisturbed(broker)
      const bed = await openProcessBed({ broker, lake: { kind: 'folder' } })
      const store = await openStore(bed.store)
      const savepoints = async (): Promise<string[]> =>
        (await listSavepoints(store, 'inventory-compliance')).map(({ name }) => name)
      const die = async (step: string, ...args: readonly string[]): Promise<void> => {
        const { code, output } = await bed.start(['--until-end', ...args], { SMELT_CRASH_AT: `${step}:1` }).ended
        expect(code, `died at ${step}: ${output}`).not.toBe(0)
      }
      // What is asked waits until a run lives long enough, in the order in which it was asked.
      for (const [index, step] of SAVEPOINT_STEPS.entries()) {
        const request = { kind: 'savepoint', askedMs: index, by: 'ada', arguments: { name: `at-${step}` } }
        await ask(store, 'inventory-compliance', request)
        await die(step)
      }
      for (const step of REWIND_STEPS) {
        await die(step, '--from', `at-${SAVEPOINT_STEPS[0]}`)
        const next = await bed.start(TO_THE_END).ended
        expect(next.code, next.output).toBe(0)
      }
      expect((await savepoints()).sort()).toEqual(SAVEPOINT_STEPS.map((step) => `at-${step}`).sort())
      await store.close()
      expect(await lakeHashes(bed.store)).toEqual(tables)
      const audit = await bed.smelt(['audit', 'acme/inventory-compliance', '--deep'])
      expect(audit.code, audit.output).toBe(0)
    },
    TIMEOUT_MS,
  )
})

describeWithParts(['kafka', 's3'], 'a pipeline on Kafka that is killed again and again', ({ kafka, s3 }) => {
  let running: TestKafka
  let server: S3Server
  const broker = (): BrokerConfig => ({ kind: 'kafka', brokers: [running.bootstrap] })
  let known: Promise<Record<string, string>> | undefined
  const tables = (): Promise<Record<string, string>> => (known ??= undisturbed(broker()))
  beforeAll(async () => {
    running = await startKafka(kafka ?? '')
    server = await startVersitygw(s3 ?? '')
    await fillTopic(broker(), RECORDS)
  })
  afterAll(async () => {
    await running.stop()
    await server.stop()
  })

  it(
    'keeps a folder lake exact',
    async () => {
      await prove({ broker: broker(), lake: { kind: 'folder' } }, await tables())
    },
    TIMEOUT_MS,
  )

  it(
    'keeps a lake in a bucket exact',
    async () => {
      await prove({ broker: broker(), lake: await server.bucket() }, await tables())
    },
    TIMEOUT_MS,
  )
})
