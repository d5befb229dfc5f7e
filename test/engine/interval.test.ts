import { describe, expect, it } from 'vitest'
import type { OutgoingRecord } from '#stream'
import { compilePipeline, openBed, type Bed } from '../support/pipeline.ts'
import { seededRandom } from '../support/random.ts'

const PIPELINE = `
smelt: 1
name: under-test
sources:
  sales: { topic: sales, contract: sale.json, event_time: at, watermark: 1m, horizon: 30d }
  bids: { topic: bids, contract: bid.json, event_time: at, watermark: 2m, horizon: 30d }
silver:
  sold: { from: sales, columns: { id: id, at: at, item: item, n: n } }
  offered: { from: bids, columns: { id: id, at: at, thing: item, n: n }, where: n <> 13 }
gold:
  pairs:
    from: sold
    join: { bid: { table: offered, within: 10m, on: bid.thing = item and bid.n <= n } }
    where: n <> 11
    columns: { sale: id, at: at, bid: bid.id, product: n * bid.n }
  answered:
    from: sold
    join: { bid: { table: offered, within: 5m, on: bid.thing = item, kind: left } }
    columns: { sale: id, bid: bid.id }
  itself:
    from: offered
    join: { other: { table: offered, within: 2m, on: other.thing = thing and other.id > id } }
    columns: { one: id, other: other.id }
`
const contract = JSON.stringify({
  type: 'object',
  required: ['id', 'at', 'item', 'n'],
  properties: {
    id: { type: 'string' },
    at: { type: 'string', format: 'date-time' },
    item: { type: 'string' },
    n: { type: 'integer' },
  },
})
const compiled = compilePipeline(PIPELINE, { 'sale.json': contract, 'bid.json': contract })

const START = Date.UTC(2026, 10, 20, 10)

interface Row {
  readonly id: string
  readonly minute: number
  readonly item: string
  readonly n: number
  readonly partition: number
}

function record({ id, minute, item, n, partition }: Row): OutgoingRecord {
  const at = START + Math.round(minute * 60_000)
  const value = Buffer.from(JSON.stringify({ id, at: new Date(at).toISOString(), item, n }))
  return { key: null, value, timestampMs: at, partition }
}

const row = (id: string, minute: number, { item = 'x', n = 1, partition = 0 } = {}): Row => ({
  id,
  minute,
  item,
  n,
  partition,
})

async function texts(bed: Bed, table: string, columns: readonly string[]): Promise<string[]> {
  const rows = await bed.rows(`gold.${table}`, columns)
  return rows.map((each) => columns.map((column) => String(each[column])).join(' ')).sort()
}

async function faults(bed: Bed): Promise<unknown[]> {
  return (await bed.audit(true)).lines.filter((line) => line.expected !== line.found)
}

const quarantined = (bed: Bed): Promise<Record<string, unknown>[]> =>
  bed.rows('quarantine.under-test', ['table_name', 'source', 'kafka_offset', 'code', 'rule', 'path'])

/** The rows of a topic partition that are in time for a join, in order. */
function inTime(rows: readonly Row[], watermark: number, within: number): Row[] {
  const newest = new Map<number, number>()
  return rows.filter(({ partition, minute }) => {
    const known = newest.get(partition)
    newest.set(partition, Math.max(known ?? minute, minute))
    return known === undefined || minute + within >= known - watermark
  })
}

describe('an interval join', () => {
  it('meets rows exactly as far apart as it says, in either direction, and writes both places', async () => {
    const bed = await openBed(compiled)
    await bed.send('sales', [record(row('s', 20))])
    await bed.send(
      'bids',
      [9.99, 10, 20, 30, 30.01].map((minute) => record(row(`b${minute}`, minute))),
    )
    await bed.run()
    expect(await bed.rows('gold.pairs', ['bid', 'kafka_offset', 'bid_kafka_offset'])).toEqual([
      { bid: 'b10', kafka_offset: '0', bid_kafka_offset: '1' },
      { bid: 'b20', kafka_offset: '0', bid_kafka_offset: '2' },
      { bid: 'b30', kafka_offset: '0', bid_kafka_offset: '3' },
    ])
    expect(await faults(bed)).toEqual([])
  })

  it('is what two loops over the rows in time find, however the rows are cut and whenever it is stopped', async () => {
    const random = seededRandom(11)
    const rows = (prefix: string, from: number, count: number): Row[] =>
      Array.from({ length: count }, (_, index) => {
        const early = random.next() < 0.1 ? random.below(60) : random.below(40) / 10
        return row(`${prefix}${from + index}`, from + index / 2 - early, {
          item: random.pick(['x', 'y', 'z', 'u', 'v', 'w']),
          n: random.below(20),
          partition: random.below(2),
        })
      })
    const sent = { sales: [] as Row[], bids: [] as Row[] }
    const hashes: Record<string, string>[] = []
    const beds = [await openBed(compiled), await openBed(compiled)]
    for (const from of [0, 120]) {
      const more = { sales: rows('s', from, 110), bids: rows('b', from, 110) }
      sent.sales.push(...more.sales)
      sent.bids.push(...more.bids)
      for (const [index, bed] of beds.entries()) {
        await bed.send('sales', more.sales.map(record))
        await bed.send('bids', more.bids.map(record))
        if (index === 0) await bed.run({ batchRows: 30, checkpointEveryMs: 0, keepWindows: true })
      }
    }
    for (const bed of beds) await bed.run({ batchRows: 1_000 })
    for (const bed of beds) hashes.push(await bed.hashes())
    expect(hashes[0]).toEqual(hashes[1])
    const expected = paired(sent.sales, sent.bids)
    for (const bed of beds) {
      expect(await texts(bed, 'pairs', ['sale', 'bid', 'product'])).toEqual(expected.pairs)
      expect(await texts(bed, 'answered', ['sale', 'bid'])).toEqual(expected.answered)
      expect(await texts(bed, 'itself', ['one', 'other'])).toEqual(expected.itself)
    }
    expect(await faults(beds[0] as Bed)).toEqual([])
    expect(expected.pairs.length).toBeGreaterThan(100)
    expect(expected.answered.filter((each) => each.endsWith(' null')).length).toBeGreaterThan(5)
    const late = (await quarantined(beds[1] as Bed)).map(({ rule }) => rule)
    expect(new Set(late)).toEqual(new Set(['watermark']))
  }, 120_000)

  it('quarantines a record whose partners were let go, once per table, and an audit agrees', async () => {
    const bed = await openBed(compiled)
    await bed.send('sales', [record(row('early', 0)), record(row('s', 100))])
    await bed.send('bids', [record(row('b', 100))])
    await bed.run({ keepWindows: true })
    // Its own topic partition was silent so far, so it is in time for that, but the others have gone on.
    await bed.send('bids', [record(row('silent', 1, { partition: 1 }))])
    await bed.run({ keepWindows: true })
    const late = { source: 'bids', kafka_offset: '0', code: 'record/late', rule: 'closed', path: null }
    expect(await quarantined(bed)).toEqual(
      ['gold.answered', 'gold.itself', 'gold.pairs'].map((table_name) => ({ table_name, ...late })),
    )
    expect(await texts(bed, 'pairs', ['sale', 'bid'])).toEqual(['s b'])
    expect(await faults(bed)).toEqual([])
  })

  it('lets rows go as far by the end of a bounded run, however many checkpoints that made', async () => {
    const found = []
    for (const cut of [{ batchRows: 1, checkpointEveryMs: 0 }, { batchRows: 1_000 }]) {
      const bed = await openBed(compiled)
      await bed.send(
        'sales',
        [0, 50, 100, 101].map((minute) => record(row(`s${minute}`, minute))),
      )
      await bed.send(
        'bids',
        [100, 200, 201, 202].map((minute) => record(row(`b${minute}`, minute))),
      )
      await bed.run(cut)
      await bed.send('bids', [record(row('silent', 1, { partition: 1 }))])
      const checkpoint = await bed.run(cut)
      found.push({ hashes: await bed.hashes(), closed: checkpoint?.closed })
      expect(await faults(bed)).toEqual([])
    }
    expect(found[0]).toEqual(found[1])
    expect(Object.keys(found[1]?.closed ?? {})).toContain('pairs')
  })

  it('writes a row that met nothing once, when its time is out of reach, and keeps no row for ever', async () => {
    const bed = await openBed(compiled)
    await bed.send('sales', [record(row('alone', 0)), record(row('met', 1)), record(row('s', 12.1))])
    await bed.send('bids', [record(row('b', 4)), record(row('b2', 13.05))])
    const first = await bed.run({ keepWindows: true })
    // The watermark stands at 11 minutes 3 seconds: 10 minutes ago are out of reach, 1 minute is not.
    expect(await texts(bed, 'answered', ['sale', 'bid'])).toEqual(['alone b', 'met b', 's b2'])
    await bed.send('sales', [record(row('lonely', 40, { item: 'q' })), record(row('end', 100))])
    await bed.send('bids', [record(row('end', 100))])
    const second = await bed.run({ keepWindows: true })
    expect(await texts(bed, 'answered', ['sale', 'bid'])).toEqual([
      'alone b',
      'end end',
      'lonely null',
      'met b',
      's b2',
    ])
    const rowsOf = (checkpoint: typeof first, name: string): number => {
      const files = checkpoint?.state[name]
      return (files?.base?.rows ?? 0) + (files?.deltas ?? []).reduce((sum, each) => sum + each.rows, 0)
    }
    expect(rowsOf(first, 'interval.left.answered')).toBe(1)
    expect(second?.closed.answered).toBeDefined()
    expect(await faults(bed)).toEqual([])
  })

  it('refuses a pair that overflows, names the other row, and leaves the rest', async () => {
    const bed = await openBed(compiled)
    const huge = 4_000_000_000_000_000
    await bed.send('sales', [record(row('s', 0, { n: huge }))])
    await bed.send('bids', [
      record(row('small', 1)),
      record(row('big', 1, { n: huge })),
      record(row('big2', 1, { n: huge })),
    ])
    for (const batchRows of [1, 100]) await bed.run({ batchRows })
    expect(await texts(bed, 'pairs', ['sale', 'bid'])).toEqual(['s small'])
    const base = { table_name: 'gold.pairs', source: 'sales', kafka_offset: '0', code: 'record/overflow' }
    expect(await quarantined(bed)).toEqual([
      { ...base, rule: 'product', path: 'bid:0:1' },
      { ...base, rule: 'product', path: 'bid:0:2' },
    ])
    expect(await bed.rows('quarantine.under-test', ['kafka_value'])).toHaveLength(2)
    expect(await faults(bed)).toEqual([])
  })
})

/** What the three tables hold, by going through all rows. */
function paired(sales: readonly Row[], bids: readonly Row[]): Record<'pairs' | 'answered' | 'itself', string[]> {
  const offers = bids.filter(({ n }) => n !== 13)
  const timely = (within: number): { sold: Row[]; offered: Row[] } => ({
    sold: inTime(sales, 1, within),
    offered: inTime(bids, 2, within).filter((each) => offers.includes(each)),
  })
  const near = (a: Row, b: Row, within: number): boolean =>
    a.item === b.item && Math.abs(Math.round(a.minute * 60_000) - Math.round(b.minute * 60_000)) <= within * 60_000
  const [ten, five, two] = [timely(10), timely(5), timely(2)]
  return {
    pairs: ten.sold
      .flatMap((a) =>
        ten.offered
          .filter((b) => near(a, b, 10) && b.n <= a.n && a.n !== 11)
          .map((b) => `${a.id} ${b.id} ${a.n * b.n}`),
      )
      .sort(),
    answered: five.sold
      .flatMap((a) => {
        const found = five.offered.filter((b) => near(a, b, 5))
        return found.length === 0 ? [`${a.id} null`] : found.map((b) => `${a.id} ${b.id}`)
      })
      .sort(),
    itself: two.offered
      .flatMap((a) => two.offered.filter((b) => near(a, b, 2) && b.id > a.id).map((b) => `${a.id} ${b.id}`))
      .sort(),
  }
}
