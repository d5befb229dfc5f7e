import { isUtf8 } from 'node:buffer'
import { microseconds, type Row, type Value } from '../dialect/duckdb/reference.ts'
import { parseJson, type Json } from './json.ts'

/** A contract of the random pipelines: flat objects of plain values. */
export interface FlatSchema {
  readonly required: readonly string[]
  readonly additionalProperties: boolean
  readonly properties: Readonly<Record<string, FieldSchema>>
}

export interface FieldSchema {
  readonly type: string | readonly string[]
  readonly format?: string
  readonly minimum?: number
  readonly enum?: readonly string[]
}

/** What a record's value comes to: the fields of the contract, or the code that refuses it. */
export type Validity = { readonly row: Row } | { readonly code: string }

const refused = (code: string): Validity => ({ code: `record/${code}` })

/**
 * Validity by DESIGN section 5: UTF-8, one JSON value without duplicate keys, the contract. The order of the questions is
 * that of the contract module's page.
 */
export function validate(value: Uint8Array | null, schema: FlatSchema, maxBytes: number): Validity {
  if (value === null) return refused('null-value')
  if (value.length === 0) return refused('empty-value')
  if (value.length > maxBytes) return refused('oversized')
  if (!isUtf8(value)) return refused('not-utf8')
  const json = parseJson(Buffer.from(value).toString('utf8'))
  if (json === undefined) return refused('not-json')
  const parts = [...allParts(json)]
  if (parts.some(hasTwins)) return refused('duplicate-key')
  if (parts.some(isBroken)) return refused('lone-surrogate')
  if (parts.some((part) => part.kind === 'number' && !Number.isFinite(Number(part.text))))
    return refused('number-out-of-range')
  return satisfies(json, schema)
}

function satisfies(json: Json, schema: FlatSchema): Validity {
  if (json.kind !== 'object') return refused('contract-violation')
  const members = new Map(json.members)
  const names = Object.keys(schema.properties)
  const wide = names.some((name) => isTooWide(members.get(name), schema.properties[name]))
  if (wide) return refused('number-out-of-range')
  if (schema.required.some((name) => !members.has(name))) return refused('contract-violation')
  if (!schema.additionalProperties && [...members.keys()].some((name) => !names.includes(name)))
    return refused('contract-violation')
  const row: Record<string, Value> = {}
  for (const [name, field] of Object.entries(schema.properties)) {
    const value = fieldValue(members.get(name), field)
    if (value === undefined) return refused('contract-violation')
    row[name] = value
  }
  return { row }
}

const has = ({ type }: FieldSchema, name: string): boolean => (typeof type === 'string' ? [type] : type).includes(name)

/** A whole number that no long holds. */
function isTooWide(json: Json | undefined, field: FieldSchema | undefined): boolean {
  if (json?.kind !== 'number' || field === undefined || !has(field, 'integer')) return false
  const whole = wholeNumber(json.text)
  return whole !== undefined && BigInt.asIntN(64, whole) !== whole
}

/** The typed value of a field, null where it is missing; undefined when the contract does not allow it. */
function fieldValue(json: Json | undefined, field: FieldSchema): Value | undefined {
  if (json === undefined) return null
  if (json.kind === 'null') return has(field, 'null') ? null : undefined
  if (json.kind === 'boolean') return has(field, 'boolean') ? json.value : undefined
  if (json.kind === 'number') {
    if (field.minimum !== undefined && Number(json.text) < field.minimum) return undefined
    if (has(field, 'integer')) return wholeNumber(json.text)
    return has(field, 'number') ? Number(json.text) : undefined
  }
  if (json.kind !== 'text' || !has(field, 'string')) return undefined
  if (field.enum !== undefined && !field.enum.includes(json.value)) return undefined
  return field.format === 'date-time' ? instant(json.value) : json.value
}

/** `1.0` and `1e2` are whole numbers; undefined for one with a fraction. */
function wholeNumber(text: string): bigint | undefined {
  const [, sign = '', front = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const digits = (front + fraction).replace(/0+$/, '')
  const zeros = front.length + fraction.length - digits.length - fraction.length + Number(exponent)
  if (digits === '') return 0n
  if (zeros < 0) return undefined
  return BigInt(`${sign}${digits}${'0'.repeat(Math.min(zeros, 400))}`)
}

function instant(text: string): bigint | undefined {
  if (!/^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text)) return undefined
  const upper = text.toUpperCase()
  return Number.isNaN(Date.parse(upper.replace(/\.\d+/, ''))) ? undefined : microseconds(upper)
}

function* allParts(json: Json): Iterable<Json> {
  yield json
  const inner = json.kind === 'list' ? json.items : json.kind === 'object' ? json.members.map(([, value]) => value) : []
  for (const each of inner) yield* allParts(each)
}

function hasTwins(json: Json): boolean {
  return json.kind === 'object' && new Set(json.members.map(([key]) => key)).size < json.members.length
}

function isBroken(json: Json): boolean {
  const texts = json.kind === 'text' ? [json.value] : json.kind === 'object' ? json.members.map(([key]) => key) : []
  return texts.some((text) => /\p{Surrogate}/u.test(text))
}
