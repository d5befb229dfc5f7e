import type { ReferencePlan } from '#plan'
import { quoteIdentifier, quoteText } from './identifier.ts'
import { referenceRelation } from './names.ts'
import { typeSql } from './literal.ts'

/** Creates a reference's relation from its rows, given as JSON texts of arrays in field order; numbers may be text. */
export function referenceSql(reference: ReferencePlan, rows: readonly (readonly (string | null)[])[]): string[] {
  const name = referenceRelation(reference.name)
  const columns = reference.fields.map((field) => `${quoteIdentifier(field.name)} ${typeSql(field.type)}`)
  const statements = [`create or replace table ${name}(${[...columns, '_found boolean'].join(', ')})`]
  for (let start = 0; start < rows.length; start += 1000) {
    const values = rows
      .slice(start, start + 1000)
      .map((row) => `(${[...row.map((value) => (value === null ? 'null' : quoteText(value))), 'true'].join(', ')})`)
    statements.push(`insert into ${name} values ${values.join(', ')}`)
  }
  return statements
}
