import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBroker, type OutgoingRecord } from '#stream'
import { PACKAGE_FOLDER, smelt } from '../cli/support/buffer-host.ts'
import { write } from '../cli/support/project.ts'
import { readGoldenCase } from '../support/golden-case.ts'

// `plan/base` is a project that runs over forty orders; each other folder changes it by `input.diff`, and holds in
// `expected.txt` what the command of its `case.txt` says then. UPDATE_GOLDEN=1 writes what is found; read it as
// behaviour before committing it.
const FOLDER = path.join(import.meta.dirname, 'plan')
const BASE = path.join(FOLDER, 'base')
const cases = readdirSync(FOLDER).filter((name) => name !== 'base')

let folder = ''

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'smelt-plan-'))
  layOut(BASE)
  write(folder, { 'secrets/PII_KEY': 'a key\n' })
  const broker = await openBroker({ kind: 'topic-log', path: path.join(folder, 'topics') })
  const producer = await broker.producer()
  for (const topic of ['acme.orders', 'acme.all-orders']) await broker.createTopic(topic, { partitions: 2 })
  await producer.send(
    'acme.orders',
    Array.from({ length: 40 }, (_, index) => order(index)),
  )
  await producer.close()
  await broker.close()
  execFileSync(process.execPath, [path.join(PACKAGE_FOLDER, 'bin', 'smelt.cjs'), 'run', 'acme', '--until-end'], {
    cwd: folder,
    stdio: 'pipe',
  })
}, 60_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Orders of which each fifth comes from a channel that the contract does not know. */
function order(index: number): OutgoingRecord {
  const time = Date.UTC(2026, 10, 20, 10) + index * 60_000
  const value = {
    order_id: `order-${index}`,
    ordered_at: new Date(time).toISOString(),
    country: ['ch', 'de', 'fr', 'it'][index % 4],
    items: index % 6,
    channel: ['web', 'shop', 'test', 'web', 'app'][index % 5],
    email: `customer-${index % 7}@example.com`,
    amount: `${index}.50`,
  }
  return { key: null, value: Buffer.from(JSON.stringify(value)), timestampMs: time + 1_000, partition: index % 2 }
}

/** Puts the project of a case in the place of the one before. */
function layOut(from: string): readonly string[] {
  const { files, command = [] } = readGoldenCase(from, BASE)
  for (const name of ['tenants', 'pipelines']) rmSync(path.join(folder, name), { recursive: true, force: true })
  write(folder, Object.fromEntries(files))
  return command
}

async function planOf(name: string): Promise<string> {
  const command = layOut(path.join(FOLDER, name))
  const { code, out, err } = await smelt(command, { folder, temporaryFolder: path.join(folder, 'tmp') })
  return `$ smelt ${command.join(' ')}\nexit ${code}\n\n${redacted(out + err)}`
}

/** Hashes change with any part of a plan, file sizes with the writer. */
function redacted(text: string): string {
  return text.replace(/\b[0-9a-f]{64}\b/g, '<plan hash>').replace(/\([\d.]+ (?:B|KiB)\)/g, '(<size>)')
}

/** Every file below the lake, with its size and time of change. A reader leaves the empty folder of its leases behind. */
function lakeFiles(): string[] {
  const lake = path.join(folder, 'lake')
  return readdirSync(lake, { recursive: true, encoding: 'utf8' })
    .sort()
    .flatMap((file) => {
      const stat = statSync(path.join(lake, file))
      return stat.isDirectory() ? [] : [`${file} ${stat.size} ${stat.mtimeMs}`]
    })
}

describe('smelt plan', () => {
  it.each(cases)('%s', async (name) => {
    const before = lakeFiles()
    const found = await planOf(name)
    const file = path.join(FOLDER, name, 'expected.txt')
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, found)
    expect(found).toBe(readFileSync(file, 'utf8'))
    // Whatever it says, it only reads.
    expect(lakeFiles()).toEqual(before)
  })
})
