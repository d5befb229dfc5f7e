import { copyFile, cp, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Diagnostic } from '#diagnostics'
import { openBroker, type Broker } from '#stream'
import { must, readAll, recordsOf } from '../../conformance/broker.ts'
import { createRecordColumns } from '#stream'

const TOPIC = 't'
const SEGMENT = path.join(TOPIC, '0', '00000000000000000000.log')
const BOUNDS = path.join(TOPIC, '0', 'bounds.json')

describe('a log whose writer was stopped', () => {
  let scratch: string
  let intact: string
  /** File size after each of the two sends. */
  let sizes: [number, number]

  beforeAll(async () => {
    scratch = await mkdtemp(path.join(tmpdir(), 'smelt-torn-'))
    intact = path.join(scratch, 'intact')
    const broker = await openBroker({ kind: 'topic-log', path: intact })
    await broker.createTopic(TOPIC, { partitions: 1 })
    await send(broker, 0, 5)
    const first = (await stat(path.join(intact, SEGMENT))).size
    await send(broker, 5, 5)
    sizes = [first, (await stat(path.join(intact, SEGMENT))).size]
    await broker.close()
  })

  afterAll(() => rm(scratch, { recursive: true, force: true }))

  async function send(broker: Broker, from: number, count: number): Promise<void> {
    const producer = await broker.producer()
    const records = Array.from({ length: count }, (_, index) => ({
      key: null,
      value: Buffer.from(`v${from + index}`),
      partition: 0,
    }))
    await producer.send(TOPIC, records)
    await producer.close()
  }

  /** A copy of the log, as after a crash (no bounds written) or as it was closed. */
  async function copyOf(name: string, closed: boolean): Promise<string> {
    const root = path.join(scratch, name)
    await cp(intact, root, { recursive: true })
    if (!closed) await rm(path.join(root, BOUNDS))
    return root
  }

  async function values(broker: Broker): Promise<(string | null)[]> {
    return (await readAll(broker, TOPIC)).records.map((record) => record.value)
  }

  const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `v${index}`)

  it('ends at its last whole batch wherever the last one was cut, says so, and goes on from there', async () => {
    for (const closed of [true, false]) {
      const root = await copyOf(`cut-${closed}`, closed)
      for (let size = sizes[0]; size <= sizes[1]; size++) {
        await copyFile(path.join(intact, SEGMENT), path.join(root, SEGMENT))
        if (closed) await copyFile(path.join(intact, BOUNDS), path.join(root, BOUNDS))
        else await rm(path.join(root, BOUNDS), { force: true })
        await truncate(path.join(root, SEGMENT), size)
        const notices: Diagnostic[] = []
        const broker = await openBroker({ kind: 'topic-log', path: root, onNotice: (notice) => notices.push(notice) })
        const whole = size === sizes[1]
        await send(broker, whole ? 10 : 5, 1)
        expect(await values(broker), `cut at ${size}`).toEqual(numbered(whole ? 11 : 6))
        const torn = size > sizes[0] && !whole
        expect(notices.map((notice) => notice.code)).toEqual(torn ? ['stream/log-repaired'] : [])
        if (torn) expect(notices[0]?.message).toContain(`The last ${size - sizes[0]} bytes`)
        await broker.close()
      }
    }
  })

  it('is read up to its last whole batch before it is repaired', async () => {
    const root = await copyOf('reader-first', false)
    await truncate(path.join(root, SEGMENT), sizes[1] - 3)
    const broker = await openBroker({ kind: 'topic-log', path: root })
    expect(await broker.offsets(TOPIC, 'latest')).toEqual(new Map([[0, 5n]]))
    expect(await values(broker)).toEqual(numbered(5))
    await broker.close()
  })

  it('is cut where zeros or a half-written batch follow, as after a loss of power', async () => {
    const zeros = await copyOf('zeros', false)
    const bytes = await readFile(path.join(zeros, SEGMENT))
    await writeFile(path.join(zeros, SEGMENT), Buffer.concat([bytes, Buffer.alloc(5000)]))
    const half = await copyOf('half', false)
    await writeFile(path.join(half, SEGMENT), Buffer.concat([bytes.subarray(0, -4), Buffer.alloc(4, 0xff)]))
    for (const [root, count] of [
      [zeros, 10],
      [half, 5],
    ] as const) {
      const notices: Diagnostic[] = []
      const broker = await openBroker({ kind: 'topic-log', path: root, onNotice: (notice) => notices.push(notice) })
      if (root === zeros) expect(await values(broker)).toEqual(numbered(10))
      await send(broker, count, 1)
      expect(await values(broker)).toEqual(numbered(count + 1))
      expect(notices).toMatchObject([{ code: 'stream/log-repaired' }])
      await broker.close()
    }
  })

  it('that was closed has lost records when its end is missing, and says so until it is repaired', async () => {
    const root = await copyOf('lost', true)
    await truncate(path.join(root, SEGMENT), sizes[1] - 1)
    const broker = await openBroker({ kind: 'topic-log', path: root })
    const reader = await broker.open(TOPIC, new Map([[0, 0n]]))
    const columns = createRecordColumns({ rows: 100, bytes: 10_000 })
    const limits = { rows: 100, bytes: 10_000, deadlineMs: 2000 }
    must(await reader.read(columns, limits))
    expect(columns.count).toBe(5)
    expect(await reader.read(columns, limits)).toMatchObject({ code: 'corrupt-batch', detail: { offset: 5n } })
    await broker.close()
  })

  it('shows a changed byte anywhere', async () => {
    const root = await copyOf('flipped', true)
    const bytes = await readFile(path.join(intact, SEGMENT))
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 0x20
      await writeFile(path.join(root, SEGMENT), changed)
      const broker = await openBroker({ kind: 'topic-log', path: root })
      const reader = await broker.open(TOPIC, new Map([[0, 0n]]))
      const columns = createRecordColumns({ rows: 100, bytes: 10_000 })
      const limits = { rows: 100, bytes: 10_000, deadlineMs: 2000 }
      let result = await reader.read(columns, { ...limits, until: new Map([[0, 10n]]) })
      if (result.ok) result = await reader.read(columns, limits)
      const offset = at < sizes[0] ? 0n : 5n
      expect(result, `byte ${at}`).toMatchObject({ ok: false, code: 'corrupt-batch', partition: 0, detail: { offset } })
      expect(recordsOf(columns).map((record) => record.value)).toEqual(numbered(Number(offset)))
      await broker.close()
    }
  })

  it('refuses to append behind a damaged header, and appends behind other damage', async () => {
    const root = await copyOf('append', true)
    const bytes = await readFile(path.join(intact, SEGMENT))
    await rm(path.join(root, BOUNDS))
    const header = Buffer.from(bytes)
    header[9] = 7
    await writeFile(path.join(root, SEGMENT), header)
    const broker = await openBroker({ kind: 'topic-log', path: root })
    await expect(send(broker, 10, 1)).rejects.toMatchObject({ code: 'stream/corrupt-batch' })
    const record = Buffer.from(bytes)
    record[70] = (record[70] ?? 0) ^ 1
    await writeFile(path.join(root, SEGMENT), record)
    await send(broker, 10, 1)
    expect(await broker.offsets(TOPIC, 'latest')).toEqual(new Map([[0, 11n]]))
    expect((await readFile(path.join(root, SEGMENT))).subarray(0, bytes.length).equals(record)).toBe(true)
    await broker.close()
  })
})
