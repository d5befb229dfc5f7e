import type { JsonObject } from '../json-tree.ts'
import { optional, required } from '../kinds/field.ts'
import { moment } from '../kinds/instant.ts'
import { integer } from '../kinds/integer.ts'
import { json, jsonObject } from '../kinds/json.ts'
import type { Kind } from '../kinds/kind.ts'
import { named, type NameRule } from '../kinds/named.ts'
import { noun } from '../kinds/noun.ts'
import { scalar } from '../kinds/scalar.ts'
import { text } from '../kinds/text.ts'
import type { Located } from '../nodes.ts'
import type { TestEventContent, TestEventNode } from '../test-nodes.ts'

const MOST_GENERATED = 100_000
const HEADER_NAME: NameRule = {
  pattern: /^[^\p{Cc}]{1,200}$/u,
  says: 'use at most 200 characters, none of them a control character',
}

/** A text as it is, the empty one too. */
const rawText: Kind<Located<string>> = scalar({
  expects: 'the text of the record',
  shape: { type: 'text', expects: 'the text of the record' },
  takes: ['string'],
  accept: (filled) => filled.text,
})

const base64: Kind<Located<Buffer>> = scalar({
  expects: 'bytes in Base64 such as `//79`',
  shape: { type: 'text', expects: 'bytes in Base64 such as `//79`' },
  takes: ['string'],
  accept: (filled) => decoded(filled.text),
})

function decoded(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64').replace(/=+$/, '') === text.replace(/[\s=]+/g, '') ? bytes : undefined
}

const generate = noun({
  name: 'generator',
  doc: 'Makes valid records from the contract of the source: the same ones for the same seed. Event times end at the time of the step, one second apart.',
  fields: {
    count: required(integer(1, MOST_GENERATED), { doc: 'How many records.', example: '100' }),
    seed: required(integer(0, 4_294_967_295), { doc: 'Which records. Another seed gives others.', example: '7' }),
    with: optional(jsonObject, { doc: 'Fields that every record has.', example: '{ org: sales }' }),
  },
  build: ({ count, seed, with: fixed }): TestEventContent => ({
    kind: 'generate',
    count: count.value,
    seed: seed.value,
    ...(fixed === undefined ? {} : { with: fixed.value }),
  }),
})

const FORMS = ['value', 'with', 'raw', 'bytes', 'file', 'generate'] as const

const record = noun({
  name: 'record',
  doc: 'One record of a topic, or many. A mapping with none of these fields is the value itself.',
  fields: {
    value: optional(json, {
      doc: 'The value. `null` is a record without a value.',
      example: '{ id: 1, celsius: 20.5 }',
    }),
    with: optional(jsonObject, {
      doc: 'What differs from the default event of the source. `null` leaves a field out.',
      example: '{ cpu_pct: 120 }',
    }),
    raw: optional(rawText, { doc: 'The value as text, which need not be JSON.', example: "'{ broken'" }),
    bytes: optional(base64, { doc: 'The value as bytes, in Base64.', example: '//79' }),
    file: optional(text, {
      doc: 'A file with one value per line, relative to the folder of the pipeline.',
      example: 'tests/events.ndjson',
    }),
    generate: optional(generate, { doc: 'Values made from the contract.', example: '{ count: 100, seed: 7 }' }),
    key: optional(text, { doc: 'The key of the record. Without one it has none.', example: 'device-1' }),
    headers: optional(named(rawText, 'header', HEADER_NAME), { doc: 'The headers.', example: '{ trace: abc }' }),
    partition: optional(integer(0, 99), { doc: 'The topic partition, 0 when left out.', example: '1' }),
    offset: optional(integer(0, Number.MAX_SAFE_INTEGER), {
      doc: 'The offset; the next one when left out. Offsets of a topic partition rise, and may leave gaps.',
      example: '17',
    }),
    at: optional(moment, {
      doc: 'The broker timestamp: an instant, or a shift from the time of the step.',
      example: '-2h',
    }),
  },
  rules: [
    { kind: 'exactly-one', fields: FORMS },
    { kind: 'excludes', field: 'file', others: ['key', 'offset'] },
    { kind: 'excludes', field: 'generate', others: ['key', 'offset'] },
  ],
  build: (
    { value, with: patch, raw, bytes, file, generate: generated, headers, ...rest },
    at,
  ): TestEventNode | undefined => {
    const content = contentOf({ value, patch, raw, bytes, file, generated })
    return content && { span: at.span, pointer: at.pointer, content, headers: headers ?? [], ...rest }
  },
})

function contentOf(forms: {
  readonly value: { readonly value: Extract<TestEventContent, { kind: 'value' }>['value'] } | undefined
  readonly patch: { readonly value: JsonObject } | undefined
  readonly raw: Located<string> | undefined
  readonly bytes: Located<Buffer> | undefined
  readonly file: Located<string> | undefined
  readonly generated: TestEventContent | undefined
}): TestEventContent | undefined {
  const { value, patch, raw, bytes, file, generated } = forms
  if (value !== undefined) return { kind: 'value', value: value.value }
  if (patch !== undefined) return { kind: 'with', patch: patch.value }
  if (raw !== undefined) return { kind: 'raw', text: raw.value }
  if (bytes !== undefined) return { kind: 'bytes', bytes: bytes.value }
  return file === undefined ? generated : { kind: 'file', file }
}

/** A record: its value, or a mapping with one of the fields that say what the value is. */
export const testEvent: Kind<TestEventNode> = {
  expects: `the value of a record, or ${record.expects}`,
  shape: { type: 'by-key', keys: FORMS, marked: record.shape, plain: jsonObject.shape },
  read: (node, reading) => {
    const long = node.kind === 'mapping' && node.entries.some(({ name }) => FORMS.some((form) => form === name))
    if (long) return record.read(node, reading)
    const value = jsonObject.read(node, reading)
    return (
      value && { span: node.span, pointer: node.pointer, content: { kind: 'value', value: value.value }, headers: [] }
    )
  },
}
