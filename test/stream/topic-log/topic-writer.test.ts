import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRecordColumns, openBroker, type Broker } from '#stream'
import { indexFile } from '../../../runtime/stream/topic-log/files.ts'
import { must, readAll, recordsOf } from '../../conformance/broker.ts'

describe('writing to a topic log', () => {
  let root: string
  let broker: Broker

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'smelt-writer-'))
    broker = await openBroker({ kind: 'topic-log', path: root })
    await broker.createTopic('t', { partitions: 1 })
  })

  afterEach(async () => {
    await broker.close()
    await rm(root, { recursive: true, force: true })
  })

  const one = (value: string): { key: null; value: Buffer; partition: number }[] => [
    { key: null, value: Buffer.from(value), partition: 0 },
  ]

  it('is done by one broker at a time, and by all producers of that broker', async () => {
    const other = await openBroker({ kind: 'topic-log', path: root })
    const [first, second, foreign] = [await broker.producer(), await broker.producer(), await other.producer()]
    await first.send('t', one('a'))
    await expect(foreign.send('t', one('x'))).rejects.toMatchObject({ code: 'stream/topic-locked' })
    await expect(other.deleteTopic('t')).rejects.toMatchObject({ code: 'stream/topic-locked' })
    await second.send('t', one('b'))
    await first.close()
    await expect(foreign.send('t', one('x'))).rejects.toMatchObject({ code: 'stream/topic-locked' })
    await second.close()
    await foreign.send('t', one('c'))
    await foreign.close()
    await other.close()
    expect((await readAll(broker, 't')).records.map((record) => record.value)).toEqual(['a', 'b', 'c'])
  })

  it('says that a disk is full: stream/log-unwritable', async () => {
    const index = indexFile(path.join(root, 't', '0'), 0n)
    await rm(index, { force: true })
    await symlink('/dev/full', index)
    const producer = await broker.producer()
    const some = one('x'.repeat(256 << 10))
    // The first batch needs no entry in the index.
    await producer.send('t', some)
    await expect(producer.send('t', some)).rejects.toMatchObject({ code: 'stream/log-unwritable' })
    await producer.close().catch(() => undefined)
  })

  it('takes over the lock of a process that is gone, and not of one that lives', async () => {
    const lock = path.join(root, 't', 'writer.lock')
    const producer = await broker.producer()
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    await once(child, 'spawn')
    const stat = await import('node:fs').then((fs) => fs.readFileSync(`/proc/${String(child.pid)}/stat`, 'utf8'))
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    await writeFile(lock, JSON.stringify({ pid: child.pid, started, token: 'theirs' }))
    await expect(producer.send('t', one('x'))).rejects.toMatchObject({ code: 'stream/topic-locked' })
    // Another process under the same number.
    await writeFile(lock, JSON.stringify({ pid: child.pid, started: '1', token: 'theirs' }))
    await producer.send('t', one('a'))
    await producer.close()
    expect(existsSync(lock)).toBe(false)
    await writeFile(lock, JSON.stringify({ pid: child.pid, started, token: 'theirs' }))
    child.kill('SIGKILL')
    await once(child, 'exit')
    await producer.send('t', one('b'))
    await producer.close()
  })

  it('keeps the order of calls that are not awaited, and flush waits for them', async () => {
    const producer = await broker.producer()
    const sends = Array.from({ length: 300 }, (_, index) => producer.send('t', one(String(index))))
    await producer.flush()
    expect(await broker.offsets('t', 'latest')).toEqual(new Map([[0, 300n]]))
    expect(await Promise.all(sends)).toEqual(Array.from({ length: 300 }, (_, index) => new Map([[0, BigInt(index)]])))
    expect((await readAll(broker, 't')).records.map((record) => record.value)).toEqual(
      sends.map((_, index) => String(index)),
    )
    await producer.close()
  })

  it('fails a flush once when a send failed', async () => {
    const producer = await broker.producer()
    const sending = producer.send('nowhere', one('x'))
    await expect(producer.flush()).rejects.toMatchObject({ code: 'stream/unknown-topic' })
    await expect(sending).rejects.toMatchObject({ code: 'stream/unknown-topic' })
    await producer.flush()
    await producer.close()
  })

  it('goes on with a topic that was deleted and created again', async () => {
    const producer = await broker.producer()
    await producer.send('t', one('old'))
    await broker.deleteTopic('t')
    await expect(producer.send('t', one('x'))).rejects.toMatchObject({ code: 'stream/unknown-topic' })
    await broker.createTopic('t', { partitions: 1 })
    expect(await producer.send('t', one('new'))).toEqual(new Map([[0, 0n]]))
    await producer.close()
  })

  it('survives kill -9 at any moment: what was acknowledged is there once, and a reader in another process follows', async () => {
    const reader = await broker.open('t', new Map([[0, 0n]]))
    const columns = createRecordColumns({ rows: 10_000, bytes: 1 << 20 })
    let seen = 0
    for (let round = 0; round < 4; round++) {
      const before = Number((await broker.offsets('t', 'latest')).get(0))
      const acknowledged = await killedWriter(3 + round * 5)
      const producer = await broker.producer()
      await producer.send('t', one('between'))
      await producer.close()
      const end = Number((await broker.offsets('t', 'latest')).get(0))
      expect(end).toBeGreaterThanOrEqual(before + acknowledged + 1)
      while (seen < end) {
        columns.clear()
        must(
          await reader.read(columns, {
            rows: 10_000,
            bytes: 1 << 20,
            deadlineMs: 5000,
            until: new Map([[0, BigInt(end)]]),
          }),
        )
        for (const record of recordsOf(columns)) {
          expect(record.offset).toBe(BigInt(seen))
          const wanted = seen === end - 1 ? 'between' : String(seen - before)
          if (seen >= before) expect(record.value).toBe(wanted)
          seen += 1
        }
      }
    }
    await reader.close()
  })

  /** Runs a writer in a process of its own, kills it after it acknowledged `lines` sends; resolves to what it said last. */
  async function killedWriter(lines: number): Promise<number> {
    const script = fileURLToPath(new URL('../../support/topic-log-writer.mjs', import.meta.url))
    const child = spawn(process.execPath, [script, root, 't'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = once(child, 'exit')
    let acknowledged = 0
    let count = 0
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged = Number(line)
      if (++count === lines) child.kill('SIGKILL')
    }
    await exited
    return acknowledged
  }
})
