import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parsePipeline, type ParamValue, type PipelineResult } from '#spec'
import { markedText } from './marked-text.ts'

const file = 'pipelines/inventory-compliance/pipeline.yaml'
const shipped = readFileSync(file, 'utf8')
const HEAD = `smelt: 1
name: orders
sources:
  orders: { topic: orders, contract: c.json, event_time: at }
`

function parse(text: string, params?: Record<string, ParamValue>, env: Record<string, string> = {}): PipelineResult {
  const given = params === undefined ? {} : { params: new Map(Object.entries(params)) }
  return parsePipeline({ file: 'p.yaml', text, env: (name) => env[name], ...given })
}

/** The codes of `result`, with the offsets each one marks. */
function marked({ diagnostics }: PipelineResult): string[] {
  return diagnostics.map(({ code, span }) => `${code} ${span?.start.offset ?? -1}-${span?.end.offset ?? -1}`)
}

/** Checks that `text` has exactly `codes`, each at its mark. */
function expectProblems(text: string, codes: readonly string[], params?: Record<string, ParamValue>): PipelineResult {
  const { text: plain, marks } = markedText(text)
  const result = parse(plain, params)
  expect(marked(result)).toEqual(codes.map((code, index) => `${code} ${marks[index] ?? 'no mark'}`))
  expect(result.node).toBeUndefined()
  return result
}

describe('the shipped pipeline', () => {
  const { node, diagnostics } = parsePipeline({ file, text: shipped, env: () => undefined })
  const devices = node?.silver[0]?.node

  it('has no problem', () => {
    expect(diagnostics).toEqual([])
    expect(node?.name.value).toBe('inventory-compliance')
  })

  it('has its durations in milliseconds and its sizes in bytes', () => {
    const source = node?.sources[0]?.node
    expect(source?.watermark?.value).toBe(300_000)
    expect(source?.maxSkew?.value).toBe(3_600_000)
    expect(source?.maxRecordBytes?.value).toBe(1_048_576)
    expect(devices?.dedupe?.within.value).toBe(86_400_000)
    expect(node?.gold[0]?.node.window?.tumbling?.value).toBe(3_600_000)
  })

  it('has every column, check and measure in file order', () => {
    expect(devices?.columns?.map(({ name }) => name).slice(0, 4)).toEqual(['event_id', 'device_id', 'org', 'os'])
    expect(devices?.checks.map(({ name, node: check }) => [name, check.onFail.value])).toEqual([
      ['disk_plausible', 'quarantine'],
      ['os_known', 'warn'],
    ])
    expect(node?.gold[0]?.node.groupBy.map(({ name, node: group }) => [name, group.expr.value])).toEqual([
      ['org', 'org'],
      ['os', 'os'],
    ])
    expect(node?.gold[1]?.node.latestBy?.map(({ value }) => value)).toEqual(['device_id'])
  })

  it('has the three forms of a column', () => {
    const column = (name: string): unknown => devices?.columns?.find((each) => each.name === name)?.node
    expect(column('device_id')).toMatchObject({ kind: 'expression', expr: { value: 'lower(device_id)' } })
    expect(column('user_ref')).toMatchObject({
      kind: 'expression',
      expr: { value: 'user_email' },
      pii: { value: 'hash' },
    })
    expect(column('os_eol')).toMatchObject({
      kind: 'lookup',
      lookup: { value: 'os_catalog.eol_date' },
      on: [{ value: 'os' }],
      missing: { value: null },
    })
  })

  it('points from every expression back into the file', () => {
    const texts =
      devices?.columns?.flatMap(({ node: each }) => (each.kind === 'expression' ? [each.expr] : each.on)) ?? []
    expect(texts.length).toBeGreaterThan(10)
    for (const text of texts.filter(({ span }) => !shipped.slice(span.start.offset, span.end.offset).includes('$'))) {
      expect(text.value.replace(/[^]/g, (_, index: number) => shipped.charAt(text.offsets.at(index) ?? -1))).toBe(
        text.value,
      )
      expect(text.offsets.at(-1)).toBe((text.offsets.at(-2) ?? 0) + 1)
    }
  })

  it('takes the params of a tenant', () => {
    const params = new Map<string, ParamValue>([
      ['low_disk_pct', 12.5],
      ['dedupe_within', '48h'],
    ])
    const result = parsePipeline({ file, text: shipped, env: () => undefined, params })
    const table = result.node?.silver[0]?.node
    const low = table?.columns?.find(({ name }) => name === 'low_disk')?.node
    expect(result.diagnostics).toEqual([])
    expect(low?.kind === 'expression' ? low.expr.value : '').toBe('100.0 * disk.free_gb / disk.total_gb < 12.5')
    expect(table?.dedupe?.within.value).toBe(2 * 86_400_000)
  })
})

describe('placeholders', () => {
  it('keep the place of what stands around them', () => {
    const text = `${HEAD}params: { low: { type: integer, default: 10 } }\nsilver:\n  t: { from: orders, where: 'a < \${params.low} + b' }\n`
    const where = parse(text).node?.silver[0]?.node.where
    expect(where?.value).toBe('a < 10 + b')
    const at = text.indexOf('a < ${')
    expect(where?.offsets).toEqual([0, 1, 2, 3, 4, 4, 17, 18, 19, 20, 21].map((offset) => at + offset))
  })

  it('give a whole scalar the type of the param', () => {
    const lookup =
      'silver:\n  t:\n    from: orders\n    columns: { c: { lookup: r.c, on: [a], missing: "${params.p}" } }\n'
    const missing = (type: string, preset: string): unknown => {
      const text = `${HEAD}params: { p: { type: ${type}, default: ${preset} } }\n${lookup}`
      const column = parse(text).node?.silver[0]?.node.columns?.[0]?.node
      return column?.kind === 'lookup' ? column.missing?.value : 'no column'
    }
    expect(missing('integer', '7')).toBe(7)
    expect(missing('boolean', 'false')).toBe(false)
    expect(missing('string', '"7"')).toBe('7')
  })

  it('take the environment, its default when the variable is unset or empty', () => {
    const text = HEAD.replace('topic: orders', 'topic: ${env.PREFIX:-dev}.orders')
    const topic = (env: Record<string, string>): unknown =>
      parse(text, undefined, env).node?.sources[0]?.node.topic.value
    expect(topic({ PREFIX: 'prod' })).toBe('prod.orders')
    expect(topic({})).toBe('dev.orders')
    expect(topic({ PREFIX: '' })).toBe('dev.orders')
  })

  it('read a filled number as a number, and as text where text is wanted', () => {
    const text = HEAD.replace('topic: orders', 'topic: "${env.N}"')
    expect(parse(text, undefined, { N: '42' }).node?.sources[0]?.node.topic.value).toBe('42')
  })

  it('can be escaped', () => {
    const text = `${HEAD}silver:\n  t: { from: orders, where: "a = '$\${params.x}'" }\n`
    expect(parse(text).node?.silver[0]?.node.where?.value).toBe("a = '${params.x}'")
  })

  it.each([
    ['unknown param', '«${params.x}»', 'spec/unknown-param'],
    ['unknown namespace', '«${parms.low}»', 'spec/unknown-namespace'],
    ['missing variable', 'a = «${env.NOT_SET}»', 'spec/missing-env'],
    ['secret in a plain field', '«${secrets.X}»', 'spec/secret-not-allowed'],
    ['secret in a text', 'a = «${secrets.X}»', 'spec/secret-in-text'],
    ['broken', 'a = «${params.}» ', 'spec/bad-placeholder'],
  ])('are reported where they stand: %s', (_, where, code) => {
    expectProblems(`${HEAD}silver:\n  t: { from: orders, where: ${where} }\n`, [code])
  })

  it('are never filled twice', () => {
    const text = `${HEAD}params: { p: { type: string } }\nsilver:\n  t: { from: orders, where: "a = '\${params.p}'" }\n`
    expect(parse(text, { p: '${env.HOME}' }).node?.silver[0]?.node.where?.value).toBe("a = '${env.HOME}'")
  })
})

describe('params', () => {
  const declared = `${HEAD}params:\n  limit: { type: integer }\n  grace: { type: duration, default: 1h }\n`
  const used = `${declared}silver:\n  t: { from: orders, dedupe: { by: [a], within: \${params.grace} }, where: a < \${params.limit} }\n`

  it('without a value leave their places unchecked, but nothing else', () => {
    const result = parse(used)
    expect(result).toMatchObject({ diagnostics: [], params: [{ name: 'limit' }, { name: 'grace' }] })
    expect(result.node).toBeUndefined()
    expect(marked(parse(used.replace('topic: orders', 'topik: orders')))).toHaveLength(1)
  })

  it('are given per tenant', () => {
    expect(parse(used, { limit: 3, grace: '2h' }).node?.silver[0]?.node).toMatchObject({
      where: { value: 'a < 3' },
      dedupe: { within: { value: 7_200_000 } },
    })
  })

  it.each([
    ['missing', {}, 'spec/missing-param'],
    ['of another type', { limit: 'many' }, 'spec/wrong-type'],
    ['not whole', { limit: 1.5 }, 'spec/wrong-type'],
    ['not declared', { limit: 1, limits: 2 }, 'spec/unknown-param'],
  ])('are reported when %s', (_, params, code) => {
    expect(parse(used, params).diagnostics.map((each) => each.code)).toEqual([code])
  })

  it('that are broken are not reported again where they are used', () => {
    const text = used.replace('type: integer', 'type: integr')
    expect(parse(text).diagnostics.map(({ code }) => code)).toEqual(['spec/unknown-choice'])
  })
})

describe('problems of a file', () => {
  it('come all at once, in file order, each at its place', () => {
    expectProblems(
      `smelt: 1
name: orders
«ownr»: me
sources:
  «orders»:
    topic: «[a]»
    event_time: at
    watermark: «soon»
silver:
  t:
    from: orders
    «dedup»: {}
    checks: { «a-b»: x > 0 }
«schedule»: {}
`,
      [
        'spec/unknown-field',
        'spec/missing-field',
        'spec/wrong-type',
        'spec/bad-value',
        'spec/unknown-field',
        'spec/bad-name',
        'spec/not-available-yet',
      ],
    )
  })

  it.each([
    [
      'both kinds of gold',
      '{ from: t, window: { tumbling: 1h }, measures: { n: count(*) }, «latest_by»: [a] }',
      'spec/conflicting-fields',
    ],
    ['a group without a window', '{ from: t, latest_by: [a], «group_by»: [b] }', 'spec/conflicting-fields'],
    [
      'columns of a window',
      '{ from: t, window: { tumbling: 1h }, measures: { n: count(*) }, «columns»: { a: a } }',
      'spec/conflicting-fields',
    ],
    ['a key named twice', '{ from: t, latest_by: [a, «a»] }', 'spec/duplicate-entry'],
    ['an empty list', '{ from: t, latest_by: «[]» }', 'spec/no-value'],
    [
      'a column in a list that is none',
      '{ from: t, window: { tumbling: 1h }, measures: { n: count(*) }, group_by: [«a b»] }',
      'spec/bad-value',
    ],
  ])('include %s', (_, gold, code) => {
    expectProblems(`${HEAD}gold:\n  g: ${gold}\n`, [code])
  })

  it('have a JSON pointer', () => {
    const { diagnostics } = parse(`${HEAD}silver:\n  t: { from: orders, checks: { c: { check: a, on_fail: stop } } }\n`)
    expect(diagnostics.map(({ pointer }) => pointer)).toEqual(['/silver/t/checks/c/on_fail'])
  })

  it('never stop the reading with an exception', () => {
    const values = [
      '[]',
      '{}',
      '',
      'null',
      '1',
      '.nan',
      '.inf',
      '1e400',
      'true',
      '"\\uD800"',
      '- 1',
      '[[]]',
      '{a: {a: }}',
    ]
    const fields = ['smelt', 'name', 'params', 'sources', 'references', 'bronze', 'silver', 'gold', 'sinks']
    for (const field of fields) {
      for (const value of values) {
        const text = `smelt: 1\nname: n\nsources: { s: { topic: t, contract: c, event_time: e } }\n`
          .split('\n')
          .filter((line) => !line.startsWith(`${field}:`))
          .concat(`${field}: ${value}`)
          .join('\n')
        const { node, diagnostics } = parse(text)
        expect(node === undefined, text).toBe(diagnostics.length > 0)
      }
    }
  })
})
