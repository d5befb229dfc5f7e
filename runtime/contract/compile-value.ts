import type { ObjectCheck, PropertyCheck, ValueCheck } from './contract.ts'
import { escapePointer } from './json-reader.ts'
import { KEYWORDS } from './keywords.ts'
import { exactNumber } from './number.ts'
import { portablePattern } from './pattern.ts'
import { smeltType } from './smelt-type.ts'
import type { DataType, Field } from './types.ts'

/** A keyword that the vectorised path cannot judge. */
export interface Reason {
  readonly keyword: string
  readonly pointer: string
}

type Schema = Readonly<Record<string, unknown>>

/** Compiles a checked contract schema: its columns, its vectorised check, and what stands against the latter. */
export function compileObject(schema: unknown): { check: ObjectCheck; fields: Field[]; reasons: Reason[] } {
  const compiler = new Compiler(schema)
  const check = compiler.object(asSchema(schema), '')
  compiler.outside(asSchema(schema), '')
  if (check.properties.length === 0) compiler.reasons.push({ keyword: 'properties', pointer: '' })
  return { check, fields: fieldsOf(check, asSchema(schema)), reasons: compiler.reasons }
}

/** Columns of an object: nullable unless required and never null. */
function fieldsOf(check: ObjectCheck, schema: Schema): Field[] {
  const properties = asSchema(schema.properties)
  return check.properties.map(({ name, required, value }) => {
    const doc = asSchema(properties[name]).description
    return {
      name,
      type: value.type,
      nullable: !required || value.nullable,
      ...(typeof doc === 'string' && { doc }),
    }
  })
}

class Compiler {
  readonly reasons: Reason[] = []
  private readonly root: unknown
  /** References being followed, against cycles. */
  private readonly following: string[] = []

  constructor(root: unknown) {
    this.root = root
  }

  object(schema: Schema, pointer: string): ObjectCheck {
    const required = new Set(asList(schema.required))
    if (Object.keys(asSchema(schema.properties)).some((name) => JSON.stringify(name) !== `"${name}"`)) {
      this.because('properties', pointer)
    }
    const properties = Object.entries(asSchema(schema.properties)).map(([name, value]): PropertyCheck => ({
      name,
      required: required.has(name),
      value: this.value(value, `${pointer}/properties/${escapePointer(name)}`),
    }))
    const others = schema.additionalProperties
    if (typeof others === 'object') this.because('additionalProperties', pointer)
    return { properties, closed: others === false }
  }

  /** Notes the keywords of `schema` that only the row-by-row path knows. */
  outside(schema: Schema, pointer: string): void {
    for (const keyword of Object.keys(schema)) {
      if (KEYWORDS.get(keyword)?.role !== 'row-by-row') continue
      this.because(keyword, pointer)
    }
  }

  private value(schema: unknown, pointer: string): ValueCheck {
    if (schema === false) return this.json('false', pointer)
    if (typeof schema !== 'object') return { type: { kind: 'json' }, nullable: true }
    const own = asSchema(schema)
    this.outside(own, pointer)
    return typeof own.$ref === 'string' ? this.reference(own, own.$ref, pointer) : this.typed(own, pointer)
  }

  private reference(schema: Schema, ref: string, pointer: string): ValueCheck {
    const siblings = Object.keys(schema).filter((key) => key !== '$ref' && KEYWORDS.get(key)?.role === 'vectorised')
    const target = this.find(ref)
    if (siblings.length > 0 || target === undefined || this.following.includes(ref)) return this.json('$ref', pointer)
    this.following.push(ref)
    const check = this.value(target, ref.slice(1))
    this.following.pop()
    return check
  }

  private find(ref: string): unknown {
    if (ref !== '#' && !ref.startsWith('#/')) return undefined
    return decodeURIComponent(ref)
      .split('/')
      .slice(1)
      .reduce<unknown>((at, step) => {
        const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
        return Array.isArray(at) ? at[Number(key)] : asSchema(at)[key]
      }, this.root)
  }

  private typed(schema: Schema, pointer: string): ValueCheck {
    const allowed = allowedValues(schema)
    const declared = (Array.isArray(schema.type) ? asList(schema.type) : [schema.type]).filter(
      (type) => typeof type === 'string',
    )
    const types = declared.length > 0 ? declared : inferTypes(allowed)
    const nullable = (types.length === 0 || types.includes('null')) && (allowed === undefined || allowed.includes(null))
    const values = types.filter((type) => type !== 'null')
    const decimal = typeof schema['x-smelt-type'] === 'string' ? smeltType(schema['x-smelt-type'], values) : undefined
    if (decimal !== undefined) return this.decimal(schema, decimal, values, nullable, pointer)
    const [type] = values
    if (type === undefined || values.length > 1) return this.untyped(schema, declared.length > 0, pointer)
    const oneOf = allowed && this.alternatives(allowed, type, pointer)
    return { ...this.single(schema, type, pointer), nullable, ...(oneOf && { oneOf }) }
  }

  /** A value of several types, or of none declared: kept as JSON text. Vectorised only when anything goes. */
  private untyped(schema: Schema, declared: boolean, pointer: string): ValueCheck {
    const checks = Object.keys(schema).filter((key) => KEYWORDS.get(key)?.role === 'vectorised')
    const [first] = checks
    return first === undefined
      ? { type: { kind: 'json' }, nullable: true }
      : this.json(declared ? 'type' : first, pointer)
  }

  private single(schema: Schema, type: string, pointer: string): ValueCheck {
    switch (type) {
      case 'boolean':
        return { type: { kind: 'boolean' }, nullable: false }
      case 'integer':
      case 'number':
        return {
          type: { kind: type === 'integer' ? 'long' : 'double' },
          nullable: false,
          ...this.number(schema, pointer),
        }
      case 'string':
        return { type: textType(schema.format), nullable: false, ...this.text(schema, pointer) }
      case 'object':
        return this.struct(schema, pointer)
      default:
        return this.list(schema, pointer)
    }
  }

  private number(schema: Schema, pointer: string): Partial<ValueCheck> {
    const limits = bounds(schema)
    const { digits, scale } = exactNumber(limits.multipleOf ?? '1')
    if (scale > MAX_MULTIPLE_SCALE || scale < -MAX_MULTIPLE_SCALE || digits > MAX_MULTIPLE)
      this.because('multipleOf', pointer)
    return limits
  }

  private text(schema: Schema, pointer: string): Partial<ValueCheck> {
    const { minLength, maxLength, pattern, format } = schema
    if (typeof pattern === 'string' && !portablePattern(pattern).ok) this.because('pattern', pointer)
    return {
      ...(typeof minLength === 'number' && { minLength }),
      ...(typeof maxLength === 'number' && { maxLength }),
      ...(typeof pattern === 'string' && { pattern }),
      ...(typeof format === 'string' && { format }),
    }
  }

  private decimal(
    schema: Schema,
    type: DataType,
    from: readonly unknown[],
    nullable: boolean,
    pointer: string,
  ): ValueCheck {
    const check = { ...bounds(schema), ...this.text(schema, pointer) }
    for (const key of [...Object.keys(check), 'enum', 'const']) if (key in schema) this.because(key, pointer)
    const decimalFrom = (['number', 'string'] as const).filter((each) => from.includes(each))
    return { type, nullable, decimalFrom }
  }

  private struct(schema: Schema, pointer: string): ValueCheck {
    const object = this.object(schema, pointer)
    if (object.properties.length === 0) return this.json('type', pointer)
    return { type: { kind: 'struct', fields: fieldsOf(object, schema) }, nullable: false, object }
  }

  private list(schema: Schema, pointer: string): ValueCheck {
    const { minItems, maxItems } = schema
    const limits = {
      ...(typeof minItems === 'number' && { minItems }),
      ...(typeof maxItems === 'number' && { maxItems }),
    }
    if (typeof schema.items !== 'object') return this.json('type', pointer)
    const items = this.value(schema.items, `${pointer}/items`)
    if (!VECTORISED_ITEMS.has(items.type.kind)) this.because('items', pointer)
    const element = { type: items.type, nullable: items.nullable }
    return { type: { kind: 'list', element }, nullable: false, items, ...limits }
  }

  private alternatives(allowed: readonly unknown[], type: string, pointer: string): string[] {
    if (type === 'object' || type === 'array') this.because('enum', pointer)
    return allowed.filter((value) => typeNamesOf(value).includes(type)).map((value) => JSON.stringify(value))
  }

  private json(keyword: string, pointer: string): ValueCheck {
    this.because(keyword, pointer)
    return { type: { kind: 'json' }, nullable: true }
  }

  private because(keyword: string, pointer: string): void {
    const place = keyword === 'false' ? pointer : `${pointer}/${escapePointer(keyword)}`
    if (!this.reasons.some((reason) => reason.pointer === place)) this.reasons.push({ keyword, pointer: place })
  }
}

/** Divisors whose multiples SQL tells with 128-bit integers. */
const MAX_MULTIPLE_SCALE = 15
const MAX_MULTIPLE = 10n ** 15n

const VECTORISED_ITEMS = new Set<DataType['kind']>(['boolean', 'long', 'double', 'string'])

function textType(format: unknown): DataType {
  if (format === 'date-time') return { kind: 'timestamp' }
  return format === 'date' ? { kind: 'date' } : { kind: 'string' }
}

function bounds(schema: Schema): Partial<ValueCheck> {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  return {
    ...(typeof minimum === 'number' && { minimum: String(minimum) }),
    ...(typeof maximum === 'number' && { maximum: String(maximum) }),
    ...(typeof exclusiveMinimum === 'number' && { exclusiveMinimum: String(exclusiveMinimum) }),
    ...(typeof exclusiveMaximum === 'number' && { exclusiveMaximum: String(exclusiveMaximum) }),
    ...(typeof multipleOf === 'number' && { multipleOf: String(multipleOf) }),
  }
}

/** The values that `enum` and `const` leave, or undefined when neither is there. */
function allowedValues(schema: Schema): unknown[] | undefined {
  const listed = Array.isArray(schema.enum) ? asList(schema.enum) : undefined
  if (!('const' in schema)) return listed
  const only = JSON.stringify(schema.const)
  return listed === undefined || listed.some((value) => JSON.stringify(value) === only) ? [schema.const] : []
}

/** The one type of all allowed values, when no type is declared. */
function inferTypes(allowed: readonly unknown[] | undefined): string[] {
  const values = (allowed ?? []).filter((value) => value !== null)
  const names = ['boolean', 'string', 'integer', 'number'].filter((name) =>
    values.every((value) => typeNamesOf(value).includes(name)),
  )
  const [name] = values.length === 0 ? [] : names
  return name === undefined ? [] : [name, 'null']
}

function typeNamesOf(value: unknown): string[] {
  if (typeof value === 'number') return Number.isInteger(value) ? ['integer', 'number'] : ['number']
  if (value === null) return ['null']
  if (Array.isArray(value)) return ['array']
  return [typeof value]
}

function asSchema(value: unknown): Schema {
  return isSchema(value) ? value : {}
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
