import type { GivenRecord } from './given.ts'
import type { Random } from './random-expression.ts'
import { PLACES, type RandomPipeline } from './random-pipeline.ts'
import type { Cut } from './model-bed.ts'

/** Records that arrive, and how the run that reads them is cut. */
export interface RandomRun {
  readonly records: readonly GivenRecord[]
  readonly cut: Cut
}

/** 20 November 2026, 10:00 UTC. */
const START = Date.UTC(2026, 10, 20, 10, 0, 0)

/**
 * Runs over topics of `partitions`: records out of order, late, twice, too old, from the future, invalid in many ways,
 * with gaps between offsets, in topic partitions that fall silent.
 */
export function randomRuns(random: Random, pipeline: RandomPipeline, partitions: number): RandomRun[] {
  const offsets = new Map<string, bigint>()
  const step = random.pick([500, 2_000, 7_000])
  // Times that are whole seconds meet each other, and the edges of windows, gaps and bounds.
  const grain = random.pick([1, 1_000, 1_000, 5_000])
  const runs = random.pick([1, 1, 2, 2, 3])
  let clock = START
  return Array.from({ length: runs }, (_, run) => {
    const silent = random.next() < 0.3 ? random.below(partitions) : -1
    const records: GivenRecord[] = []
    const put = (source: string, content: Content): void => {
      const partition = pickPartition(random, partitions, silent)
      const place = `${source} ${partition}`
      const offset = (offsets.get(place) ?? 0n) + (random.next() < 0.05 ? 2n : 0n)
      offsets.set(place, offset + 1n)
      records.push({ source, partition, offset, ...content })
    }
    if (pipeline.sources.limits !== undefined)
      for (let count = random.below(10); count > 0; count--) put('limits', randomLimit(random, clock, grain))
    for (let count = 6 + random.below(Math.ceil(36 / runs)); count > 0; count--) {
      clock += random.below(2 * step)
      put(
        pipeline.sources.others !== undefined && random.next() < 0.4 ? 'others' : 'events',
        randomEvent(random, clock, grain),
      )
    }
    const last = run === runs - 1
    const batchRows = random.pick([1_000, 1_000, 10])
    const cut = { keepWindows: random.next() < (last ? 0.4 : 0.8), batchRows, everyBatch: random.next() < 0.3 }
    return { records, cut }
  })
}

type Content = Pick<GivenRecord, 'timestampMs' | 'key' | 'value'>

function pickPartition(random: Random, partitions: number, silent: number): number {
  const partition = random.below(partitions)
  return partition === silent && partitions > 1 ? (partition + 1) % partitions : partition
}

function randomEvent(random: Random, clock: number, grain: number): Content {
  const time = roundTo(grain, clock - (random.next() < 0.2 ? random.below(300_000) : random.below(20_000)))
  const event: Record<string, unknown> = {
    id: `i${random.below(14)}`,
    at: timeText(random, time, grain),
    n: random.below(9),
    x: random.below(40) / 8 - 1,
    place: random.pick(PLACES),
    flag: random.next() < 0.5,
  }
  for (const name of ['n', 'x', 'place', 'flag']) {
    const chance = random.next()
    if (chance < 0.08) event[name] = undefined
    else if (chance < 0.1) event[name] = null
  }
  const value = spoiled(random, event, roundTo(grain, clock))
  return { timestampMs: clock + random.below(50), key: random.next() < 0.3 ? Buffer.from('k') : null, value }
}

function roundTo(grain: number, time: number): number {
  return Math.floor(time / grain) * grain
}

function timeText(random: Random, time: number, grain: number): string {
  const text = new Date(time).toISOString()
  switch (random.below(6)) {
    case 0:
      return `${new Date(time + 7_200_000).toISOString().slice(0, 19)}+02:00`
    case 1:
      return grain === 1 ? text.replace('Z', '1239Z') : text
    default:
      return text
  }
}

/** The bytes of the event: now and then ones that no contract, clock or parser takes. */
function spoiled(random: Random, event: Record<string, unknown>, clock: number): Buffer | null {
  const text = (): string => JSON.stringify(event)
  const swapped = (name: string, value: string): Buffer =>
    Buffer.from(text().replace(new RegExp(`"${name}":[^,}]*`), `"${name}":${value}`))
  switch (random.below(90)) {
    case 0:
      return null
    case 1:
      return Buffer.alloc(0)
    case 2:
      return Buffer.from([0x7b, 0xff, 0x7d])
    case 3:
      return Buffer.from(text().slice(0, -1))
    case 4:
      return Buffer.from(text().replace('{', '{"id":"twice",'))
    case 5:
      return Buffer.from(text().replace('}', ',"more":[1,{"a":null}]}'))
    case 6:
      return swapped('id', '"\\ud800"')
    case 7:
      return swapped('n', random.pick(['9223372036854775808', '1e400']))
    case 8:
      return swapped('n', random.pick(['"7"', '1.5', '[]']))
    case 9:
      return swapped('n', random.pick(['2.0', '1e1', '-4']))
    case 10:
    case 11:
    case 18:
    case 19:
      return swapped('n', random.pick(['9223372036854775807', '-9223372036854775808', '5000000000']))
    case 12:
      return swapped('x', random.pick(['1e21', '-0.0', '1e-3', '1e308']))
    case 13:
      return swapped('at', random.pick(['"2026-13-01T00:00:00Z"', '"yesterday"', 'null']))
    case 14:
      return swapped('at', `"${new Date(clock + 1000 * random.below(7_200)).toISOString()}"`)
    case 15:
      return swapped('at', `"${new Date(clock - 1000 * random.below(2_400)).toISOString()}"`)
    case 16:
      return Buffer.from(random.pick(['[]', 'null', '"text"', '{}', '7', `${text()} x`]))
    case 17:
      delete event.at
      return Buffer.from(text())
    default:
      return Buffer.from(random.next() < 0.1 ? JSON.stringify(event, null, 1) : text())
  }
}

function randomLimit(random: Random, clock: number, grain: number): Content {
  const since = roundTo(grain, clock - 60_000 + random.below(240_000))
  const limit = {
    limit_id: `l${random.below(4)}`,
    since: new Date(since).toISOString(),
    place: random.pick(PLACES),
    most: random.below(9),
    ...(random.next() < 0.8 ? { factor: random.pick([3, null, 9_007_199_254_740_000]) } : {}),
  }
  const timestampMs = since + random.below(100)
  const text = JSON.stringify(limit)
  const { limit_id, place } = limit
  switch (random.below(10)) {
    case 0:
    case 1:
      return {
        timestampMs,
        key: Buffer.from(random.pick([limit_id, JSON.stringify({ place, limit_id })])),
        value: null,
      }
    case 2:
      return { timestampMs, key: null, value: random.pick([null, Buffer.from(text.slice(3))]) }
    case 3:
      return { timestampMs, key: Buffer.from([0xff]), value: random.pick([null, Buffer.from('{}')]) }
    default:
      return { timestampMs, key: null, value: Buffer.from(text) }
  }
}
