import { describe, expect, it } from 'vitest'
import { diffPlans, type Plan, type PlanDiff } from '#plan'
import { compilePipeline } from '../../support/pipeline.ts'

const CONTRACT = {
  type: 'object',
  required: ['id', 'at', 'n'],
  additionalProperties: false,
  properties: {
    id: { type: 'string' },
    at: { type: 'string', format: 'date-time' },
    sent: { type: 'string', format: 'date-time' },
    n: { type: 'integer' },
    price: { type: 'string', 'x-smelt-type': 'decimal(10,2)' },
    place: { type: 'string' },
    note: { type: 'string', maxLength: 20 },
  },
}

const PIPELINE = `
smelt: 1
name: under-test
sources:
  events: { topic: events, contract: contract.json, event_time: at, watermark: 1m, horizon: 1d, max_ahead: 1h, max_record_bytes: 1MiB }
references:
  places: { file: places.csv, key: [code] }
silver:
  clean:
    from: events
    columns:
      id: id
      at: at
      n: n
      double: n * 2
      upper: upper(place)
      price: price
      place: place
      person: { expr: id, pii: hash }
      place_name: { lookup: places.name, on: [place], missing: null }
    where: n <> 13
    dedupe: { by: [id], within: 1h }
    checks:
      small: n < 900
      dropped: { check: n <> 17, on_fail: drop }
      even: { check: n % 2 = 0, on_fail: warn }
  plain:
    from: events
    columns: { at: at, id: id }
gold:
  per_minute:
    from: clean
    window: { tumbling: 5m }
    group_by: [place]
    measures:
      events: count(*)
      total: sum(n)
  newest:
    from: clean
    latest_by: [id]
    columns: { id: id, at: at, n: n, place: place }
`
const FILES = { 'contract.json': JSON.stringify(CONTRACT), 'places.csv': 'code,name\nx,Xanten\ny,York\n' }

/** The plan with texts of the pipeline or of the contract replaced; a text that is not there fails the test. */
function plan(...edits: readonly (readonly [from: string, to: string])[]): Plan {
  const texts: Record<string, string> = { pipeline: PIPELINE, ...FILES }
  for (const [from, to] of edits) {
    const name = Object.keys(texts).find((each) => texts[each]?.includes(from))
    if (name === undefined) throw new Error(`nothing says ${from}`)
    texts[name] = texts[name]?.replace(from, to) ?? ''
  }
  return compilePipeline(texts.pipeline ?? '', texts).plan
}

const BASE = plan()

/** What is not as it was: tables, operators, verdict. */
function told(diff: PlanDiff): Record<string, unknown> {
  const tables = diff.tables.filter(({ change, history }) => change !== 'unchanged' || history !== 'same')
  const operators = diff.operators.filter(({ verdict }) => verdict !== 'kept')
  return {
    verdict: diff.verdict,
    ...Object.fromEntries(tables.map((each) => [`${each.layer}.${each.table}`, `${each.change}, ${each.history}`])),
    ...Object.fromEntries(operators.map(({ id, verdict }) => [id, verdict])),
  }
}

type Edit = readonly [from: string, to: string]

const SAFE = { verdict: 'safe' }
const NEEDS = { verdict: 'needs-approval' }
const QUARANTINE = { 'quarantine.under-test': 'rewritten, rebuilt' }
const CLEAN = { ...QUARANTINE, 'silver.clean': 'rewritten, rebuilt', 'silver.clean/dedupe': 'needs-replay' }
const PLAIN = { ...QUARANTINE, 'silver.plain': 'rewritten, rebuilt' }
const WINDOW = { ...QUARANTINE, 'gold.per_minute': 'rewritten, rebuilt', 'gold.per_minute/window': 'needs-replay' }
const LATEST = { 'gold.newest': 'rewritten, rebuilt', 'gold.newest/latest': 'needs-replay' }
const ABOVE = { ...CLEAN, ...WINDOW, ...LATEST }
const KEPT = { 'silver.clean': 'unchanged, kept', 'silver.plain': 'unchanged, kept' }

/** One per row of the table in `runtime/plan/diff/README.md`: the edits, and what is no longer as it was. */
const RULES: Readonly<Record<string, readonly [edits: readonly Edit[], found: Readonly<Record<string, string>>]>> = {
  'a new source': [
    [['references:', '  more: { topic: more, contract: contract.json, event_time: at }\nreferences:']],
    { ...SAFE, 'bronze.more': 'created, same' },
  ],
  'a new silver table over a source that was read': [
    [['gold:', '  fresh: { from: events, columns: { at: at, id: id }, dedupe: { by: [id], within: 1h } }\ngold:']],
    { ...SAFE, 'silver.fresh': 'created, same', 'silver.fresh/dedupe': 'needs-replay' },
  ],
  'a new gold table over a silver table that was written': [
    [['gold:', 'gold:\n  fresh: { from: plain, latest_by: [id] }']],
    { ...SAFE, 'gold.fresh': 'created, same', 'gold.fresh/latest': 'needs-replay' },
  ],
  'a gold table taken away': [
    [['  newest:\n    from: clean\n    latest_by: [id]\n    columns: { id: id, at: at, n: n, place: place }\n', '']],
    { ...NEEDS, 'gold.newest': 'dropped, same', 'gold.newest/latest': 'dropped' },
  ],
  'a silver table taken away': [
    [['  plain:\n    from: events\n    columns: { at: at, id: id }\n', '']],
    { ...NEEDS, ...QUARANTINE, 'silver.plain': 'dropped, same' },
  ],
  'a topic': [[['topic: events', 'topic: others']], { verdict: 'refused' }],
  'an event time': [
    [
      ['event_time: at', 'event_time: sent'],
      ['      at: at', '      at: sent'],
    ],
    { ...NEEDS, ...ABOVE, ...PLAIN },
  ],
  'a watermark': [[['watermark: 1m', 'watermark: 2m']], { ...NEEDS, ...WINDOW }],
  'a skew': [[['horizon: 1d', 'horizon: 1d, max_skew: 2h']], SAFE],
  'a higher limit on future events': [[['max_ahead: 1h', 'max_ahead: 2h']], { ...SAFE, ...KEPT }],
  'a lower limit on future events': [[['max_ahead: 1h', 'max_ahead: 5m']], { ...NEEDS, ...ABOVE, ...PLAIN }],
  'a higher limit on size': [[['bytes: 1MiB', 'bytes: 2MiB']], { ...SAFE, ...KEPT }],
  'a lower limit on size': [[['bytes: 1MiB', 'bytes: 1KiB']], { ...NEEDS, ...ABOVE, ...PLAIN }],
  'a longer horizon': [[['horizon: 1d', 'horizon: 2d']], { ...NEEDS, ...ABOVE, ...PLAIN }],
  'a shorter horizon': [[['horizon: 1d', 'horizon: 12h']], { ...NEEDS, ...ABOVE, ...PLAIN }],
  'a contract that accepts more': [[['"maxLength":20', '"maxLength":40']], { ...SAFE, ...KEPT }],
  'a contract that accepts less': [[['"maxLength":20', '"maxLength":10']], { ...NEEDS, ...ABOVE, ...PLAIN }],
  'a contract that breaks a column': [
    [['"n":{"type":"integer"}', '"n":{"type":"number"}']],
    { ...NEEDS, ...ABOVE, ...PLAIN },
  ],
  'a field taken away that nobody reads': [
    [['"sent":{"type":"string","format":"date-time"},', '']],
    { ...NEEDS, ...ABOVE, ...PLAIN },
  ],
  'content of a reference': [
    [['Xanten', 'Xian']],
    { ...NEEDS, ...QUARANTINE, 'silver.clean': 'rewritten, rebuilt', 'silver.clean/dedupe': 'needs-replay' },
  ],
  'a new column that may be null': [
    [['      id: id\n', '      id: id\n      note: note\n']],
    { ...SAFE, 'silver.clean': 'evolved, kept' },
  ],
  'a new column that cannot be null': [[['      id: id\n', '      id: id\n      again: id\n']], { ...NEEDS, ...CLEAN }],
  'a new column whose lookup refuses': [
    [['      id: id\n', '      id: id\n      more: { lookup: places.name, on: [place], missing: quarantine }\n']],
    { ...NEEDS, ...ABOVE },
  ],
  'a renamed column': [
    [['      price: price', '      cost: { expr: price, was: price }']],
    { ...SAFE, 'silver.clean': 'evolved, same' },
  ],
  'a renamed column that gold reads and that tells duplicates': [
    [
      ['      id: id\n', '      key: { expr: id, was: id }\n'],
      ['by: [id], within', 'by: [key], within'],
      ['latest_by: [id]', 'latest_by: [id]'],
      ['{ id: id, at: at, n', '{ id: key, at: at, n'],
    ],
    { ...SAFE, 'silver.clean': 'evolved, same', 'silver.clean/dedupe': 'migrated' },
  ],
  'a renamed column without its former name': [
    [['      price: price', '      cost: price']],
    { ...NEEDS, 'silver.clean': 'evolved, kept' },
  ],
  'a wider decimal': [
    [['decimal(10,2)', 'decimal(14,2)']],
    { ...SAFE, 'silver.clean': 'evolved, kept', 'silver.plain': 'unchanged, kept' },
  ],
  'a narrower decimal': [[['decimal(10,2)', 'decimal(8,2)']], { ...NEEDS, ...ABOVE, ...PLAIN }],
  'a column that may be null now': [
    [['["id","at","n"]', '["id","at"]']],
    {
      ...SAFE,
      'silver.clean': 'evolved, kept',
      'silver.plain': 'unchanged, kept',
      'gold.newest': 'evolved, same',
    },
  ],
  'columns in another order': [
    [['      at: at\n      n: n\n', '      n: n\n      at: at\n']],
    { ...SAFE, 'silver.clean': 'evolved, same' },
  ],
  'an expression that gold does not read': [[['upper(place)', 'lower(place)']], { ...NEEDS, ...CLEAN }],
  'an expression that gold reads': [[['      place: place\n', '      place: lower(place)\n']], { ...NEEDS, ...ABOVE }],
  'an expression that can overflow': [[['n * 2', 'n * 3']], { ...NEEDS, ...ABOVE }],
  'how personal data is hidden': [[['pii: hash', 'pii: mask']], { ...NEEDS, ...CLEAN }],
  'a column taken away': [[['      price: price\n', '']], { ...NEEDS, 'silver.clean': 'evolved, same' }],
  'a condition that names a field where the other names its column': [
    [
      ['      n: n\n', '      amount: { expr: n, was: n }\n'],
      ['total: sum(n)', 'total: sum(amount)'],
      ['n: n, place: place }', 'n: amount, place: place }'],
    ],
    { ...SAFE, 'silver.clean': 'evolved, same' },
  ],
  where: [[['n <> 13', 'n <> 14']], { ...NEEDS, ...ABOVE }],
  'a new check that quarantines': [[['      small:', '      fine: n > 0\n      small:']], { ...NEEDS, ...ABOVE }],
  'another check that quarantines': [[['n < 900', 'n < 800']], { ...NEEDS, ...ABOVE }],
  'a check that quarantined and is gone': [
    [['      small: n < 900\n', '']],
    { ...SAFE, 'silver.clean': 'unchanged, kept' },
  ],
  'a check that quarantined and only warns': [
    [['small: n < 900', 'small: { check: n < 900, on_fail: warn }']],
    { ...SAFE, 'silver.clean': 'unchanged, kept' },
  ],
  'a check that dropped and is gone': [
    [['      dropped: { check: n <> 17, on_fail: drop }\n', '']],
    { ...NEEDS, ...ABOVE },
  ],
  'a check that warns': [[['n % 2 = 0', 'n % 3 = 0']], { ...SAFE, 'silver.clean': 'unchanged, kept' }],
  'the name of a check': [[['small: n', 'little: n']], SAFE],
  'dedupe that is new': [
    [['columns: { at: at, id: id }\n', 'columns: { at: at, id: id }\n    dedupe: { by: [id], within: 1h }\n']],
    { ...NEEDS, ...PLAIN, 'silver.plain/dedupe': 'needs-replay' },
  ],
  'dedupe that is gone': [
    [['    dedupe: { by: [id], within: 1h }\n', '']],
    { ...NEEDS, ...ABOVE, 'silver.clean/dedupe': 'dropped' },
  ],
  'dedupe by other keys': [[['by: [id], within', 'by: [id, place], within']], { ...NEEDS, ...ABOVE }],
  'dedupe within another time': [[['within: 1h', 'within: 2h']], { ...NEEDS, ...ABOVE }],
  'partitions of silver': [
    [['    where: n <> 13', '    partition_by: [place]\n    where: n <> 13']],
    { ...NEEDS, ...CLEAN },
  ],
  'the size of a window': [[['tumbling: 5m', 'tumbling: 10m']], { ...NEEDS, ...WINDOW }],
  'another kind of window': [[['tumbling: 5m', 'sliding: 10m, slide: 5m']], { ...NEEDS, ...WINDOW }],
  'sessions in place of windows': [[['tumbling: 5m', 'session: 5m']], { ...NEEDS, ...WINDOW }],
  'rows kept current': [
    [['    window: { tumbling: 5m }', '    emit: on_change\n    window: { tumbling: 5m }']],
    { ...NEEDS, ...WINDOW },
  ],
  'groups of a window': [[['group_by: [place]', 'group_by: [place, upper]']], { ...NEEDS, ...WINDOW }],
  'a new measure': [[['events: count(*)', 'events: count(*)\n      most: max(n)']], { ...NEEDS, ...WINDOW }],
  'another measure': [[['sum(n)', 'max(n)']], { ...NEEDS, ...WINDOW }],
  'a measure taken away': [
    [['      total: sum(n)\n', '']],
    { ...NEEDS, 'gold.per_minute': 'evolved, same', 'gold.per_minute/window': 'migrated' },
  ],
  'a renamed measure': [
    [['total: sum(n)', 'sum: { expr: sum(n), was: total }']],
    { ...SAFE, 'gold.per_minute': 'evolved, same', 'gold.per_minute/window': 'migrated' },
  ],
  'keys of latest rows': [[['latest_by: [id]', 'latest_by: [place]']], { ...NEEDS, ...LATEST }],
  'another kind of gold table': [
    [
      ['    window: { tumbling: 5m }\n    group_by: [place]\n', '    latest_by: [id]\n'],
      ['    measures:\n      events: count(*)\n      total: sum(n)\n', ''],
    ],
    {
      ...NEEDS,
      ...QUARANTINE,
      'gold.per_minute': 'rewritten, rebuilt',
      'gold.per_minute/window': 'dropped',
      'gold.per_minute/latest': 'needs-replay',
    },
  ],
  'notes of a contract': [[['{"type":"integer"}', '{"type":"integer","description":"a number"}']], SAFE],
}

describe('diffPlans', () => {
  it('of the same plan finds nothing', () => {
    expect(told(diffPlans(BASE, plan()))).toEqual({ verdict: 'unchanged' })
  })

  it('of a pipeline that never ran finds everything new', () => {
    const diff = diffPlans(undefined, BASE)
    expect(diff.verdict).toBe('safe')
    expect(new Set(diff.tables.map(({ change, replays }) => `${change} ${String(replays)}`))).toEqual(
      new Set(['created undefined']),
    )
    expect(new Set(diff.operators.map(({ verdict }) => verdict))).toEqual(new Set(['created']))
  })

  it.each(Object.entries(RULES))('%s', (_name, [edits, found]) => {
    const diff = diffPlans(BASE, plan(...edits))
    expect(told(diff)).toEqual(found)
    expect(diff.approvals.length > 0).toBe(diff.verdict === 'needs-approval')
    expect(diff.refusals.length > 0).toBe(diff.verdict === 'refused')
    expect(JSON.parse(JSON.stringify(diff))).toEqual(diff)
  })

  it('of retentions: a shorter one takes rows, a longer one does not', () => {
    const [short, long] = ['30d', '90d'].map((time) => plan(['gold:', `retention: { silver: ${time} }\ngold:`]))
    if (short === undefined || long === undefined) throw new Error('no plans')
    const shorter = diffPlans(long, short)
    expect(shorter.verdict).toBe('needs-approval')
    expect(shorter.approvals).toContain('`silver.clean` loses rows: they are kept for 30d, and were kept for 90d')
    expect(diffPlans(BASE, short).approvals).toContain(
      '`silver.clean` loses rows: they are kept for 30d, and were kept for ever',
    )
    const longer = diffPlans(short, long)
    expect(told(longer)).toEqual(SAFE)
    expect(longer.tables.find(({ table }) => table === 'clean')?.retention).toEqual({ from: 'for 30d', to: 'for 90d' })
    expect(diffPlans(short, BASE).verdict).toBe('safe')
  })

  it('says which bronze a table is replayed from', () => {
    const { tables } = diffPlans(BASE, plan(['upper(place)', 'lower(place)']))
    expect(tables.flatMap(({ table, replays }) => (replays === undefined ? [] : [`${table} ${replays}`]))).toEqual([
      'clean events',
    ])
  })

  it('fills nothing from a source that is new too', () => {
    const after = plan(
      ['references:', '  more: { topic: more, contract: contract.json, event_time: at }\nreferences:'],
      ['gold:', '  fresh: { from: more, columns: { at: at, id: id }, dedupe: { by: [id], within: 1h } }\ngold:'],
    )
    const diff = diffPlans(BASE, after)
    expect(diff.tables.filter(({ replays }) => replays !== undefined)).toEqual([])
    expect(diff.operators.find(({ id }) => id === 'silver.fresh/dedupe')?.verdict).toBe('created')
  })

  it('an expression that decides which rows stay changes the rows', () => {
    const before = plan(['n <> 13', "n <> 13 and upper <> 'X'"])
    const after = plan(['n <> 13', "n <> 13 and upper <> 'X'"], ['upper(place)', 'lower(place)'])
    expect(told(diffPlans(before, after))).toEqual({ ...NEEDS, ...ABOVE })
    const keyed = plan(['by: [id], within', 'by: [id, place_name], within'])
    const refilled = plan(['by: [id], within', 'by: [id, place_name], within'], ['Xanten', 'Xian'])
    expect(told(diffPlans(keyed, refilled))).toEqual({ ...NEEDS, ...ABOVE })
  })

  it('a replay takes along what must agree with it', () => {
    const looser = ['"maxLength":20', '"maxLength":40'] as const
    const fresh = (from: string) => ['gold:', `gold:\n  fresh: { from: ${from}, latest_by: [id] }`] as const
    const made = { 'gold.fresh': 'created, same', 'gold.fresh/latest': 'needs-replay' }
    expect(told(diffPlans(BASE, plan(looser, fresh('plain'))))).toEqual({ ...NEEDS, ...ABOVE, ...PLAIN, ...made })
    const noted = ['      id: id\n', '      id: id\n      note: note\n'] as const
    // The new table reads the new column, so it is filled in the rows written so far; then all that read them change.
    expect(told(diffPlans(BASE, plan(noted, fresh('clean'))))).toEqual({ ...NEEDS, ...ABOVE, ...made })
    expect(told(diffPlans(BASE, plan(noted, fresh('plain'))))).toEqual({
      ...SAFE,
      'silver.clean': 'evolved, kept',
      ...made,
    })
  })

  it('of a source taken away needs an approval', () => {
    const fresh = plan(['references:', '  more: { topic: more, contract: contract.json, event_time: at }\nreferences:'])
    const diff = diffPlans(fresh, BASE)
    expect(told(diff)).toEqual({ ...NEEDS, 'bronze.more': 'dropped, same' })
  })

  it('a former name that is long applied says nothing', () => {
    const renamed = plan(['      price: price', '      cost: { expr: price, was: price }'])
    expect(told(diffPlans(renamed, plan(['      price: price', '      cost: price'])))).toEqual(SAFE)
  })

  it('tells the changes of columns', () => {
    const after = plan(
      ['      price: price\n', '      cost: { expr: price, was: price }\n'],
      ['decimal(10,2)', 'decimal(12,2)'],
      ['upper(place)', 'length(place)'],
      ['      id: id\n', '      id: id\n      note: note\n'],
      ['      n: n\n', ''],
      ['      double: n * 2', '      n: n\n      double: n * 2'],
    )
    expect(diffPlans(BASE, after).tables.find(({ table }) => table === 'clean')?.columns).toEqual([
      { change: 'added', column: 'note', to: 'string' },
      { change: 'retyped', column: 'upper', from: 'string', to: 'long' },
      { change: 'renamed', column: 'cost', was: 'price' },
      { change: 'widened', column: 'cost', from: 'decimal(10, 2)', to: 'decimal(12, 2)' },
    ])
  })
})
