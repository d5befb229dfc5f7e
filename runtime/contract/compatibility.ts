import { compareSchemas, type SchemaChange } from './compare-schemas.ts'
import type { Contract } from './contract.ts'
import { escapePointer } from './json-reader.ts'
import type { DataType, Field } from './types.ts'

/**
 * What a change of a contract means. `compatible`: every record that was valid is valid, and every column that is used
 * keeps its type. `tightening`: some records may be refused. `breaking`: a column that is used is gone or of another type.
 */
export type ContractVerdict = 'unchanged' | 'compatible' | 'tightening' | 'breaking'

/** One difference of a contract, with what it means by itself. */
export interface ContractChange extends SchemaChange {
  readonly verdict: Exclude<ContractVerdict, 'unchanged'>
}

export interface Compatibility {
  readonly verdict: ContractVerdict
  readonly changes: readonly ContractChange[]
}

/**
 * Classifies the step from one contract of a source to the next. `used` are the fields that columns read, as paths;
 * a field that nobody reads can only tighten. Titles, descriptions and other notes are no change.
 */
export function compareContracts(
  before: Contract,
  after: Contract,
  used: readonly (readonly string[])[],
): Compatibility {
  const columns = [...fieldChanges(before.fields, after.fields, [])]
  const schema = compareSchemas(before.schema, after.schema).map((change): ContractChange => ({
    ...change,
    verdict: change.refuses ? 'tightening' : 'compatible',
  }))
  const changes = [...schema]
  for (const { path, what, holdsLess } of columns) {
    const pointer = path.map((step) => (step === ITEMS ? '/items' : `/properties/${escapePointer(step)}`)).join('')
    const same = changes.filter((change) => isAbout(change.pointer, pointer))
    const refuses = holdsLess || same.some((change) => change.refuses)
    const verdict = used.some((each) => touches(each, path)) ? 'breaking' : refuses ? 'tightening' : 'compatible'
    const at = same[0] === undefined ? changes.length : changes.indexOf(same[0])
    changes.splice(at, same.length, { pointer, what, refuses, verdict })
  }
  return { verdict: worst(changes), changes }
}

const RANK: readonly ContractVerdict[] = ['unchanged', 'compatible', 'tightening', 'breaking']

function worst(changes: readonly ContractChange[]): ContractVerdict {
  return changes.reduce<ContractVerdict>(
    (found, { verdict }) => (RANK.indexOf(verdict) > RANK.indexOf(found) ? verdict : found),
    'unchanged',
  )
}

/** A step into the items of a list; no property has an empty name. */
const ITEMS = ''

interface FieldChange {
  readonly path: readonly string[]
  readonly what: string
  /** The new type may not hold what the old one did. */
  readonly holdsLess: boolean
}

/** Fields that are gone or of another type. New ones and whether one may be null are the schema's business. */
function* fieldChanges(
  before: readonly Field[],
  after: readonly Field[],
  path: readonly string[],
): Generator<FieldChange> {
  for (const field of before) {
    const next = after.find(({ name }) => name === field.name)
    const at = [...path, field.name]
    if (next === undefined) yield { path: at, what: `\`${field.name}\` is no longer declared`, holdsLess: false }
    else yield* typeChanges(field.type, next.type, at)
  }
}

function* typeChanges(before: DataType, after: DataType, path: readonly string[]): Generator<FieldChange> {
  if (before.kind === 'struct' && after.kind === 'struct') {
    yield* fieldChanges(before.fields, after.fields, path)
  } else if (before.kind === 'list' && after.kind === 'list') {
    yield* typeChanges(before.element.type, after.element.type, [...path, ITEMS])
  } else if (before.kind !== after.kind || !holdsAll(before, after)) {
    const what = `the type was \`${nameOf(before)}\`, and is \`${nameOf(after)}\``
    yield { path, what, holdsLess: ['long', 'decimal', 'list', 'struct'].includes(after.kind) }
  }
}

/** A decimal that keeps its scale and its digits is widened, which tables can follow. */
function holdsAll(before: DataType, after: DataType): boolean {
  if (before.kind !== 'decimal' || after.kind !== 'decimal') return true
  return after.scale === before.scale && after.precision >= before.precision
}

function nameOf(type: DataType): string {
  return type.kind === 'decimal' ? `decimal(${type.precision}, ${type.scale})` : type.kind
}

/** One of the two paths leads to the other; items of a list are part of it. */
function touches(used: readonly string[], changed: readonly string[]): boolean {
  const named = changed.filter((step) => step !== ITEMS)
  return used.every((step, at) => at >= named.length || step === named[at])
}

/** A change of the schema that a change of the column's type says again. */
function isAbout(pointer: string, field: string): boolean {
  return pointer === field || ['type', 'format', 'x-smelt-type'].some((key) => pointer === `${field}/${key}`)
}
