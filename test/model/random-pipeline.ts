import { randomExpression, randomMeasure, type Columns, type Kind, type Random } from './random-expression.ts'
import type { FlatSchema } from './valid.ts'

type Json = Readonly<Record<string, unknown>>

/** A pipeline as its file says it, JSON being YAML, with the files beside it. */
export interface RandomPipeline {
  readonly sources: Readonly<Record<string, Json>>
  readonly references: Readonly<Record<string, Json>>
  readonly silver: Readonly<Record<string, Json>>
  readonly gold: Readonly<Record<string, Json>>
  /** By source. */
  readonly schemas: Readonly<Record<string, FlatSchema>>
}

export const PLACES = ['x', 'y', 'z', 'Zürich', '']

export const REFERENCES: Readonly<Record<string, string>> = {
  'places.csv': 'code,name,rank,ratio\nx,Xanten,1,0.5\ny,York,2,\nz,,7,1\nZürich,Zürich,,2.25\n',
  'numbers.csv': 'number,place,word\n1,x,one\n2,x,two\n2,y,deux\n7,z,seven\n',
}

const FIELDS: Columns = { id: 'string', at: 'timestamp', n: 'long', x: 'double', place: 'string', flag: 'boolean' }
const LIMIT_FIELDS: Columns = { limit_id: 'string', place: 'string', most: 'long', factor: 'long' }

/** A random pipeline of few tables over the sources `events` and, where they are joined, `limits` and `others`. */
export function randomPipeline(random: Random): RandomPipeline {
  const eventTime = random.pick(['at', 'at', 'at', 'kafka_timestamp', 'coalesce(at, kafka_timestamp)'])
  const tables = Array.from({ length: 1 + random.below(2) }, (_, index) => ({
    name: `s${index}`,
    ...randomSilver(random, eventTime),
  }))
  const others = { name: 'other', ...randomSilver(random, 'at', 'others') }
  const gold = Array.from({ length: 1 + random.below(2) }, () =>
    randomGold(random, random.pick(tables), [...tables, others, others]),
  )
  const joined = gold.some((table) => joins(table, 'limits'))
  const met = gold.some((table) => joins(table, others.name))
  const limits = random.next() < 0.3 ? ['limit_id', 'place'] : ['limit_id']
  const history = joined && random.next() < 0.3
  return {
    sources: {
      events: { topic: 'events', contract: 'events.json', event_time: eventTime, ...randomTimes(random) },
      ...(joined
        ? { limits: { topic: 'limits', contract: 'limits.json', event_time: 'since', versioned_by: limits } }
        : {}),
      ...(met
        ? { others: { topic: 'others', contract: 'others.json', event_time: 'at', ...randomTimes(random) } }
        : {}),
    },
    references: {
      places: { file: 'places.csv', key: ['code'] },
      numbers: { file: 'numbers.csv', key: ['number', 'place'] },
    },
    silver: {
      ...Object.fromEntries([...tables, ...(met ? [others] : [])].map(({ name, node }) => [name, node])),
      ...(history
        ? { history: { from: 'limits', columns: { limit_id: 'limit_id', since: 'since', most: 'most' } } }
        : {}),
    },
    gold: Object.fromEntries(gold.map((table, index) => [`g${index}`, table])),
    schemas: {
      events: eventSchema(random),
      ...(joined ? { limits: LIMIT_SCHEMA } : {}),
      ...(met ? { others: eventSchema(random) } : {}),
    },
  }
}

function joins({ join }: Json, table: string): boolean {
  return Object.values((join ?? {}) as Readonly<Record<string, Json>>).some((each) => each['table'] === table)
}

function randomTimes(random: Random): Json {
  const large = random.next() < 0.1 ? { max_record_bytes: '110B' } : {}
  return {
    watermark: random.pick(['0s', '5s', '30s', '2m']),
    horizon: random.pick(['2m', '10m', '7d']),
    max_skew: random.pick(['20s', '2m', '1h']),
    max_ahead: random.pick(['5s', '1m', '1h']),
    ...large,
  }
}

function eventSchema(random: Random): FlatSchema {
  const optional = (type: string): string | string[] => (random.next() < 0.5 ? type : [type, 'null'])
  return {
    required: ['id', ...(random.next() < 0.8 ? ['at'] : []), ...(random.next() < 0.3 ? ['place'] : [])],
    additionalProperties: random.next() < 0.5,
    properties: {
      id: { type: 'string' },
      at: { type: 'string', format: 'date-time' },
      n: { type: optional('integer'), ...(random.next() < 0.2 ? { minimum: 0 } : {}) },
      x: { type: optional('number') },
      place: { type: 'string', ...(random.next() < 0.2 ? { enum: ['x', 'y', 'z', 'Zürich'] } : {}) },
      flag: { type: optional('boolean') },
    },
  }
}

const LIMIT_SCHEMA: FlatSchema = {
  required: ['limit_id', 'since', 'place', 'most'],
  additionalProperties: true,
  properties: {
    limit_id: { type: 'string' },
    since: { type: 'string', format: 'date-time' },
    place: { type: 'string' },
    most: { type: 'integer' },
    factor: { type: ['integer', 'null'] },
  },
}

interface SilverTable {
  readonly node: Json
  readonly columns: Columns
}

function randomSilver(random: Random, eventTime: string, from = 'events'): SilverTable {
  const whole = eventTime === 'at' && random.next() < 0.15
  const computed = Array.from({ length: 1 + random.below(3) }, (_, index) => randomColumn(random, `c${index}`))
  const kept = (['id', 'n', 'x', 'place', 'flag'] as const).filter((name) => name === 'id' || random.next() < 0.7)
  const columns: Record<string, Kind> = whole
    ? { ...FIELDS }
    : {
        at: 'timestamp',
        ...Object.fromEntries(kept.map((name) => [name, FIELDS[name]])),
        ...Object.fromEntries(computed.map(({ name, kind }) => [name, kind])),
      }
  const nodes = {
    at: eventTime,
    ...Object.fromEntries(kept.map((name) => [name, name])),
    ...Object.fromEntries(computed.map(({ name, node }) => [name, node])),
  }
  const seen = { ...FIELDS, ...columns }
  const checks = Array.from({ length: random.below(3) }, (_, index) => [
    `check${index}`,
    { check: randomCondition(random, seen), on_fail: random.pick(['quarantine', 'drop', 'warn']) },
  ])
  const by = random.pick([
    ['id'],
    ['id'],
    Object.keys(columns)
      .filter((name) => columns[name] !== 'double')
      .slice(1, 3),
  ])
  return {
    columns,
    node: {
      from,
      ...(whole ? {} : { columns: nodes }),
      ...(random.next() < 0.25 ? { where: randomCondition(random, seen) } : {}),
      ...(random.next() < 0.6 ? { dedupe: { by, within: random.pick(['5s', '30s', '5m']) } } : {}),
      ...(checks.length > 0 ? { checks: Object.fromEntries(checks) as Json } : {}),
    },
  }
}

/** A condition, mostly one that leaves a good part of the rows. */
function randomCondition(random: Random, columns: Columns): string {
  const condition = randomExpression(random, 'boolean', columns, 1 + random.below(2))
  const wide = random.pick(['n is null', "id <> 'i3'", 'coalesce(n, 0) < 8'])
  return random.next() < 0.6 && columns.n !== undefined ? `${condition} or ${wide}` : condition
}

function randomColumn(random: Random, name: string): { name: string; kind: Kind; node: unknown } {
  const chance = random.next()
  if (chance < 0.15) {
    const expr = random.next() < 0.5 ? 'id' : randomExpression(random, 'string', FIELDS)
    return { name, kind: 'string', node: { expr, pii: random.pick(['hash', 'mask']) } }
  }
  if (chance < 0.4) return { name, ...randomLookup(random) }
  const kind = random.pick<Kind>(['long', 'double', 'string', 'boolean', 'timestamp'])
  return { name, kind, node: randomExpression(random, kind, { ...FIELDS, kafka_timestamp: 'timestamp' }) }
}

function randomLookup(random: Random): { kind: Kind; node: Json } {
  const missing = (value: unknown): Json => random.pick([{}, { missing: 'quarantine' }, { missing: value }])
  return random.pick<() => { kind: Kind; node: Json }>([
    () => ({ kind: 'string', node: { lookup: 'places.name', on: ['place'], ...missing('none') } }),
    () => ({ kind: 'long', node: { lookup: 'places.rank', on: ['lower(place)'], ...missing(99) } }),
    () => ({ kind: 'double', node: { lookup: 'places.ratio', on: ['place'], ...missing(0.5) } }),
    () => ({ kind: 'string', node: { lookup: 'numbers.word', on: ['n * 1', 'place'], ...missing('none') } }),
  ])()
}

type NamedTable = SilverTable & { readonly name: string }

function randomGold(random: Random, { name, columns }: NamedTable, others: readonly NamedTable[]): Json {
  const where = random.next() < 0.25 ? { where: randomCondition(random, columns) } : {}
  const kind = random.next()
  if (kind < 0.5) return { from: name, ...where, ...randomWindow(random, columns) }
  if (kind < 0.65) return { from: name, ...where, ...randomLatest(random, columns) }
  if (kind < 0.82) return { from: name, ...randomPairs(random, columns, random.pick(others)) }
  return { from: name, ...randomJoin(random, columns) }
}

function randomWindow(random: Random, columns: Columns): Json {
  const window = random.pick([
    { tumbling: random.pick(['10s', '1m', '5m']) },
    { tumbling: '30s' },
    random.pick([
      { sliding: '1m', slide: '20s' },
      { sliding: '30s', slide: '10s' },
      { sliding: '4m', slide: '1m' },
    ]),
    { session: random.pick(['4s', '15s', '1m']) },
  ])
  const measures = Array.from({ length: 1 + random.below(3) }, (_, index) => [
    `m${index}`,
    randomMeasure(random, columns),
  ])
  const emit = random.next() < 0.4 ? { emit: 'on_change' } : {}
  return { window, ...randomGroups(random, columns), measures: Object.fromEntries(measures) as Json, ...emit }
}

function randomGroups(random: Random, columns: Columns): Json {
  const names = Object.keys(columns).filter((name) => ['string', 'boolean', 'long'].includes(columns[name] ?? ''))
  const chance = random.next()
  if (chance < 0.25) return {}
  if (chance < 0.6) return { group_by: [random.pick(names.filter((name) => name !== 'id').concat('id'))] }
  const kind = random.pick<Kind>(['string', 'boolean', 'long', 'double'])
  return { group_by: { key: randomExpression(random, kind, columns, 1) } }
}

function randomLatest(random: Random, columns: Columns): Json {
  const names = Object.keys(columns).filter((name) => columns[name] !== 'double')
  if (random.next() < 0.5) return { latest_by: [random.pick(names)] }
  const kind = random.pick<Kind>(['long', 'string', 'double', 'boolean'])
  const key = random.pick<Kind>(['string', 'boolean'])
  const made = {
    key: randomExpression(random, key, columns, 1),
    at: 'at',
    made: randomExpression(random, kind, columns, 1),
  }
  return { latest_by: ['key'], columns: made }
}

function randomJoin(random: Random, columns: Columns): Json {
  const texts = Object.keys(columns).filter((name) => columns[name] === 'string')
  const numbers = Object.keys(columns).filter((name) => columns[name] === 'long')
  const more = numbers.length > 0 && random.next() < 0.4 ? ` and limit.most > ${random.pick(numbers)}` : ''
  const joined: Columns = {
    ...columns,
    ...Object.fromEntries(Object.entries(LIMIT_FIELDS).map(([name, kind]) => [`limit.${name}`, kind])),
  }
  const kind = random.pick<Kind>(['long', 'string', 'double', 'boolean'])
  const times = Object.keys(columns).filter((name) => columns[name] === 'timestamp')
  return {
    join: {
      limit: {
        table: 'limits',
        as_of: random.pick(times),
        on: `limit.place = ${random.pick(texts)}${more}`,
        ...(random.next() < 0.4 ? { kind: 'left' } : {}),
      },
    },
    ...(random.next() < 0.3 ? { where: randomCondition(random, joined) } : {}),
    columns: {
      id: 'id',
      limit_id: 'limit.limit_id',
      made: randomExpression(random, kind, joined, 1 + random.below(2)),
    },
  }
}

/** Rows beside rows of a table, its own or another, that are near in time. */
function randomPairs(random: Random, columns: Columns, { name, columns: near }: NamedTable): Json {
  const namesOf = (of: Columns, kind: Kind): string[] => Object.keys(of).filter((each) => of[each] === kind)
  const both: Columns = {
    ...columns,
    ...Object.fromEntries(Object.entries(near).map(([column, kind]) => [`near.${column}`, kind])),
  }
  const on = random.pick<Kind>(['string', 'string', 'long'])
  const [own, other] = [namesOf(columns, on), namesOf(near, on)]
  const equal =
    own.length === 0 || other.length === 0
      ? 'near.id = id'
      : random.pick([
          'near.id = id',
          `near.${random.pick(other)} = ${random.pick(own)}`,
          `near.${random.pick(other)} = ${computedKey(random, on, columns, random.pick(own))}`,
        ])
  const also = random.next() < 0.35 ? ` and (${randomExpression(random, 'boolean', both, 1)})` : ''
  const kind = random.pick<Kind>(['long', 'string', 'double', 'boolean'])
  return {
    join: {
      near: {
        table: name,
        within: random.pick(['1s', '5s', '20s', '1m', '4m']),
        on: `${equal}${also}`,
        ...(random.next() < 0.5 ? { kind: 'left' } : {}),
      },
    },
    ...(random.next() < 0.3 ? { where: randomCondition(random, both) } : {}),
    columns: {
      id: 'id',
      other: 'near.id',
      made: randomExpression(random, kind, both, 1 + random.below(2)),
    },
  }
}

/** An expression that reads the row, whatever else it is. */
function computedKey(random: Random, kind: Kind, columns: Columns, column: string): string {
  const [when, otherwise] = [
    randomExpression(random, 'boolean', columns, 1),
    randomExpression(random, kind, columns, 1),
  ]
  return `case when ${when} then ${column} else ${otherwise} end`
}
