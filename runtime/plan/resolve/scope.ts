import type { Span } from '#diagnostics'
import type { Field } from '#contract'
import type { Scope } from '../expression/index.ts'
import type { ColumnExpr } from '../types.ts'

/** What expressions over a record may say besides the contract's fields. */
const RECORD_FIELDS: readonly Field[] = [{ name: 'kafka_timestamp', type: { kind: 'timestamp' }, nullable: false }]

/** The scope of expressions over a record: the contract's fields, then `kafka_timestamp`, the time the broker has for it. */
export function sourceScope(fields: readonly Field[]): Scope {
  return columnScope(sourceGroups(fields))
}

/** The groups of `sourceScope`, for scopes that see more before them. */
export function sourceGroups(fields: readonly Field[]): Parameters<typeof columnScope>[0] {
  return [
    { scope: 'source', fields },
    { scope: 'record', fields: RECORD_FIELDS },
  ]
}

/** A scope of named columns; a later group is asked only for names the earlier ones do not have. */
export function columnScope(
  groups: readonly {
    readonly scope: ColumnExpr['scope']
    readonly fields: readonly (Field & { readonly where?: Span })[]
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
      for (const field of groups.flatMap((group) => group.fields)) {
        if (seen.has(field.name)) continue
        seen.add(field.name)
        yield field.where === undefined ? { name: field.name } : { name: field.name, where: field.where }
      }
    },
  }
}
