import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { generateInventory } from '../../runtime/cli/demo/inventory-events.ts'
import { startKafka } from '../support/kafka.ts'
import { describeWithParts } from '../support/parts.ts'
import { startVersitygw } from '../support/versitygw.ts'
import { runSmelt, startSmelt } from './support/child.ts'
import { project, write } from './support/project.ts'

const INSTANCE = 'acme/inventory-compliance'

/** Good reports of one day, one per line. */
function reports(seed: number, records: number): Buffer {
  const events = generateInventory({ seed, records, devices: 50, endMs: Date.now(), badShare: 0, lateShare: 0 })
  const lines = [...events.batches].flat().flatMap(({ value }) => (value === null ? [] : [value, Buffer.from('\n')]))
  return Buffer.concat(lines)
}

describeWithParts(['kafka', 's3'], 'the command line from Kafka to S3', (folders) => {
  it('produces, runs until SIGTERM, goes on, and reads everything back', async () => {
    const [kafka, s3] = await Promise.all([startKafka(folders['kafka'] ?? ''), startVersitygw(folders['s3'] ?? '')])
    onTestFinished(async () => {
      await Promise.all([kafka.stop(), s3.stop()])
    })
    const { bucket, accessKeyId = '', secretAccessKey = '' } = await s3.bucket()
    const folder = project()
    write(folder, {
      'smelt.yaml': `smelt: 1
default_environment: real
environments:
  real:
    broker: { kafka: { bootstrap: "${kafka.bootstrap}" } }
    lake:
      s3:
        bucket: ${bucket}
        prefix: "{tenant}"
        region: us-east-1
        endpoint: ${s3.endpoint}
        path_style: true
        access_key_id: \${secrets.S3_ACCESS_KEY_ID}
        secret_access_key: \${secrets.S3_SECRET_ACCESS_KEY}
    secrets: { folder: .smelt/secrets }
`,
      '.smelt/secrets/S3_ACCESS_KEY_ID': accessKeyId,
      '.smelt/secrets/S3_SECRET_ACCESS_KEY': `${secretAccessKey}\n`,
      'one.ndjson': reports(1, 700),
      'two.ndjson': reports(2, 300),
    })
    const done = async (args: readonly string[]): Promise<string> => {
      const { code, out, err } = await runSmelt(args, { folder })
      expect({ args, code, err }).toEqual({ args, code: 0, err: '' })
      expect(out).not.toContain(secretAccessKey)
      return out
    }
    const produced = await done(['produce', 'acme.inventory', '--file', 'one.ndjson', '--key', 'device_id', '--json'])
    expect(JSON.parse(produced)).toMatchObject({ created: true, records: 700, withoutKey: 0 })
    await done(['produce', 'acme.policy-rules', '--file', '/dev/null'])
    const running = startSmelt(['run', INSTANCE], { folder })
    await running.seen('"event":"checkpoint"')
    running.signal('SIGTERM')
    expect(await running.ended).toMatchObject({ code: 0, err: '' })
    await done(['produce', 'acme.inventory', '--file', path.join(folder, 'two.ndjson'), '--key', 'device_id'])
    expect(JSON.parse(await done(['status', '--json']))).toMatchObject([{ lag: 300 }, { checkpoint: null }])
    await done(['run', INSTANCE, '--until-end'])
    const counted = await done(['query', 'select count(*) as n from acme.bronze.inventory', '--json'])
    expect(JSON.parse(counted)).toEqual([{ n: 1_000 }])
    expect(JSON.parse(await done(['audit', INSTANCE, '--deep', '--json']))).toMatchObject({ closes: true })
    expect(JSON.parse(await done(['tables', '--json']))).toHaveLength(7)
    const applied = await done(['tenant', 'apply', 'acme'])
    expect(applied).toContain('topics: nothing to do\naccess: left as it is: the broker has no authorizer')
    expect(applied).toContain('quotas: set for acme: produce_per_second 20000000 bytes\n')
  }, 240_000)
})
