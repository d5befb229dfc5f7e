import type { Span } from '#diagnostics'
import type { Field } from '#contract'
import type { Scope } from '../expression/index.ts'
import type { ColumnExpr } from '../types.ts'

/** Where a contract declares a field. */
export type FieldPlaces = (field: string) => Span | undefined

/** What expressions over a record may say besides the contract's fields. */
const RECORD_FIELDS: readonly Field[] = [{ name: 'kafka_timestamp', type: { kind: 'timestamp' }, nullable: false }]

/** The scope of expressions over a record: the contract's fields, then `kafka_timestamp`, the time the broker has for it. */
export function sourceScope(fields: readonly Field[], placeOf?: FieldPlaces): Scope {
  return columnScope(sourceGroups(fields, placeOf))
}

/** The groups of `sourceScope`, for scopes that see more before them. */
export function sourceGroups(fields: readonly Field[], placeOf?: FieldPlaces): Parameters<typeof columnScope>[0] {
  return [
    { scope: 'source', fields, ...(placeOf && { placeOf }) },
    { scope: 'record', fields: RECORD_FIELDS },
  ]
}

/** A scope of named columns; a later group is asked only for names the earlier ones do not have. */
export function columnScope(
  groups: readonly {
    readonly scope: ColumnExpr['scope']
    readonly fields: readonly (Field & { readonly where?: Span })[]
    /** Where a field is declared, when it does not say itself. */
    readonly placeOf?: FieldPlaces
  }[],
): Scope {
  return {
    lookup(path) {
      for (const { scope, fields } of groups) {
        const field = fields.find((each) => each.name === path[0])
        if (field === undefined) continue
        return {
          column: { kind: 'column', scope, path: [field.name], type: field.type, nullable: field.nullable },
          used: 1,
        }
      }
      return undefined
    },
    *names() {
      const seen = new Set<string>()
      for (const { fields, placeOf } of groups) {
        for (const { name, where = placeOf?.(name) } of fields) {
          if (seen.has(name)) continue
          seen.add(name)
          yield where === undefined ? { name } : { name, where }
        }
      }
    },
  }
}
