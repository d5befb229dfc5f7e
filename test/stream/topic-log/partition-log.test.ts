import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRecordColumns, openBroker, type Broker, type OutgoingRecord } from '#stream'
import { must, readAll } from '../../conformance/broker.ts'

describe('a log of many segments', () => {
  let root: string
  let broker: Broker

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'smelt-segments-'))
    broker = await openBroker({ kind: 'topic-log', path: root, segmentBytes: 400_000 })
    await broker.createTopic('t', { partitions: 1 })
    const producer = await broker.producer()
    for (let send = 0; send < 60; send++) await producer.send('t', records(send * 100, 100))
    await producer.close()
  })

  afterEach(async () => {
    await broker.close()
    await rm(root, { recursive: true, force: true })
  })

  function records(from: number, count: number): OutgoingRecord[] {
    return Array.from({ length: count }, (_, index) => ({
      key: Buffer.from(String(from + index)),
      value: Buffer.alloc(300),
      partition: 0,
    }))
  }

  async function segments(): Promise<string[]> {
    return (await readdir(path.join(root, 't', '0'))).filter((name) => name.endsWith('.log')).sort()
  }

  it('is one sequence of offsets, also from anywhere in it', async () => {
    expect((await segments()).length).toBeGreaterThan(4)
    expect((await readAll(broker, 't')).records.map((record) => record.key)).toEqual(
      Array.from({ length: 6000 }, (_, index) => String(index)),
    )
    const reader = await broker.open('t', new Map([[0, 0n]]))
    const columns = createRecordColumns({ rows: 10, bytes: 10_000 })
    for (let from = 5999n; from >= 0n; from -= 317n) {
      reader.seek(0, from)
      columns.clear()
      must(await reader.read(columns, { rows: 1, bytes: 10_000, deadlineMs: 5000, until: new Map([[0, 6000n]]) }))
      expect(columns.offset[0]).toBe(from)
    }
    await reader.close()
  })

  it('does not need its index, and does not believe a wrong one', async () => {
    const folder = path.join(root, 't', '0')
    for (const name of (await readdir(folder)).filter((each) => each.endsWith('.index'))) {
      // Entries that point into the middle of batches, and past the end.
      const wrong = Buffer.alloc(32, 0)
      wrong.writeUInt32BE(1, 0)
      wrong.writeUInt32BE(1234, 4)
      wrong.writeUInt32BE(2, 8)
      wrong.writeUInt32BE(0xffff_ffff, 12)
      await writeFile(path.join(folder, name), wrong)
    }
    expect((await readAll(broker, 't', {}, new Map([[0, 4321n]]))).records[0]?.key).toBe('4321')
    for (const name of (await readdir(folder)).filter((each) => each.endsWith('.index')))
      await rm(path.join(folder, name))
    expect((await readAll(broker, 't', {}, new Map([[0, 1234n]]))).records[0]?.key).toBe('1234')
    expect(await broker.offsets('t', 'latest')).toEqual(new Map([[0, 6000n]]))
  })

  it('loses whole segments to deleteRecords, and goes on at its end even when all are gone', async () => {
    const before = await segments()
    await broker.deleteRecords('t', new Map([[0, 3000n]]))
    expect((await segments()).length).toBeLessThan(before.length)
    expect((await readAll(broker, 't')).records[0]?.key).toBe('3000')
    await broker.deleteRecords('t', new Map([[0, 2000n]]))
    expect(await broker.offsets('t', 'earliest')).toEqual(new Map([[0, 3000n]]))
    await broker.deleteRecords('t', new Map([[0, 99_999n]]))
    expect(await broker.offsets('t', 'earliest')).toEqual(new Map([[0, 6000n]]))
    expect((await readAll(broker, 't')).records).toEqual([])
    const producer = await broker.producer()
    expect(await producer.send('t', records(6000, 1))).toEqual(new Map([[0, 6000n]]))
    await producer.close()
  })
})
