import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Code } from '#diagnostics'
import { compileContract, type DataType } from '#contract'

const object = (properties: object, more: object = {}): string =>
  JSON.stringify({ type: 'object', properties, ...more })

function typeOf(schema: unknown): { type: DataType; nullable: boolean } {
  const { contract } = compileContract({ file: 'c.json', text: object({ v: schema }, { required: ['v'] }) })
  const [field] = contract?.fields ?? []
  if (field === undefined) throw new Error('no field')
  return { type: field.type, nullable: field.nullable }
}

describe('types of fields', () => {
  it.each<[object, DataType, boolean]>([
    [{ type: 'integer' }, { kind: 'long' }, false],
    [{ type: 'number' }, { kind: 'double' }, false],
    [{ type: 'boolean' }, { kind: 'boolean' }, false],
    [{ type: 'string' }, { kind: 'string' }, false],
    [{ type: 'string', format: 'uuid' }, { kind: 'string' }, false],
    [{ type: 'string', format: 'date-time' }, { kind: 'timestamp' }, false],
    [{ type: 'string', format: 'date' }, { kind: 'date' }, false],
    [{ type: ['null', 'string'] }, { kind: 'string' }, true],
    [{ type: ['string', 'null'], enum: ['a'] }, { kind: 'string' }, false],
    [{ enum: ['a', null] }, { kind: 'string' }, true],
    [{ const: 1 }, { kind: 'long' }, false],
    [{ enum: [1, 1.5] }, { kind: 'double' }, false],
    [{ type: 'number', 'x-smelt-type': 'decimal(10,2)' }, { kind: 'decimal', precision: 10, scale: 2 }, false],
    [{ type: ['integer', 'string'] }, { kind: 'json' }, true],
    [{}, { kind: 'json' }, true],
    [{ type: 'object' }, { kind: 'json' }, false],
    [{ type: 'array' }, { kind: 'json' }, false],
    [
      { type: 'array', items: { type: ['integer', 'null'] } },
      { kind: 'list', element: { type: { kind: 'long' }, nullable: true } },
      false,
    ],
    [
      {
        type: 'object',
        required: ['a'],
        properties: { a: { type: 'integer' }, b: { type: 'string', description: 'B' } },
      },
      {
        kind: 'struct',
        fields: [
          { name: 'a', type: { kind: 'long' }, nullable: false },
          { name: 'b', type: { kind: 'string' }, nullable: true, doc: 'B' },
        ],
      },
      false,
    ],
  ])('%j', (schema, type, nullable) => {
    expect(typeOf(schema)).toEqual({ type, nullable })
  })

  it('follow local references', () => {
    const text = object(
      { a: { $ref: '#/$defs/b' } },
      { $defs: { b: { $ref: '#/$defs/c~1d' }, 'c/d': { type: 'integer' } } },
    )
    const { contract, diagnostics } = compileContract({ file: 'c.json', text })
    expect(diagnostics).toEqual([])
    expect(contract?.fields).toEqual([{ name: 'a', type: { kind: 'long' }, nullable: true }])
  })

  it('end at references that lead back to themselves', () => {
    const text = object(
      { a: { $ref: '#/$defs/tree' } },
      { $defs: { tree: { type: 'object', properties: { left: { $ref: '#/$defs/tree' } } } } },
    )
    const { contract } = compileContract({ file: 'c.json', text })
    expect(contract?.rowByRow.map(({ keyword }) => keyword)).toEqual(['$ref'])
  })
})

describe('a contract that must go row by row', () => {
  it('says which keywords cause it, and where', () => {
    const text =
      '{\n  "type": "object",\n  "properties": {\n    "a": { "type": "string", "not": { "const": "b" } },\n    "b": { "pattern": "(?=x)", "type": "string" }\n  }\n}'
    const { contract, diagnostics } = compileContract({ file: 'c.json', text })
    expect(contract?.vectorised).toBeUndefined()
    expect(contract?.rowByRow).toEqual([
      { keyword: 'not', pointer: '/properties/a/not' },
      { keyword: 'pattern', pointer: '/properties/b/pattern' },
    ])
    expect(
      diagnostics.map(({ code, severity, span }) => [code, severity, span?.start.line, span?.start.column]),
    ).toEqual([
      ['contract/row-by-row', 'info', 4, 37],
      ['contract/row-by-row', 'info', 5, 23],
    ])
  })
})

describe('broken contracts', () => {
  // The marked stretch is where the diagnostic must point.
  it.each<[string, Code, string]>([
    ['{"type": "object", «}»', 'contract/not-json', ''],
    ['{"type": "object", «"type"»: "object"}', 'contract/duplicate-key', '/type'],
    ['«[]»', 'contract/not-an-object', '/type'],
    ['{"type": «"array"»}', 'contract/not-an-object', '/type'],
    ['{"type": «"objct"», "properties": {"a": {}}}', 'contract/wrong-value', '/type'],
    [
      '{"type": "object", "properties": {"a": {"type": «"nmber"», "minimum": 0}}}',
      'contract/wrong-value',
      '/properties/a/type',
    ],
    [
      '{"type": "object", "$schema": «"http://json-schema.org/draft-07/schema#"»}',
      'contract/wrong-dialect',
      '/$schema',
    ],
    ['{"type": "object", «"propertys"»: {}}', 'contract/unknown-keyword', '/propertys'],
    [
      '{"type": "object", "properties": {"a": {«"dependencies"»: {}}}}',
      'contract/unknown-keyword',
      '/properties/a/dependencies',
    ],
    [
      '{"type": "object", "properties": {"a": {«"x-smelt-typ"»: "b"}}}',
      'contract/unknown-keyword',
      '/properties/a/x-smelt-typ',
    ],
    ['{"type": "object", «"unevaluatedProperties"»: false}', 'contract/extension-keyword', '/unevaluatedProperties'],
    [
      '{"type": "object", "properties": {"a": {"type": "string", "format": «"datetime"»}}}',
      'contract/unknown-format',
      '/properties/a/format',
    ],
    [
      '{"type": "object", "properties": {"a": {"type": "string", "format": «"constructor"»}}}',
      'contract/unknown-format',
      '/properties/a/format',
    ],
    ['{"type": "object", "properties": {"a": {"type": «"text"»}}}', 'contract/wrong-value', '/properties/a/type'],
    [
      '{"type": "object", "properties": {"a": {"type": "string", "minLength": «-1»}}}',
      'contract/wrong-value',
      '/properties/a/minLength',
    ],
    [
      '{"type": "object", "properties": {"a": {"type": "number", "multipleOf": «0»}}}',
      'contract/wrong-value',
      '/properties/a/multipleOf',
    ],
    ['{"type": "object", "required": «["a", "a"]», "properties": {"a": {}}}', 'contract/wrong-value', '/required'],
    ['{"type": "object", "properties": «{"a": "string"}»}', 'contract/wrong-value', '/properties'],
    ['{"type": "object", "properties": {«""»: {}}}', 'contract/wrong-value', '/properties'],
    [
      '{"type": "object", "properties": {"a": {"type": "string", "pattern": «"("»}}}',
      'contract/bad-pattern',
      '/properties/a/pattern',
    ],
    [
      '{"type": "object", "properties": {"a": {"$ref": «"#/$defs/b"»}}}',
      'contract/unresolved-ref',
      '/properties/a/$ref',
    ],
    [
      '{"type": "object", "properties": {"a": {"$ref": «"other.json"»}}}',
      'contract/unresolved-ref',
      '/properties/a/$ref',
    ],
    [
      '{"type": "object", "properties": {"event_id": {}}, "required": [«"event_di"»]}',
      'contract/undeclared-required',
      '/required/0',
    ],
    ['{"type": "object", "properties": {"ID": {}, «"id"»: {}}}', 'contract/ambiguous-names', '/properties/id'],
    [
      '{"type": "object", "properties": {"a": {"type": "integer", "maximum": «9007199254740993»}}}',
      'contract/inexact-number',
      '/properties/a/maximum',
    ],
    [
      '{"type": "object", "properties": {"a": {"type": "number", "x-smelt-type": «"decimal(39,2)"»}}}',
      'contract/bad-type',
      '/properties/a/x-smelt-type',
    ],
    [
      '{"type": "object", "properties": {"a": {"type": "integer", «"maxLength"»: 3}}}',
      'contract/idle-keyword',
      '/properties/a/maxLength',
    ],
  ])('%s', (marked, code, pointer) => {
    const text = marked.replace(/[«»]/g, '')
    const { contract, diagnostics } = compileContract({ file: 'c.json', text })
    const [found] = diagnostics
    expect(found?.code).toBe(code)
    expect(contract === undefined).toBe(found?.severity === 'error')
    expect(found?.pointer ?? '').toBe(pointer)
    const { start, end } = found?.span ?? { start: { offset: -1, column: 0 }, end: { offset: -1 } }
    const length = code === 'contract/duplicate-key' ? undefined : end.offset
    expect(start).toMatchObject({ offset: marked.indexOf('«'), line: 1, column: marked.indexOf('«') + 1 })
    // A keyword's own diagnostic spans from the keyword; its value may follow.
    expect(text.slice(start.offset, length)).toContain(/«([^»]*)»/.exec(marked)?.[1])
  })

  it('reports all of them at once, with the nearest word', () => {
    const text = object({ a: { typ: 'string' }, b: { type: 'string', format: 'uid' } }, { required: ['c'] })
    const { diagnostics } = compileContract({ file: 'c.json', text })
    expect(diagnostics.map(({ message }) => message)).toEqual([
      '`c` is required, but `properties` does not declare it',
      '`typ` is no keyword of JSON Schema 2020-12; did you mean `type`?',
      '`uid` is no format that Smelt checks; did you mean `uuid`?',
    ])
  })

  it('takes the range of a 64-bit integer as a limit', () => {
    const text =
      '{"type":"object","properties":{"a":{"type":"integer","minimum":-9223372036854775808,"maximum":9223372036854775807}}}'
    expect(compileContract({ file: 'c.json', text }).diagnostics).toEqual([])
  })
})

it('compiles without loading ajv or the engine', () => {
  const folder = path.join(import.meta.dirname, '../../runtime/contract')
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts'))) {
    const imports = [
      ...readFileSync(path.join(folder, file), 'utf8').matchAll(/^import (?!type )[^;]*? from '([^']+)'/gm),
    ]
    const loaded = imports.map(([, from = '']) => from).filter((from) => !/^(?:\.\/|#diagnostics$|node:)/.test(from))
    expect(loaded, file).toEqual([])
  }
})
