import { describe, expect, it } from 'vitest'
import type { OutgoingRecord } from '#stream'
import { compilePipeline, openBed, type Bed } from '../support/pipeline.ts'
import { seededRandom } from '../support/random.ts'

const PIPELINE = `
smelt: 1
name: under-test
sources:
  readings: { topic: readings, contract: reading.json, event_time: at }
  rules: { topic: rules, contract: rule.json, event_time: since, versioned_by: [id] }
silver:
  taken: { from: readings, columns: { id: id, at: at, org: org } }
gold:
  met:
    from: taken
    join: { rule: { table: rules, as_of: at, on: rule.org = org, kind: left } }
    columns: { id: id, rule: rule.id, level: rule.level }
`
const text = { type: 'string' }
const time = { type: 'string', format: 'date-time' }
const contract = (properties: Record<string, unknown>): string =>
  JSON.stringify({ type: 'object', required: Object.keys(properties), properties })
const compiled = compilePipeline(PIPELINE, {
  'reading.json': contract({ id: text, at: time, org: text }),
  'rule.json': contract({ id: text, since: time, org: text, level: { type: 'integer' } }),
})

const START = Date.UTC(2026, 10, 20, 10)

function record(minute: number, value: Record<string, unknown> | null, key?: string): OutgoingRecord {
  return {
    key: key === undefined ? null : Buffer.from(key),
    value: value === null ? null : Buffer.from(JSON.stringify(value)),
    timestampMs: START + minute * 60_000,
    partition: 0,
  }
}

const at = (minute: number): string => new Date(START + minute * 60_000).toISOString()
const reading = (id: string, minute: number, org = 'a'): OutgoingRecord => record(minute, { id, at: at(minute), org })
const rule = (id: string, minute: number, level: number, org = 'a'): OutgoingRecord =>
  record(minute, { id, since: at(minute), org, level })

async function met(bed: Bed): Promise<string[]> {
  const rows = await bed.rows('gold.met', ['id', 'rule', 'level'])
  return rows.map(({ id, rule: found, level }) => `${String(id)} ${String(found)} ${String(level)}`)
}

async function faults(bed: Bed): Promise<unknown[]> {
  return (await bed.audit(true)).lines.filter((line) => line.expected !== line.found)
}

describe('an as-of join', () => {
  it('meets what was known when a record was worked on, and an audit agrees however much came later', async () => {
    const bed = await openBed(compiled)
    await bed.send('rules', [rule('r', 0, 1)])
    await bed.send('readings', [reading('first', 10)])
    await bed.run()
    // From before the first reading on, but sent after it.
    await bed.send('rules', [rule('r', 5, 2), rule('s', 0, 3)])
    await bed.send('readings', [reading('second', 10)])
    await bed.run()
    await bed.send('rules', [record(7, null, 'r')])
    await bed.send('readings', [reading('third', 10), reading('early', 6)])
    await bed.run()
    // Known to no reading.
    await bed.send('rules', [rule('r', 6, 4)])
    await bed.run()
    expect(await met(bed)).toEqual(['early r 2', 'early s 3', 'first r 1', 'second r 2', 'second s 3', 'third s 3'])
    expect(await faults(bed)).toEqual([])
  })

  it('has read all that was sent before a record, in a run that goes on', async () => {
    const bed = await openBed(compiled)
    const stop = new AbortController()
    const wanted = ['a r 1', 'b r 2', 'c r 2', 'c t 9']
    let checkpoints = 0
    const next = [
      async () => {
        await bed.send('rules', [rule('r', 1, 2)])
        await bed.send('readings', [reading('b', 2)])
      },
      async () => {
        await bed.send('rules', [rule('t', 1, 9)])
        await bed.send('readings', [reading('c', 3)])
      },
    ]
    await bed.send('rules', [rule('r', 0, 1)])
    await bed.send('readings', [reading('a', 0)])
    let sending = Promise.resolve()
    await bed.run({
      untilEnd: false,
      checkpointEveryMs: 20,
      batchRows: 1,
      signal: stop.signal,
      onCheckpoint: ({ checkpoint }) => {
        if ((checkpoint.accounting.gold.met?.rows ?? 0) <= checkpoints) return
        checkpoints = checkpoint.accounting.gold.met?.rows ?? 0
        const step = next.shift()
        if (step !== undefined) sending = sending.then(step)
        if (checkpoints === wanted.length) stop.abort()
      },
    })
    await sending
    expect(await met(bed)).toEqual(wanted)
    expect(await faults(bed)).toEqual([])
  }, 60_000)

  it('is what a plain search finds, on random changelogs in which keys move, go and come back', async () => {
    const random = seededRandom(5)
    const bed = await openBed(compiled)
    const versions: { id: string; minute: number; org: string; level: number; deleted: boolean }[] = []
    const expected: string[] = []
    for (let round = 0; round < 4; round++) {
      const sent = Array.from({ length: 30 }, (_, index) => {
        const version = {
          id: `r${random.below(6)}`,
          minute: random.below(60),
          org: random.pick(['a', 'b', 'c']),
          level: round * 100 + index,
          deleted: random.next() < 0.2,
        }
        versions.push(version)
        const { id, minute, org, level, deleted } = version
        return deleted ? record(minute, null, id) : rule(id, minute, level, org)
      })
      const readings = Array.from({ length: 20 }, (_, index) => {
        const [id, minute, org] = [`e${round}-${index}`, random.below(60), random.pick(['a', 'b', 'c', 'd'])]
        expected.push(...searched(versions, minute, org).map((found) => `${id} ${found}`))
        return reading(id, minute, org)
      })
      await bed.send('rules', sent)
      await bed.send('readings', readings)
      await bed.run({ batchRows: 7, checkpointEveryMs: 0 })
    }
    expect((await met(bed)).sort()).toEqual(expected.sort())
    expect(await faults(bed)).toEqual([])
  }, 120_000)
})

/** What a reading meets, by going through every version of every key. */
function searched(
  versions: readonly { id: string; minute: number; org: string; level: number; deleted: boolean }[],
  minute: number,
  org: string,
): string[] {
  const held = new Map<string, (typeof versions)[number]>()
  for (const version of versions) {
    if (version.minute > minute) continue
    const known = held.get(version.id)
    if (known === undefined || version.minute >= known.minute) held.set(version.id, version)
  }
  const found = [...held.values()].filter((version) => !version.deleted && version.org === org)
  return found.length === 0 ? ['null null'] : found.map(({ id, level }) => `${id} ${level}`)
}
