import type { OutgoingRecord } from '#stream'
import { seededRandom } from './random.ts'

/** Files of the pipeline that the engine's suites run: every noun of the language, on small hostile data. */
export const EVENTS_PIPELINE = `
smelt: 1
name: under-test
sources:
  events: { topic: events, contract: contract.json, event_time: at, watermark: 1m, horizon: 1d }
  limits: { topic: limits, contract: limit.json, event_time: since, versioned_by: [limit_id] }
references:
  places: { file: places.csv, key: [code] }
sinks:
  pager: { webhook: \${secrets.PAGER} }
  archive: { kafka: alerts }
silver:
  clean:
    from: events
    columns:
      id: id
      at: at
      n: n
      big: n * 1000000
      ratio: x / n
      place: place
      person: { expr: id, pii: hash }
      place_name: { lookup: places.name, on: [place], missing: quarantine }
    where: n is null or n <> 13
    dedupe: { by: [id], within: 1h }
    checks:
      small: n < 9000000000000
      even: { check: n % 2 = 0, on_fail: warn }
      kept: { check: n <> 17, on_fail: drop }
  raw_places:
    from: events
    columns: { at: at, place: upper(place), n: n }
  limit_history: { from: limits, columns: { limit_id: limit_id, since: since, most: most, place: place } }
gold:
  per_minute:
    from: clean
    window: { tumbling: 5m }
    group_by: [place_name]
    measures:
      events: count(*)
      ids: count(distinct id)
      mean: avg(ratio)
      total: sum(n)
      first_id: first(id)
      last_id: last(id)
      spread: stddev_pop(ratio)
  sliding:
    from: clean
    window: { sliding: 2m, slide: 30s }
    group_by: [place_name]
    measures:
      events: count(*)
      mean: avg(ratio)
      last_n: last(n)
  sessions:
    from: clean
    window: { session: 8s }
    group_by: [place_name]
    measures:
      events: count(*)
      first_n: first(n)
      total: sum(n)
    alert: { id: [place_name, window_start], to: [archive] }
  current_sliding:
    from: clean
    window: { sliding: 2m, slide: 1m }
    emit: on_change
    measures: { events: count(*) }
  current_sessions:
    from: clean
    window: { session: 8s }
    emit: on_change
    group_by: [place_name]
    measures: { events: count(*), first_n: first(n) }
  newest:
    from: clean
    latest_by: [place]
  beyond:
    from: clean
    join: { limit: { table: limits, as_of: at, on: limit.place = place and n * 2 > limit.most } }
    where: limit.most <> 21
    columns: { id: id, limit_id: limit.limit_id, at: at, over: n * limit.factor }
    alert: { id: [id, limit_id], to: [pager, archive] }
  placed:
    from: clean
    join: { seen: { table: raw_places, within: 40s, on: seen.place = upper(place) and n * 3 > 10 } }
    where: n <> 29
    columns: { id: id, at: at, seen_at: seen.at, times: n * seen.n }
  limited_soon:
    from: clean
    join: { history: { table: limit_history, within: 30s, on: history.place = place and history.most > n, kind: left } }
    columns: { id: id, limit_id: history.limit_id, over: n * history.most }
  unlimited:
    from: clean
    join: { limit: { table: limits, as_of: at, on: limit.place = place, kind: left } }
    where: limit.limit_id is null
    columns: { id: id, at: at }
`

export const EVENTS_FILES = {
  'contract.json': JSON.stringify({
    type: 'object',
    required: ['id', 'at', 'place'],
    additionalProperties: false,
    properties: {
      id: { type: 'string' },
      at: { type: 'string', format: 'date-time' },
      n: { type: 'integer' },
      x: { type: 'number' },
      place: { type: 'string' },
    },
  }),
  'limit.json': JSON.stringify({
    type: 'object',
    required: ['limit_id', 'since', 'place', 'most'],
    additionalProperties: false,
    properties: {
      limit_id: { type: 'string' },
      since: { type: 'string', format: 'date-time' },
      place: { type: 'string' },
      most: { type: 'integer' },
      factor: { type: 'integer' },
    },
  }),
  'places.csv': 'code,name\nx,Xanten\ny,York\nz,Zürich\n',
}

/** 20 November 2026, 10:00 UTC. */
export const EVENTS_START = Date.UTC(2026, 10, 20, 10, 0, 0)

/**
 * Records for two topic partitions: out of order, late, duplicate, too old, from the future, invalid in several ways,
 * overflowing, without a reference row. The same for the same seed.
 */
export function randomEvents(seed: number, count: number): OutgoingRecord[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, index) => {
    const time = EVENTS_START + index * 2_000
    return { ...randomEvent(random, index, time), timestampMs: time + 50, partition: random.below(2) }
  })
}

/** Versions for two topic partitions: in any order of their times, moved to another place, deleted, broken. */
export function randomLimits(seed: number, count: number): OutgoingRecord[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, index) => {
    const id = random.below(8)
    const since = EVENTS_START - 120_000 + random.below(400_000)
    const limit = {
      limit_id: `l${id}`,
      since: new Date(since).toISOString(),
      place: random.pick(['x', 'y', 'z']),
      most: random.below(60),
      ...(random.next() < 0.9 ? { factor: random.next() < 0.1 ? Number.MAX_SAFE_INTEGER * 1000 : 3 } : {}),
    }
    const at = { timestampMs: since + random.below(1000), partition: id % 2 }
    const broken = Buffer.from(`{"limit_id": ${index}`)
    switch (random.below(10)) {
      case 0:
        return { ...at, key: Buffer.from(limit.limit_id), value: null }
      case 1:
        return { ...at, key: null, value: random.pick([null, broken]) }
      default:
        return { ...at, key: null, value: Buffer.from(JSON.stringify(limit)) }
    }
  })
}

function randomEvent(
  random: ReturnType<typeof seededRandom>,
  index: number,
  time: number,
): { key: Buffer | null; value: Buffer | null } {
  const early = random.next() < 0.1 ? random.below(600_000) : random.below(50_000)
  const event: Record<string, unknown> = {
    id: random.next() < 0.1 ? `id-${random.below(Math.max(1, index))}` : `id-${index}`,
    at: new Date(time - early).toISOString(),
    n: random.below(40),
    x: random.next() * 100,
    place: random.pick(['x', 'y', 'z', 'z']),
  }
  const key = random.next() < 0.5 ? Buffer.from(`k${random.below(5)}`) : null
  switch (random.below(40)) {
    case 0:
      return { key, value: Buffer.from('{"id": "cut') }
    case 1:
      return { key, value: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]) }
    case 2:
      return { key, value: null }
    case 3:
      event.n = 'seven'
      break
    case 4:
      event.n = 9_000_000_000_001
      break
    case 5:
      event.n = Number.MAX_SAFE_INTEGER
      break
    case 6:
      event.at = new Date(time + 2 * 3_600_000).toISOString()
      break
    case 7:
      event.at = new Date(time - 2 * 86_400_000).toISOString()
      break
    case 8:
      event.place = 'nowhere'
      break
    case 9:
      event.extra = true
      break
    case 10:
      event.n = null
      break
    case 11:
      delete event.n
      delete event.x
      break
    case 12:
      return {
        key,
        value: Buffer.from(`{"id":"esc\\u0061ped-${index}","at":"${String(event.at)}","place":"y","n":2.0}`),
      }
  }
  return { key, value: Buffer.from(JSON.stringify(event)) }
}
