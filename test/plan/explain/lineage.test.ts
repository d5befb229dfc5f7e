import { describe, expect, it } from 'vitest'
import { compileProgram, expressionSql } from '#dialect/duckdb'
import { planTables, tableKey } from '#engine'
import { findLineage, planLineage, traceLineage, type Expr, type LineageNode, type LineageStep, type Plan } from '#plan'
import { compilePipeline } from '../../support/pipeline.ts'
import { goldenPlans } from '../../support/plans.ts'

function ends(step: LineageStep): LineageStep[] {
  return step.steps.length === 0 ? [step] : step.steps.flatMap(ends)
}

function stepsOf(step: LineageStep): LineageStep[] {
  return [step, ...step.steps.flatMap(stepsOf)]
}

/** The contract fields whose typed columns an SQL text names, `"f_<name>"`. */
function fieldsNamed(sql: string): string[] {
  return [
    ...new Set([...sql.matchAll(/"f_((?:[^"]|"")*)"/g)].map(([, name = '']) => name.replaceAll('""', '"'))),
  ].sort()
}

/** The top-level contract fields among ids. */
function topFields(plan: Plan, nodes: readonly LineageNode[], ids: readonly string[]): string[] {
  const found = nodes.filter(({ id, kind }) => kind === 'field' && ids.includes(id))
  const all = plan.sources.flatMap(({ contract }) => contract.fields.map(({ name }) => name))
  return [
    ...new Set(found.map(({ name }) => all.find((each) => each === name || name.startsWith(`${each}.`)) ?? name)),
  ].sort()
}

describe.each(goldenPlans())('the lineage of %s', (_, plan) => {
  const lineage = planLineage(plan)
  const byId = new Map(lineage.nodes.map((node) => [node.id, node]))

  it('has a node for every column of every table, and no other', () => {
    const columns = planTables(plan)
      .filter(({ identifier }) => identifier.layer !== 'quarantine')
      .flatMap(({ identifier, columns: all }) => all.map(({ name }) => `${tableKey(identifier)} ${name}`))
    const nodes = lineage.nodes
      .filter(({ kind, of }) => (kind === 'column' || kind === 'record') && !of.startsWith('quarantine.'))
      .map(({ of, name }) => `${of} ${name}`)
    expect(nodes.sort()).toEqual(columns.sort())
    expect(byId.size).toBe(lineage.nodes.length)
  })

  it('ends in contract fields, references, the record itself, or in values without inputs', () => {
    const columns = lineage.nodes.filter(({ kind }) => kind === 'column')
    for (const root of traceLineage(lineage, columns, 'back').roots) {
      for (const { node } of ends(root)) {
        const fixed = node.kind === 'column' && node.inputs.length === 0 && node.value !== undefined
        expect(fixed || ['field', 'reference', 'record'].includes(node.kind), node.id).toBe(true)
      }
    }
    for (const { inputs } of lineage.nodes) for (const { id } of inputs) expect(byId.has(id), id).toBe(true)
    for (const { inputs } of lineage.rows) for (const id of inputs) expect(byId.has(id), id).toBe(true)
  })

  it('goes the same ways in both directions', () => {
    const back = lineage.nodes.flatMap((node) =>
      traceLineage(lineage, [node], 'back')
        .roots.flatMap(stepsOf)
        .map((each) => `${each.node.id} <- ${node.id}`),
    )
    const on = new Set(
      lineage.nodes.flatMap((node) =>
        traceLineage(lineage, [node], 'on')
          .roots.flatMap(stepsOf)
          .map((each) => `${node.id} <- ${each.node.id}`),
      ),
    )
    expect(back.filter((way) => !on.has(way))).toEqual([])
  })

  it('names the contract fields that the SQL of each silver table reads, no more and no fewer', () => {
    for (const { sql, plan: table } of compileProgram(plan).sources.flatMap(({ silver }) => silver)) {
      const id = `silver.${table.table.name}`
      const columns = lineage.nodes.filter(({ of }) => of === id).flatMap(({ inputs }) => inputs.map((each) => each.id))
      const operators = [`${id}/where`, `${id}/check.`]
      const rules = lineage.rows.filter(({ operator }) => operators.some((each) => operator.startsWith(each)))
      const warned = table.checks.filter(({ onFail }) => onFail === 'warn').map(({ expr }) => expr)
      const ids = [...columns, ...rules.flatMap(({ inputs }) => inputs)]
      const read = new Set([...topFields(plan, lineage.nodes, ids), ...warned.flatMap(sourceFields)])
      expect([...read].sort()).toEqual(fieldsNamed(sql.shape))
    }
  })

  it('names what the SQL of each expression reads, column by column', () => {
    for (const table of plan.silver) {
      for (const { name, value } of table.columns) {
        const seen = new Set<string>()
        const exprs = value.kind === 'expression' ? [value.expr] : value.on
        for (const expr of exprs) expressionSql(expr, ({ path }) => (seen.add(path.join('.')), 'null'))
        const node = lineage.nodes.find((each) => each.of === `silver.${table.table.name}` && each.name === name)
        const fields = node?.inputs.flatMap(({ id }) => byId.get(id) ?? []).filter(({ kind }) => kind !== 'reference')
        expect(fields?.map((each) => each.name).sort()).toEqual([...seen].sort())
      }
    }
  })
})

function sourceFields(expr: Expr): string[] {
  const names: string[] = []
  expressionSql(expr, ({ scope, path }) => {
    if (scope === 'source') names.push(path[0] ?? '')
    return 'null'
  })
  return names
}

describe('personal data', () => {
  const { plan } = compilePipeline(
    `smelt: 1
name: under-test
sources:
  events: { topic: events, contract: contract.json, event_time: at }
silver:
  clean:
    from: events
    columns:
      at: at
      hashed: { expr: person.email, pii: hash }
      masked: { expr: person.email, pii: mask }
      leaked: "person.email || '!'"
      other: person.age
      n: length(note)
gold:
  per_hour:
    from: clean
    window: { tumbling: 1h }
    group_by: [masked]
    measures:
      people: count(distinct hashed)
      worst: max(concat(hashed, leaked))
      filtered: count(*) filter (where leaked <> '')
`,
    {
      'contract.json': JSON.stringify({
        type: 'object',
        required: ['at', 'person'],
        properties: {
          at: { type: 'string', format: 'date-time' },
          note: { type: 'string' },
          person: { type: 'object', properties: { email: { type: 'string' }, age: { type: 'integer' } } },
        },
      }),
    },
  )
  const lineage = planLineage(plan)
  const exposure = (id: string) => lineage.nodes.find((node) => node.id === id)?.personal

  it('is followed from its field to every column, in the least hidden form', () => {
    const expected = {
      'source.events.person': 'clear',
      'source.events.person.email': 'clear',
      'source.events.person.age': undefined,
      'bronze.events.kafka_value': 'clear',
      'bronze.events.kafka_offset': undefined,
      'silver.clean.hashed': 'hash',
      'silver.clean.masked': 'mask',
      'silver.clean.leaked': 'clear',
      'silver.clean.other': undefined,
      'silver.clean.n': undefined,
      'gold.per_hour.masked': 'mask',
      'gold.per_hour.people': 'hash',
      'gold.per_hour.worst': 'clear',
      'gold.per_hour.filtered': undefined,
    }
    expect(Object.fromEntries(Object.keys(expected).map((id) => [id, exposure(id)]))).toEqual(expected)
  })

  it('is found going on from the field: every place it ends in, and the raw bytes', () => {
    const found = findLineage(lineage, 'events.person.email')
    const { roots } = traceLineage(lineage, 'nodes' in found ? found.nodes : [], 'on')
    const met = new Set(roots.flatMap(stepsOf).map(({ node }) => node.id))
    expect([...met].sort()).toEqual([
      'bronze.events.kafka_value',
      'gold.per_hour.filtered',
      'gold.per_hour.masked',
      'gold.per_hour.people',
      'gold.per_hour.worst',
      'quarantine.under-test.kafka_value',
      'silver.clean.hashed',
      'silver.clean.leaked',
      'silver.clean.masked',
      'source.events.person.email',
    ])
  })

  it('of an object goes on from what it holds', () => {
    const found = findLineage(lineage, 'source.events.person')
    const { roots } = traceLineage(lineage, 'nodes' in found ? found.nodes : [], 'on')
    expect(roots.flatMap(stepsOf).map(({ node }) => node.id)).toContain('silver.clean.other')
  })
})

describe('traceLineage', () => {
  const [, plan] = goldenPlans().find(([name]) => name === 'explain/every-noun') ?? []
  const lineage = planLineage(plan as Plan)
  const rules = (name: string, direction: 'back' | 'on') => {
    const found = findLineage(lineage, name)
    return traceLineage(lineage, 'nodes' in found ? found.nodes : [], direction).rows.map(({ operator }) => operator)
  }

  it('tells what decides about the rows of every table on the way back, of a count too', () => {
    const silver = ['where', 'check.positive', 'check.small', 'check.sane', 'dedupe', 'columns', 'lookup.countries']
    expect(new Set(rules('gold.per_region.orders', 'back'))).toEqual(
      new Set([
        ...['source.orders/contract', 'source.orders/event-time', 'gold.per_region/where', 'gold.per_region/window'],
        ...silver.map((each) => `silver.accepted/${each}`),
      ]),
    )
    expect(rules('silver.everything.label', 'back')).toEqual(['source.style/contract', 'source.style/event-time'])
  })

  it('tells which rows hang on a field', () => {
    expect(new Set(rules('orders.quantity', 'on'))).toEqual(
      new Set([
        ...['source.orders/contract', 'gold.per_region/where', 'gold.per_region/window', 'gold.newest/where'],
        ...['gold.over_quota/as-of', 'gold.over_quota/where', 'gold.twice_at_once/where'],
        ...['columns', 'where', 'check.positive', 'check.small'].map((each) => `silver.accepted/${each}`),
      ]),
    )
  })
})

describe('findLineage', () => {
  const [, plan] = goldenPlans()[0] ?? []
  const lineage = planLineage(plan as Plan)

  it.each([
    ['gold.fleet_health.devices', 1],
    ['gold.fleet_health', 10],
    ['inventory.user_email', 1],
    ['source.inventory.user_email', 1],
    ['os_catalog.vendor', 1],
    ['os_catalog', 3],
    ['bronze.inventory', 6],
  ])('finds %s', (name, count) => {
    const found = findLineage(lineage, name)
    expect('nodes' in found && found.nodes).toHaveLength(count)
  })

  it.each([
    ['gold.fleet_heath.devices', 'gold.fleet_health.devices'],
    ['gold.fleet_helth', 'gold.fleet_health'],
    ['inventory.user_emial', 'inventory.user_email'],
    ['something.else.entirely', undefined],
  ])('knows what %s may mean', (name, nearest) => {
    expect(findLineage(lineage, name)).toEqual({ nearest })
  })
})
