import { appendFile, readFile, stat, truncate } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openLedger, type Ledger, type LedgerEntry, type LedgerOptions } from '../../runtime/ingest/ledger.ts'
import { packPositions, unpackPositions } from '../../runtime/ingest/placement.ts'
import { temporaryFolder } from '../support/pipeline.ts'

async function bed() {
  const file = path.join(await temporaryFolder(), 'state', 'keys.ndjson')
  const clock = { now: 1_000_000 }
  const open = async (options: Partial<LedgerOptions> = {}): Promise<Ledger> => {
    const defaults = { file, topicId: 't', clock: () => clock.now, keyWindowMs: 1000, keyWindowBytes: 1 << 20 }
    const ledger = await openLedger({ ...defaults, ...options })
    onTestFinished(() => ledger.close())
    return ledger
  }
  const entry = (key: string): LedgerEntry => {
    return { key, body: 'b', atMs: clock.now, positions: [{ partition: 0, offset: 7n }, undefined] }
  }
  return { file, clock, open, entry }
}

const MARKS = new Map([[0, 8n]])

describe('the ledger', () => {
  it('knows after a restart what it was told, and up to where', async () => {
    const { open, entry } = await bed()
    const first = await open()
    expect(first.marks).toBeUndefined()
    await first.put([entry('a'), entry('b')], MARKS)
    await first.close()
    const again = await open()
    expect([again.find('a'), again.find('c'), again.marks]).toEqual([entry('a'), undefined, MARKS])
  })

  it('drops what a crash cut off, wherever it was cut, and goes on', async () => {
    const { file, open, entry } = await bed()
    const first = await open()
    await first.put([entry('a')], MARKS)
    const { size } = await stat(file)
    await first.put([entry('b')], new Map([[0, 9n]]))
    await first.close()
    const whole = await readFile(file)
    for (let length = size; length < whole.length; length += 7) {
      await truncate(file, length)
      const cut = await open()
      expect(cut.find('a')).toEqual(entry('a'))
      expect([MARKS.get(0), 9n]).toContain(cut.marks?.get(0))
      await cut.close()
      await truncate(file, 0)
      await appendFile(file, whole)
    }
  })

  it('forgets what is older than its window, and the oldest when it has too much', async () => {
    const { clock, open, entry } = await bed()
    const ledger = await open({ keyWindowBytes: 200 })
    await ledger.put([entry('a')], MARKS)
    clock.now += 1000
    expect(ledger.find('a')).toBeUndefined()
    for (const key of ['b', 'c', 'd', 'e', 'f']) await ledger.put([entry(key)], MARKS)
    expect(ledger.find('b')).toBeUndefined()
    expect(ledger.find('f')).toEqual(entry('f'))
  })

  it('says nothing about another topic of the same name', async () => {
    const { open, entry } = await bed()
    await (await open()).put([entry('a')], MARKS)
    const other = await open({ topicId: 'u' })
    expect([other.find('a'), other.marks]).toEqual([undefined, undefined])
  })

  it('does not grow without end', async () => {
    const { file, clock, open } = await bed()
    const ledger = await open()
    const positions = Array.from({ length: 20_000 }, (_, index) => ({ partition: index % 3, offset: BigInt(index) }))
    for (let round = 0; round < 40; round++) {
      clock.now += 600
      await ledger.put([{ key: `k${round}`, body: 'b', atMs: clock.now, positions }], MARKS)
    }
    expect((await stat(file)).size).toBeLessThan(6 << 20)
    expect(ledger.find('k39')?.positions).toEqual(positions)
  })
})

describe('positions', () => {
  it('come out as they went in', () => {
    const position = fc.record({ partition: fc.nat(300), offset: fc.bigInt(0n, 2n ** 50n) })
    const runs = fc
      .array(fc.tuple(position, fc.nat(5)), { maxLength: 10 })
      .map((some) =>
        some.flatMap(([{ partition, offset }, count]) =>
          Array.from({ length: count }, (_, index) => ({ partition, offset: offset + BigInt(index) })),
        ),
      )
    fc.assert(
      fc.property(fc.array(fc.oneof(runs, fc.constant([undefined]))), (parts) => {
        const positions = parts.flat()
        expect(unpackPositions(packPositions(positions))).toEqual(positions)
        expect(unpackPositions(JSON.parse(JSON.stringify(packPositions(positions))) as never)).toEqual(positions)
      }),
    )
  })
})
