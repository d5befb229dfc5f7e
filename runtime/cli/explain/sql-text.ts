import { formatSql, planStatements, type Statement } from '#dialect/duckdb'
import { nearestMatch, smeltError } from '#diagnostics'
import type { Plan } from '#plan'

/**
 * The statements of a plan, all of them or those that serve `operator`: an operator's name, or the source or table that
 * its operators serve. Throws cli/unknown-operator.
 */
export function statementsOf(plan: Plan, operator: string | undefined): Statement[] {
  const all = planStatements(plan).map((each) => ({ ...each, sql: formatSql(each.sql) }))
  if (operator === undefined) return all
  const found = all.filter(({ operators }) =>
    operators.some((each) => each === operator || servedBy(each) === operator),
  )
  if (found.length > 0) return found
  const known = [...new Set(all.flatMap(({ operators }) => operators))]
  const nearest = nearestMatch(operator, [...known, ...new Set(known.map(servedBy))])
  throw smeltError('cli/unknown-operator', { operator, nearest, known })
}

/** Statements as a script: a comment says what each is, and which operators it serves. */
export function sqlText(statements: readonly Statement[]): string {
  return statements
    .map(({ name, operators, when, sql }) => {
      const [first = ''] = operators
      const served = operators.map((each) => each.slice(each.indexOf('/') + 1)).join(', ')
      return `-- ${servedBy(first)}: ${name}, per ${when}, for ${served}\n${sql};\n`
    })
    .join('\n')
}

/** The source or table that an operator serves. */
function servedBy(operator: string): string {
  return operator.slice(0, operator.indexOf('/'))
}
