import { describe, expect, it } from 'vitest'
import type { RecordCode } from '#diagnostics'
import { compileContract, createExplainer, type Contract, type Verdict } from '#contract'

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'os', 'at'],
  properties: {
    id: { type: 'string', minLength: 1 },
    os: { enum: ['windows', 'macos'] },
    at: { type: 'string', format: 'date-time' },
    day: { type: 'string', format: 'date' },
    count: { type: 'integer', minimum: -9007199254740992 },
    share: { type: 'number', maximum: 1 },
    price: { type: ['number', 'string'], 'x-smelt-type': 'decimal(6,2)' },
    any: {},
    disk: { type: 'object', properties: { free: { type: 'integer' } } },
    tags: { type: 'array', items: { type: 'string' } },
  },
}
const GOOD = '"id":"a","os":"macos","at":"2026-01-02T03:04:05Z"'

function contractOf(schema: object): Contract {
  const { contract, diagnostics } = compileContract({ file: 'c.schema.json', text: JSON.stringify(schema) })
  if (contract === undefined) throw new Error(JSON.stringify(diagnostics))
  return contract
}

async function explain(value: string | Uint8Array | null, schema: object = SCHEMA): Promise<Verdict> {
  const explainer = await createExplainer(contractOf(schema), { maxRecordBytes: 1_000_000 })
  return explainer(typeof value === 'string' ? Buffer.from(value) : value)
}

/** The text that the shred reads, of a good record with `more` members. */
async function textOf(more: string): Promise<string> {
  const verdict = await explain(`{${GOOD},${more}}`)
  if (!verdict.ok) throw new Error(verdict.message)
  return verdict.text.replace(`{${GOOD},`, '').replace(/\}$/, '')
}

describe('bad records', () => {
  const deep = '['.repeat(200) + ']'.repeat(200)
  const cases: readonly (readonly [string, string | Uint8Array | null, RecordCode, string])[] = [
    ['null value', null, 'record/null-value', ''],
    ['empty value', '', 'record/empty-value', ''],
    ['5 MB record', `{${GOOD},"any":"${'x'.repeat(5_000_000)}"}`, 'record/oversized', ''],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 'record/not-utf8', ''],
    ['truncated UTF-8', Buffer.from('{"id":"é').subarray(0, 8), 'record/not-utf8', ''],
    ['truncated JSON', `{${GOOD}`, 'record/not-json', ''],
    ['trailing comma', `{${GOOD},}`, 'record/not-json', ''],
    ['comment', `/* a */ {${GOOD}}`, 'record/not-json', ''],
    ['two values', `{${GOOD}} {}`, 'record/not-json', ''],
    ['byte order mark', `\ufeff{${GOOD}}`, 'record/not-json', ''],
    ['NaN text', `{${GOOD},"share":NaN}`, 'record/not-json', ''],
    ['infinity text', `{${GOOD},"share":-Infinity}`, 'record/not-json', ''],
    ['leading zero', `{${GOOD},"count":01}`, 'record/not-json', ''],
    ['raw control character', `{${GOOD},"any":"a\nb"}`, 'record/not-json', ''],
    ['huge nesting', `{${GOOD},"any":${deep}}`, 'record/too-deep', ''],
    ['huge nesting, truncated', '['.repeat(500_000), 'record/not-json', ''],
    ['duplicate key', `{${GOOD},"id":"b"}`, 'record/duplicate-key', '/id'],
    ['duplicate key far in', `{${GOOD},"any":[{"a":{"b":1,"b":1}}]}`, 'record/duplicate-key', '/any/0/a/b'],
    ['duplicate key by escape', `{${GOOD},"\\u0069d":"b"}`, 'record/duplicate-key', '/id'],
    ['lone surrogate escape', `{${GOOD},"any":"\\ud83d"}`, 'record/lone-surrogate', '/any'],
    ['reversed surrogates', `{${GOOD},"any":"\\ude00\\ud83d"}`, 'record/lone-surrogate', '/any'],
    ['int64 overflow', `{${GOOD},"count":9223372036854775808}`, 'record/number-out-of-range', '/count'],
    ['int64 underflow', `{${GOOD},"count":-9223372036854775809}`, 'record/number-out-of-range', '/count'],
    ['int64 overflow within', `{${GOOD},"disk":{"free":1e19}}`, 'record/number-out-of-range', '/disk/free'],
    ['1e400', `{${GOOD},"share":1e400}`, 'record/number-out-of-range', '/share'],
    ['1e400 where nobody looks', `{${GOOD},"any":[1e400]}`, 'record/number-out-of-range', '/any/0'],
    ['decimal too long', `{${GOOD},"price":12345.6}`, 'record/number-out-of-range', '/price'],
    ['decimal too fine', `{${GOOD},"price":"0.001"}`, 'record/number-out-of-range', '/price'],
    ['wrong type', `{${GOOD},"count":"12"}`, 'record/contract-violation', '/count'],
    ['fraction for integer', `{${GOOD},"count":1.5}`, 'record/contract-violation', '/count'],
    ['fraction a double swallows', `{${GOOD},"count":9007199254740992.5}`, 'record/contract-violation', '/count'],
    ['fraction too small to see', `{${GOOD},"count":1e-400}`, 'record/contract-violation', '/count'],
    ['beyond a limit by one', `{${GOOD},"count":-9007199254740993}`, 'record/contract-violation', '/count'],
    ['no decimal text', `{${GOOD},"price":"1e2"}`, 'record/contract-violation', '/price'],
    ['missing field', '{"id":"a","os":"macos"}', 'record/contract-violation', '/at'],
    ['extra field', `{${GOOD},"extra":1}`, 'record/contract-violation', '/extra'],
    ['null where none is allowed', `{${GOOD},"tags":null}`, 'record/contract-violation', '/tags'],
    ['bad enum', `{${GOOD.replace('macos', 'beos')}}`, 'record/contract-violation', '/os'],
    ['bad date', `{${GOOD},"day":"2026-02-30"}`, 'record/contract-violation', '/day'],
    ['bad date in a time', `{${GOOD.replace('2026-01-02', '2026-02-30')}}`, 'record/contract-violation', '/at'],
    ['leap second', `{${GOOD.replace('03:04:05', '23:59:60')}}`, 'record/contract-violation', '/at'],
    ['no object', '[]', 'record/contract-violation', ''],
  ]
  it.each(cases)('%s', async (_, value, code, path) => {
    expect(await explain(value)).toMatchObject({ ok: false, code, path })
  })

  it('names every violation with path, keyword and limit, and no value', async () => {
    const verdict = await explain('{"id":"","os":"beos-secret","share":2.75,"extra":"secret"}')
    expect(verdict).toEqual({
      ok: false,
      code: 'record/contract-violation',
      path: '/at',
      message:
        'The value does not satisfy the contract: `/at` is missing (required); `/extra` is not declared ' +
        '(additionalProperties); `/id` must NOT have fewer than 1 characters (minLength); `/os` must be one of ' +
        '["windows","macos"] (enum); `/share` must be at most 1 (maximum)',
      violations: [
        { path: '/at', keyword: 'required', message: 'is missing' },
        { path: '/extra', keyword: 'additionalProperties', message: 'is not declared' },
        { path: '/id', keyword: 'minLength', message: 'must NOT have fewer than 1 characters' },
        { path: '/os', keyword: 'enum', message: 'must be one of ["windows","macos"]' },
        { path: '/share', keyword: 'maximum', message: 'must be at most 1' },
      ],
    })
  })

  it('says where JSON breaks off, without quoting the record', async () => {
    const verdict = await explain('{"id": "secret" "os": 1}')
    expect(verdict).toMatchObject({
      message: 'The value is not one JSON value: `"` stands where `,` or `}` is expected, at character 17',
    })
  })

  it('bounds its message however many faults there are', async () => {
    const verdict = await explain(`{${GOOD},"tags":[${'1,'.repeat(50_000)}1]}`)
    if (verdict.ok) throw new Error('accepted')
    expect(verdict.message.length).toBeLessThan(10_000)
    expect(verdict.message).toContain('and 49901 more')
  })
})

describe('the text of a valid record', () => {
  it.each([
    ['"count":1.0', '"count":1'],
    ['"count":1e2', '"count":100'],
    ['"count":-0', '"count":0'],
    ['"count":9223372036854775807', '"count":9223372036854775807'],
    ['"count": 9007199254740993', '"count":9007199254740993'],
    ['"share":0.10', '"share":0.10'],
    ['"any":[-0,-0.0]', '"any":"[0,-0.0]"'],
    ['"share":-1e-400', '"share":-1e-400'],
    ['"price":1', '"price":"1.00"'],
    ['"price":"-12.5"', '"price":"-12.50"'],
    ['"price":1.2e1', '"price":"12.00"'],
    [
      '"any":{"b":[1.50,12345678901234567890],"a":"\\u0041"}',
      '"any":"{\\"b\\":[1.50,12345678901234567890],\\"a\\":\\"A\\"}"',
    ],
    ['"tags":["\\u00e9\\ud83d\\ude00","\\u0000"]', '"tags":["é😀","\\u0000"]'],
    ['"disk":{"free":1.0,"other":2}', '"disk":{"free":1}'],
  ])('%s', async (more, text) => {
    expect(await textOf(more)).toBe(text)
  })

  it('has its timestamps in UTC, with at most six digits', async () => {
    const verdict = await explain(`{${GOOD.replace('2026-01-02T03:04:05Z', '2026-01-01t23:30:00.123456789-01:30')}}`)
    expect(verdict).toEqual({ ok: true, text: '{"id":"a","os":"macos","at":"2026-01-02T01:00:00.123456Z"}' })
  })

  it('leaves out members that an open contract does not declare', async () => {
    const open = { type: 'object', properties: { a: { type: 'integer' } } }
    expect(await explain('{"b":{"c":1},"a":1}', open)).toEqual({ ok: true, text: '{"a":1}' })
  })
})

describe('names of JavaScript', () => {
  it('are only names', async () => {
    const schema = { type: 'object', properties: { toString: { type: 'string' } }, required: ['toString'] }
    expect(await explain('{}', schema)).toMatchObject({ ok: false, path: '/toString' })
    expect(await explain('{"__proto__":1,"toString":"a"}', schema)).toEqual({ ok: true, text: '{"toString":"a"}' })
  })
})

describe('keywords for objects beside alternatives for lists', () => {
  it('judge a record and do not throw', async () => {
    const x = {
      type: 'array',
      oneOf: [{ type: 'array', properties: { q: { type: 'string' } } }],
      patternProperties: { '^p': { type: 'string' } },
    }
    const schema = { type: 'object', properties: { x } }
    expect(await explain('{"x":{"q":"a","p":"b"}}', schema)).toMatchObject({ ok: false, path: '/x' })
  })
})

describe('integers that no double holds', () => {
  const schema = {
    type: 'object',
    properties: { a: {}, b: { type: 'array', uniqueItems: true }, c: { multipleOf: 2 } },
  }
  it('are told apart by uniqueItems', async () => {
    expect(await explain('{"b":[9007199254740992,9007199254740993]}', schema)).toMatchObject({ ok: true })
    expect(await explain('{"b":[9007199254740993,9007199254740993.0]}', schema)).toMatchObject({
      ok: false,
      path: '/b',
    })
  })
  it('are told apart by enum and const', async () => {
    const only = {
      type: 'object',
      properties: { a: { const: 9007199254740992 }, b: { enum: [{ c: 9007199254740992 }] } },
    }
    expect(await explain('{"a":9007199254740992}', only)).toMatchObject({ ok: true })
    expect(await explain('{"a":9007199254740993}', only)).toMatchObject({ ok: false, path: '/a' })
    expect(await explain('{"b":{"c":9007199254740993}}', only)).toMatchObject({ ok: false, path: '/b' })
  })
  it('have exact multiples', async () => {
    expect(await explain('{"c":9007199254740993}', schema)).toMatchObject({ ok: false, path: '/c' })
    expect(await explain('{"c":9007199254740994}', schema)).toMatchObject({ ok: true })
  })
})
