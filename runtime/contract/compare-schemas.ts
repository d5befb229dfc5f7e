import { escapePointer } from './json-reader.ts'
import { isMultiple } from './number.ts'
import { assertions, sameJson, sameSchemas, type SameSchema } from './same-schema.ts'
import { asObject, isObject, schemaResolver, type Schema } from './schema-refs.ts'
import { allowedBy, commonTypes, typesOf } from './schema-values.ts'
import { smeltType } from './smelt-type.ts'

/** One difference between two schemas. `refuses`: a value that satisfied the one before may not satisfy the one after. */
export interface SchemaChange {
  /** JSON pointer into the schema after, or into the one before where nothing stands there now. */
  readonly pointer: string
  /** What changed, with keywords and values in backticks. */
  readonly what: string
  readonly refuses: boolean
}

/**
 * The differences between two checked schemas. Sound, not complete: when no change refuses, every value that satisfied
 * `before` satisfies `after`; a change that cannot be judged counts as one that refuses.
 */
export function compareSchemas(before: Schema, after: Schema): SchemaChange[] {
  const comparison = new Comparison(before, after)
  comparison.schema(before, after, '')
  return comparison.changes
}

/** Keywords with a number where less is looser, and where more is. */
const AT_LEAST = ['minLength', 'minItems', 'minProperties']
const AT_MOST = ['maxLength', 'maxItems', 'maxProperties']
/** Keywords that are compared as a whole, each with those it works together with. */
const WHOLES: readonly (readonly string[])[] = [
  ['oneOf'],
  ['not'],
  ['propertyNames'],
  ['contains', 'minContains', 'maxContains'],
  ['if', 'then', 'else'],
]

class Comparison {
  readonly changes: SchemaChange[] = []
  private readonly same: SameSchema
  private readonly resolveBefore: (ref: string) => unknown
  private readonly resolveAfter: (ref: string) => unknown
  private readonly open: (readonly [unknown, unknown])[] = []

  constructor(before: Schema, after: Schema) {
    this.same = sameSchemas({ before, after })
    this.resolveBefore = schemaResolver(before)
    this.resolveAfter = schemaResolver(after)
  }

  schema(before: unknown, after: unknown, pointer: string): void {
    if (this.same(before, after)) return
    const b = this.followed(before, this.resolveBefore)
    const a = this.followed(after, this.resolveAfter)
    // Values are finite: a pair met again on its own path is decided by the parts in between.
    if (this.open.some(([x, y]) => x === b && y === a)) return
    this.open.push([b, a])
    if (before === false) this.note(pointer, after !== false, 'a value is allowed')
    else if (after === false) this.refuse(pointer, 'no value is allowed any more')
    else this.keywords(b, a, pointer)
    this.open.pop()
  }

  /** What a schema that is nothing but a reference stands for. */
  private followed(schema: unknown, resolve: (ref: string) => unknown): Schema {
    let at = asObject(schema)
    const seen = new Set<Schema>()
    while (typeof at.$ref === 'string' && assertions(at).length === 1 && !seen.has(at)) {
      seen.add(at)
      at = asObject(resolve(at.$ref))
    }
    return at
  }

  private keywords(b: Schema, a: Schema, pointer: string): void {
    this.reference(b, a, pointer)
    this.types(b, a, pointer)
    this.allowed(b, a, pointer)
    this.limits(b, a, pointer)
    this.counts(b, a, pointer)
    for (const key of ['pattern', 'format']) this.exactly(key, b, a, pointer)
    this.decimal(b, a, pointer)
    this.required(b, a, pointer)
    this.members(b, a, pointer)
    this.items(b, a, pointer)
    this.combined(b, a, pointer)
  }

  private reference(b: Schema, a: Schema, pointer: string): void {
    if (a.$ref === undefined && b.$ref === undefined) return
    const equal =
      typeof a.$ref === 'string' &&
      typeof b.$ref === 'string' &&
      this.same(this.resolveBefore(b.$ref), this.resolveAfter(a.$ref))
    if (!equal) this.differs('$ref', pointer, a.$ref !== undefined)
  }

  private types(b: Schema, a: Schema, pointer: string): void {
    if (sameJson([typesOf(b.type)].flat().sort(), [typesOf(a.type)].flat().sort())) return
    const refuses = commonTypes(b).some((type) => !typesOf(a.type).includes(type))
    this.change('type', b, a, pointer, refuses)
  }

  private allowed(b: Schema, a: Schema, pointer: string): void {
    const [before, after] = [allowedBy(b), allowedBy(a)]
    const holds = (all: readonly unknown[] | undefined, value: unknown): boolean =>
      all === undefined || all.some((each) => sameJson(each, value))
    const key = 'enum' in a || 'enum' in b ? 'enum' : 'const'
    if (after !== undefined && before === undefined) this.change(key, b, a, pointer, true)
    else if (before !== undefined && after === undefined) this.change(key, b, a, pointer, false)
    else if (before !== undefined && after !== undefined) {
      const gone = before.filter((value) => !holds(after, value))
      const added = after.filter((value) => !holds(before, value))
      if (gone.length > 0) this.refuse(`${pointer}/${key}`, `\`${key}\` no longer allows ${list(gone)}`)
      if (added.length > 0) this.note(`${pointer}/${key}`, true, `\`${key}\` also allows ${list(added)}`)
    }
  }

  private limits(b: Schema, a: Schema, pointer: string): void {
    const number = (value: unknown, other: number): number => (typeof value === 'number' ? value : other)
    const low = { at: number(b.minimum, -Infinity), above: number(b.exclusiveMinimum, -Infinity) }
    const high = { at: number(b.maximum, Infinity), below: number(b.exclusiveMaximum, Infinity) }
    const held: Readonly<Record<string, (limit: number) => boolean>> = {
      minimum: (limit) => low.at >= limit || low.above >= limit,
      exclusiveMinimum: (limit) => low.at > limit || low.above >= limit,
      maximum: (limit) => high.at <= limit || high.below <= limit,
      exclusiveMaximum: (limit) => high.at < limit || high.below <= limit,
      multipleOf: (limit) => typeof b.multipleOf === 'number' && isMultiple(String(b.multipleOf), String(limit)),
    }
    for (const [key, implied] of Object.entries(held)) {
      const limit = a[key]
      this.change(key, b, a, pointer, typeof limit === 'number' && concerns(b, NUMBERS) && !implied(limit))
    }
  }

  private counts(b: Schema, a: Schema, pointer: string): void {
    for (const key of AT_LEAST) this.change(key, b, a, pointer, Number(a[key] ?? 0) > Number(b[key] ?? 0))
    for (const key of AT_MOST) {
      this.change(key, b, a, pointer, Number(a[key] ?? Infinity) < Number(b[key] ?? Infinity))
    }
    this.change('uniqueItems', b, a, pointer, a.uniqueItems === true && b.uniqueItems !== true)
  }

  private exactly(key: string, b: Schema, a: Schema, pointer: string): void {
    this.change(key, b, a, pointer, a[key] !== undefined && concerns(b, ['string']))
  }

  private decimal(b: Schema, a: Schema, pointer: string): void {
    const typeOf = (schema: Schema) => smeltType(textOf(schema['x-smelt-type']), ['number', 'string'])
    const [before, after] = [typeOf(b), typeOf(a)]
    const holds =
      before?.kind === 'decimal' &&
      after?.kind === 'decimal' &&
      after.scale >= before.scale &&
      after.precision - after.scale >= before.precision - before.scale
    this.change('x-smelt-type', b, a, pointer, after !== undefined && !holds)
  }

  private required(b: Schema, a: Schema, pointer: string): void {
    const names = (schema: Schema): unknown[] => (Array.isArray(schema.required) ? schema.required : [])
    for (const name of names(a)) {
      if (!names(b).includes(name)) this.refuse(`${pointer}/required`, `\`${String(name)}\` is required`)
    }
    for (const name of names(b)) {
      if (!names(a).includes(name)) this.note(`${pointer}/required`, true, `\`${String(name)}\` is optional`)
    }
  }

  private members(b: Schema, a: Schema, pointer: string): void {
    const [before, after] = [asMap(b.properties), asMap(a.properties)]
    const others = { before: b.additionalProperties ?? true, after: a.additionalProperties ?? true }
    // A name that a pattern takes is no additional one, so with patterns nothing is known of other names.
    const patterned = { before: isObject(b.patternProperties), after: isObject(a.patternProperties) }
    for (const [name, schema] of Object.entries(after)) {
      const place = `${pointer}/properties/${escapePointer(name)}`
      if (Object.hasOwn(before, name)) this.schema(before[name], schema, place)
      else this.newMember(name, schema, patterned.before ? true : others.before, place)
    }
    for (const [name, schema] of Object.entries(before)) {
      const place = `${pointer}/properties/${escapePointer(name)}`
      if (!Object.hasOwn(after, name)) this.goneMember(name, schema, others.after, place)
    }
    this.patterns(b, a, { others, pointer })
    const noOthers = others.before === false && !patterned.before
    if (noOthers) this.note(`${pointer}/additionalProperties`, others.after !== false, 'other properties are allowed')
    else if (others.after === false && others.before !== false) {
      this.refuse(`${pointer}/additionalProperties`, 'other properties are no longer allowed')
    } else if (others.after !== false) this.schema(others.before, others.after, `${pointer}/additionalProperties`)
  }

  private newMember(name: string, schema: unknown, before: unknown, pointer: string): void {
    if (before === false) {
      this.note(pointer, true, `\`${name}\` may be there`)
      return
    }
    const known = this.changes.length
    this.schema(before, schema, pointer)
    const refuses = this.changes.splice(known).some((change) => change.refuses)
    if (refuses) this.refuse(pointer, `\`${name}\` is declared; it could be anything in an open object`)
    else this.note(pointer, true, `\`${name}\` is declared`)
  }

  private goneMember(name: string, schema: unknown, after: unknown, pointer: string): void {
    if (after === false) {
      if (schema !== false) this.refuse(pointer, `\`${name}\` is no longer allowed`)
      return
    }
    const known = this.changes.length
    this.schema(schema, after, pointer)
    const refuses = this.changes.splice(known).some((change) => change.refuses)
    this.changes.push({ pointer, what: `\`${name}\` is no longer declared`, refuses })
  }

  private patterns(
    b: Schema,
    a: Schema,
    { others, pointer }: { others: { readonly after: unknown }; pointer: string },
  ): void {
    const [before, after] = [asMap(b.patternProperties), asMap(a.patternProperties)]
    const wrap = (patternProperties: Schema): Schema => ({ patternProperties })
    if (this.same(wrap(before), wrap(after))) return
    const onlyGone = Object.keys(after).length === 0 && others.after === true
    this.change('patternProperties', b, a, pointer, !onlyGone)
  }

  private items(b: Schema, a: Schema, pointer: string): void {
    const wrap = ({ prefixItems }: Schema): Schema => (prefixItems === undefined ? {} : { prefixItems })
    if (!this.same(wrap(b), wrap(a))) {
      const open = a.prefixItems === undefined && a.items === undefined
      this.change('prefixItems', b, a, pointer, !open)
    }
    if (a.items === undefined && b.items === undefined) return
    if (concerns(b, ['array'])) this.schema(b.items ?? true, a.items ?? true, `${pointer}/items`)
    else this.change('items', b, a, pointer, false)
  }

  private combined(b: Schema, a: Schema, pointer: string): void {
    for (const keys of WHOLES) {
      const [main = ''] = keys
      const pick = (schema: Schema): Schema => Object.fromEntries(keys.flatMap((key) => entryOf(schema, key)))
      if (!(main in a) && !(main in b)) continue
      if (!this.same(pick(b), pick(a))) this.differs(main, pointer, main in a)
    }
    const member = (list: unknown, schema: unknown, side: 'before' | 'after'): boolean =>
      Array.isArray(list) &&
      list.some((each) => (side === 'before' ? this.same(each, schema) : this.same(schema, each)))
    const all = (list: unknown, test: (schema: unknown) => boolean): boolean => !Array.isArray(list) || list.every(test)
    if (!this.same(only(b, 'allOf'), only(a, 'allOf'))) {
      this.differs('allOf', pointer, !all(a.allOf, (schema) => member(b.allOf, schema, 'before')))
    }
    if (!this.same(only(b, 'anyOf'), only(a, 'anyOf'))) {
      const wider =
        a.anyOf === undefined || (b.anyOf !== undefined && all(b.anyOf, (each) => member(a.anyOf, each, 'after')))
      this.differs('anyOf', pointer, !wider)
    }
    for (const key of ['dependentSchemas', 'dependentRequired']) {
      if (!this.same(only(b, key), only(a, key))) this.differs(key, pointer, a[key] !== undefined)
    }
  }

  private differs(key: string, pointer: string, refuses: boolean): void {
    this.changes.push({ pointer: `${pointer}/${key}`, what: `\`${key}\` says something else`, refuses })
  }

  /** Notes a keyword whose value differs. */
  private change(key: string, b: Schema, a: Schema, pointer: string, refuses: boolean): void {
    if (sameJson(b[key], a[key])) return
    const what =
      b[key] === undefined
        ? `\`${key}\` is ${text(a[key])}, and was not there`
        : a[key] === undefined
          ? `\`${key}\` was ${text(b[key])}, and is gone`
          : `\`${key}\` was ${text(b[key])}, and is ${text(a[key])}`
    this.changes.push({ pointer: `${pointer}/${key}`, what, refuses })
  }

  private refuse(pointer: string, what: string): void {
    this.changes.push({ pointer, what, refuses: true })
  }

  private note(pointer: string, when: boolean, what: string): void {
    if (when) this.changes.push({ pointer, what, refuses: false })
  }
}

const NUMBERS = ['integer', 'fraction']

/** Whether a value that satisfies `schema` can be of one of these types. */
function concerns(schema: Schema, types: readonly string[]): boolean {
  return commonTypes(schema).some((type) => types.includes(type))
}

function only(schema: Schema, key: string): Schema {
  return Object.fromEntries(entryOf(schema, key))
}

function entryOf(schema: Schema, key: string): [string, unknown][] {
  return schema[key] === undefined ? [] : [[key, schema[key]]]
}

function asMap(value: unknown): Schema {
  return isObject(value) ? value : {}
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

const MAX_TEXT = 60

function text(value: unknown): string {
  const json = JSON.stringify(value)
  return `\`${json.length > MAX_TEXT ? `${json.slice(0, MAX_TEXT)}...` : json}\``
}

function list(values: readonly unknown[]): string {
  const shown = values.slice(0, 5).map(text).join(', ')
  return values.length > 5 ? `${shown} and ${values.length - 5} more` : shown
}
