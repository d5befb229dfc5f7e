import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '#diagnostics'
import { optional, required } from '../../../runtime/spec/kinds/field.ts'
import { noun } from '../../../runtime/spec/kinds/noun.ts'
import { text } from '../../../runtime/spec/kinds/text.ts'
import { jsonSchema } from '../../../runtime/spec/schema/json-schema.ts'
import { plain } from '../../../runtime/spec/schema/plain-value.ts'
import { readYaml } from '../../../runtime/spec/yaml/read-yaml.ts'
import { sourceText } from '../../../runtime/spec/yaml/source-text.ts'
import { markedText } from '../marked-text.ts'

const docs = { doc: 'A field.', example: 'a' }
const moved = noun({
  name: 'parcel',
  doc: 'A noun whose fields have had other names.',
  fields: {
    to: required(text, { ...docs, deprecated: ['recipient', 'addressee'] }),
    from: optional(text, { ...docs, deprecated: ['sender'] }),
    stamp: optional(text, docs),
  },
  rules: [{ kind: 'excludes', field: 'stamp', others: ['from'] }],
  build: ({ to, from }) => [to.value, from?.value],
})

const ajv = new Ajv({ strict: false })
const validate = ajv.compile(jsonSchema({ name: 'parcel', files: 'parcel.yaml', shape: moved.shape, params: false }))

function read(marked: string) {
  const { text: yaml, marks } = markedText(marked)
  const source = sourceText('parcel.yaml', yaml)
  const { root } = readYaml(source, 'parcel')
  if (root === undefined) throw new Error('not YAML')
  const diagnostics: Diagnostic[] = []
  const value = moved.read(root, { source, diagnostics, env: () => undefined, needsEnv: () => true, unknown: [] })
  const spans = diagnostics.map(({ span }) => `${span?.start.offset ?? ''}-${span?.end.offset ?? ''}`)
  expect(spans).toEqual(marks)
  return { value, codes: diagnostics.map(({ code }) => code), diagnostics, schema: validate(plain(root)) }
}

describe('an old spelling of a field', () => {
  it('means the field, and is a warning that names the new one', () => {
    const { value, diagnostics, schema } = read('«recipient»: ann\n«sender»: bob\n')
    expect(value).toEqual(['ann', 'bob'])
    expect(diagnostics.map(({ severity }) => severity)).toEqual(['warning', 'warning'])
    expect(diagnostics[0]?.message).toBe('The parcel writes `recipient`, which is now called `to`')
    expect(diagnostics[0]?.help).toBe('Write `to`.')
    expect(diagnostics[0]?.fix).toMatchObject({ confidence: 'safe', edits: [{ text: 'to' }] })
    expect(schema).toBe(true)
  })

  it('excludes the new one, and another old one', () => {
    expect(read('to: ann\n«recipient»: ann\n')).toMatchObject({ codes: ['spec/conflicting-fields'], schema: false })
    expect(read('«recipient»: ann\n«addressee»: ann\n')).toMatchObject({
      codes: ['spec/deprecated-field', 'spec/conflicting-fields'],
      schema: false,
    })
  })

  it('counts as the field in the rules of the noun', () => {
    const { codes } = read('«sender»: bob\n«stamp»: red\nto: ann\n')
    expect(codes).toEqual(['spec/deprecated-field', 'spec/conflicting-fields'])
    expect(validate({ to: 'ann', stamp: 'red', sender: 'bob' })).toBe(false)
  })

  it('is not offered in its place', () => {
    const { codes, schema } = read('«»stamp: red\n')
    expect(codes).toEqual(['spec/missing-field'])
    expect(schema).toBe(false)
    const { diagnostics } = read('to: ann\n«sander»: bob\n')
    expect(diagnostics[0]?.help).not.toContain('sender')
  })
})
