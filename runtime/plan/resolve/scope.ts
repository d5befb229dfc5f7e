import type { Span } from '#diagnostics'
import type { Field } from '#contract'
import type { Located } from '#spec'
import type { Scope } from '../expression/index.ts'
import type { ColumnExpr } from '../types.ts'
import type { Problems } from './context.ts'

/** Where a contract declares a field. */
export type FieldPlaces = (field: string) => Span | undefined

/** Columns as names find them. */
export interface Columns {
  readonly fields: readonly (Field & { readonly where?: Span })[]
  /** Names of columns that are wrong, which was told where they are: of what reads one no more is said. */
  readonly broken?: readonly Located<string>[]
  /** True when there are columns whose very names are not known, because of a problem that was told: any name may be one. */
  readonly open?: boolean
}

/** Columns of which nothing is known. */
export const UNKNOWN_COLUMNS: Columns = { fields: [], open: true }

/** The field called `name`; `broken` when there is, or may be, one that is not known. */
export function fieldCalled(name: string | undefined, { fields, broken, open }: Columns): Field | 'broken' | undefined {
  const field = fields.find((each) => each.name === name)
  if (field !== undefined) return field
  return open === true || broken?.some(({ value }) => value === name) === true ? 'broken' : undefined
}

/** The field called `name`; where there is none, a problem with the nearest match. */
export function findField(name: Located<string>, columns: Columns, problems: Problems): Field | 'broken' | undefined {
  const found = fieldCalled(name.value, columns)
  if (found === 'broken') return found
  const { span, pointer } = name
  const fields = columns.fields.map((node) => ({
    name: node.name,
    key: { value: node.name, span: node.where ?? span, pointer },
    node,
  }))
  const broken = (columns.broken ?? []).map((key) => ({ name: key.value, key, node: undefined }))
  return problems.find<Field | undefined>('column', name, [...fields, ...broken])?.node
}

/** What expressions over a record may say besides the contract's fields. */
const RECORD_FIELDS: readonly Field[] = [{ name: 'kafka_timestamp', type: { kind: 'timestamp' }, nullable: false }]

/** The scope of expressions over a record: the contract's fields, then `kafka_timestamp`, the time the broker has for it. */
export function sourceScope(source: Columns, placeOf?: FieldPlaces): Scope {
  return columnScope(sourceGroups(source, placeOf))
}

/** The groups of `sourceScope`, for scopes that see more before them. */
export function sourceGroups(source: Columns, placeOf?: FieldPlaces): Parameters<typeof columnScope>[0] {
  return [
    { scope: 'source', ...source, ...(placeOf && { placeOf }) },
    { scope: 'record', fields: RECORD_FIELDS },
  ]
}

/** A scope of named columns; a later group is asked only for names the earlier ones do not have. */
export function columnScope(
  groups: readonly (Columns & {
    readonly scope: ColumnExpr['scope']
    /** Where a field is declared, when it does not say itself. */
    readonly placeOf?: FieldPlaces
  })[],
): Scope {
  return {
    lookup(path) {
      for (const group of groups) {
        const field = fieldCalled(path[0], group)
        if (field === 'broken') return field
        if (field === undefined) continue
        const { scope } = group
        return {
          column: { kind: 'column', scope, path: [field.name], type: field.type, nullable: field.nullable },
          used: 1,
        }
      }
      return undefined
    },
    *names() {
      const seen = new Set<string>()
      for (const { fields, broken = [], placeOf } of groups) {
        const wrong = broken.map(({ value, span }) => ({ name: value, where: span }))
        for (const { name, where = placeOf?.(name) } of [...fields, ...wrong]) {
          if (seen.has(name)) continue
          seen.add(name)
          yield where === undefined ? { name } : { name, where }
        }
      }
    },
  }
}
