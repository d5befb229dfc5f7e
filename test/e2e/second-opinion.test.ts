import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSession, planTables, readTable, tableKey } from '#engine'
import { openCatalog, openLocalizer, openStore, type StoreConfig } from '#lake'
import { generateInventory } from '../../runtime/cli/demo/inventory-events.ts'
import { policyRules, ruleRecords } from '../../runtime/cli/demo/policy-rules.ts'
import { describeWithParts } from '../support/parts.ts'
import { openBed, temporaryFolder } from '../support/pipeline.ts'
import { readWithDuckdbIceberg, readWithPyIceberg, type ForeignS3 } from '../support/readers.ts'
import { shippedPipeline } from '../support/shipped.ts'
import { startVersitygw, type S3Server } from '../support/versitygw.ts'

/** Per table: counts and sums over columns that every reader sums alike. */
const QUESTIONS: Readonly<Record<string, string>> = {
  'bronze.inventory': 'count(*), sum(kafka_offset), count(kafka_key), count(kafka_value)',
  'bronze.policy_rules': 'count(*), sum(kafka_offset), count(kafka_key), count(kafka_value)',
  'silver.devices':
    'count(*), sum(kafka_offset), count(os_eol), count(distinct user_ref), cast(sum(cast(disk_free_pct as decimal(18, 6))) as varchar), sum(epoch_us(reported_at))',
  'gold.fleet_health':
    'count(*), sum(reports), sum(devices), cast(sum(cast(avg_cpu_pct as decimal(18, 6))) as varchar), sum(epoch_us(window_start))',
  'gold.device_status': 'count(*), count(distinct device_id), sum(kafka_offset), sum(epoch_us(reported_at))',
  'gold.violations':
    'count(*), count(distinct device_id), sum(kafka_offset), sum(rule_kafka_offset), sum(epoch_us(rule_effective_from))',
  'quarantine.inventory-compliance': 'count(*), sum(kafka_offset), count(distinct code), count(table_name)',
}

/** Runs the shipped pipeline into the store over several checkpoints, so that the latest table has position deletes. */
async function fill(config: StoreConfig): Promise<Record<string, { location: string; answer: (string | null)[] }>> {
  const store = await openStore(config)
  const bed = await openBed(shippedPipeline(), { store, partitions: 4 })
  const endMs = Date.UTC(2026, 10, 20)
  await bed.send('policy_rules', ruleRecords(policyRules(endMs)))
  for (const batch of generateInventory({ seed: 5, records: 6_000, devices: 150, endMs }).batches)
    await bed.send('inventory', batch)
  await bed.run({ batchRows: 1_500, checkpointEveryMs: 0 })
  const folder = await temporaryFolder()
  const session = await openSession({ memoryLimitBytes: 512 << 20, threads: 2, spill: `${folder}/spill` })
  const localizer = openLocalizer({ store, folder: `${folder}/cache`, maxBytes: 1 << 30 })
  const catalog = openCatalog(store)
  const answers: Record<string, { location: string; answer: (string | null)[] }> = {}
  for (const { identifier } of planTables(bed.plan)) {
    const key = tableKey(identifier)
    const rows = await readTable(catalog, localizer, identifier)
    if (key === 'gold.device_status') expect(rows.plan.tasks.some((task) => task.deletes.length > 0)).toBe(true)
    const [row] = await session.rows(
      `select columns(*)::varchar from (select ${QUESTIONS[key] ?? ''} from (${rows.sql}))`,
    )
    answers[key] = { location: rows.table.location, answer: Object.values(row ?? {}) as (string | null)[] }
  }
  session.close()
  return answers
}

async function compare(folder: string, config: StoreConfig, s3?: ForeignS3): Promise<void> {
  const ours = await fill(config)
  const reads = Object.entries(ours).map(([key, { location }]) => ({
    table: location,
    select: `select ${QUESTIONS[key] ?? ''} from t`,
  }))
  for (const [reader, ask] of [
    ['PyIceberg', readWithPyIceberg],
    ['DuckDB iceberg', readWithDuckdbIceberg],
  ] as const) {
    const answers = await ask(folder, reads, s3)
    for (const [index, [key, { answer }]] of Object.entries(ours).entries()) {
      expect(answers[index]?.rows[0], `${reader} reads ${key}`).toEqual(answer)
    }
  }
}

describeWithParts(['pyiceberg'], 'tables of the shipped pipeline, read by others', ({ pyiceberg }) => {
  it('are the same in a folder', async () => {
    await compare(pyiceberg ?? '', { kind: 'folder', path: `${await temporaryFolder()}/lake` })
  }, 240_000)

  describeWithParts(['s3'], 'on S3', ({ s3 }) => {
    let server: S3Server
    beforeAll(async () => void (server = await startVersitygw(s3 ?? '')))
    afterAll(() => server.stop())

    it('are the same in a bucket', async () => {
      const config = await server.bucket()
      const { endpoint = '', region = 'us-east-1', accessKeyId = '', secretAccessKey = '' } = config
      await compare(pyiceberg ?? '', config, { endpoint, region, accessKeyId, secretAccessKey })
    }, 240_000)
  })
})
