import { Readable } from 'node:stream'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRecordColumns, openBroker } from '#stream'
import { smelt } from '../support/buffer-host.ts'
import { project, write } from '../support/project.ts'

const TOPICS = '.smelt/topics'

/** Every record of a topic, by topic partition, as key and value bytes. */
async function readAll(
  folder: string,
  topic: string,
): Promise<{ partition: number; key: string | null; value: Buffer }[]> {
  const broker = await openBroker({ kind: 'topic-log', path: path.join(folder, TOPICS) })
  try {
    const from = await broker.offsets(topic, 'earliest')
    const until = await broker.offsets(topic, 'latest')
    const reader = await broker.open(topic, from)
    const columns = createRecordColumns({ rows: 100_000, bytes: 1 << 22 })
    const total = [...until.values()].reduce((sum, each) => sum + Number(each), 0)
    while (columns.count < total) {
      const result = await reader.read(columns, { rows: total, bytes: 1 << 26, deadlineMs: 5_000, until })
      expect(result.ok).toBe(true)
    }
    await reader.close()
    const bytesAt = (start: number | undefined, length: number | undefined): Buffer | null =>
      start === undefined || length === undefined || length < 0
        ? null
        : Buffer.from(columns.bytes.subarray(start, start + length))
    return Array.from({ length: columns.count }, (_, index) => ({
      partition: Number(columns.partition[index]),
      key: bytesAt(columns.keyStart[index], columns.keyLength[index])?.toString() ?? null,
      value: bytesAt(columns.valueStart[index], columns.valueLength[index]) ?? Buffer.from('null'),
    }))
  } finally {
    await broker.close()
  }
}

describe('smelt produce', () => {
  it('creates the topic and sends each line as the bytes it is', async () => {
    const lines = [Buffer.from('{"device_id":"d1"}'), Buffer.from([0x7b, 0xff, 0xfe]), Buffer.from('not json')]
    const folder = project()
    write(folder, { 'in.ndjson': Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\r\n\n')])) })
    const { code, out } = await smelt(['produce', 'acme.inventory', '--file', 'in.ndjson', '--partitions', '1'], {
      folder,
    })
    expect(code).toBe(0)
    expect(out).toBe('created the topic and sent 3 records (29 bytes) to acme.inventory\n')
    const records = await readAll(folder, 'acme.inventory')
    expect(records.map(({ value }) => value)).toEqual(lines)
    expect(records.map(({ key }) => key)).toEqual([null, null, null])
  })

  it('keys by a field, and says how many lines had none', async () => {
    const folder = project()
    const lines = [
      '{"id":"a"}',
      '{"id":7}',
      '{"id":true}',
      '{"id":12345678901234567890}',
      '{"id":{}}',
      '{}',
      '[1]',
      'x',
    ]
    const stdin = Readable.from([Buffer.from(lines.join('\n'))])
    const args = ['produce', 'acme.inventory', '--file', '-', '--key', 'id', '--json']
    const { out } = await smelt(args, { folder, stdin })
    expect(JSON.parse(out)).toEqual({ topic: 'acme.inventory', created: true, records: 8, bytes: 71, withoutKey: 5 })
    const records = await readAll(folder, 'acme.inventory')
    expect(records.flatMap(({ key }) => key ?? []).sort()).toEqual(['7', 'a', 'true'])
  })

  it('sends lines that come in pieces, and more than one batch, in order', async () => {
    const folder = project()
    const text = Array.from({ length: 12_345 }, (_, index) => `{"n":${index}}`).join('\n')
    const bytes = Buffer.from(text)
    const pieces = Array.from({ length: Math.ceil(bytes.length / 777) }, (_, index) =>
      bytes.subarray(index * 777, (index + 1) * 777),
    )
    const args = ['produce', 'acme.inventory', '--file', '-', '--partitions', '1']
    const { code } = await smelt(args, { folder, stdin: Readable.from(pieces) })
    expect(code).toBe(0)
    const records = await readAll(folder, 'acme.inventory')
    expect(records.map(({ value }) => value.toString()).join('\n')).toBe(text)
  })

  it('refuses a tenant that is not there, and shows the nearest', async () => {
    const { code, err } = await smelt(['produce', 'acne.inventory', '--file', '-'], { folder: project() })
    expect(code).toBe(1)
    expect(err).toContain('Did you mean `acme`?')
  })

  it('warns of a topic that no pipeline reads', async () => {
    const { code, err } = await smelt(['produce', 'acme.inventry', '--file', '-'], { folder: project() })
    expect(code).toBe(0)
    expect(err).toContain('warning[cli/unread-topic]')
    expect(err).toContain('Did you mean `acme.inventory`?')
  })

  it.each([
    [['produce', 'acme', '--file', '-'], 2],
    [['produce', 'acme.', '--file', '-'], 2],
    [['produce', 'acme.inventory', '--file', '-', '--partitions', '0'], 2],
    [['produce', 'acme.inventory', '--file', 'nothing.ndjson'], 1],
  ])('refuses %j', async (args, exit) => {
    const { code, err } = await smelt(args, { folder: project() })
    expect(code).toBe(exit)
    expect(err).toMatch(/error\[cli\/(bad-usage|unreadable-file)\]/)
  })
})
