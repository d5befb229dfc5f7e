import { diagnostic, type ParamsOf, type RecordCode } from '#diagnostics'
import {
  columnsRead,
  type ColumnExpr,
  type ColumnPlan,
  type Expr,
  type Plan,
  type ReferencePlan,
  type SilverPlan,
} from '#plan'
import { expressionSql, overflowSql } from './expression.ts'
import { quoteIdentifier } from './identifier.ts'
import {
  acceptedRelation,
  EVENT_TIME,
  PII_INNER,
  PII_OUTER,
  referenceRelation,
  silverRelation,
  timelyRelation,
  VERDICT,
} from './names.ts'
import { readColumn, readRecord, recordColumn } from './read-column.ts'
import { storedSql } from './stored.ts'

/**
 * What a row of a silver batch may come to, by the number in its verdict column. Null is accepted.
 * `rule` names the column, lookup or check that decided.
 */
export type Verdict =
  | { readonly kind: 'quarantine'; readonly code: RecordCode; readonly rule: string; readonly message: string }
  | { readonly kind: 'filtered'; readonly rule: string }
  | { readonly kind: 'deduplicated' }
  | { readonly kind: 'fail'; readonly rule: string }

export interface SilverProgram {
  readonly verdicts: readonly Verdict[]
  /** Computes columns and verdict of every timely record of the batch. */
  readonly shape: string
  /** Rows by verdict: verdict (null: accepted), rows. */
  readonly counts: string
  /** One row with a count per warning check, named by the check; undefined when no check warns. */
  readonly warnings: string | undefined
  /** The view of the rows the table receives, columns in table order. */
  readonly accepted: string
}

/** Compiles a silver table's part of the plan. Columns come first, then `where`, checks, dedupe (DESIGN section 5). */
export function compileSilver(plan: Plan, table: SilverPlan): SilverProgram {
  const verdicts: Verdict[] = []
  const cases: string[] = []
  const decide = (when: string, verdict: Verdict): void => {
    cases.push(`when ${when} then ${verdicts.length}`)
    verdicts.push(verdict)
  }
  const source = timelyRelation(table.source)
  const lookups = lookupJoins(plan, table)
  const joins = lookupSql(lookups)
  const values = table.columns.map((column) => valueSql(column, lookups.get(column)))
  const hashes = hashTables(table.columns, values, `${source} source ${joins}`)
  const columns = table.columns.map((column, index) => {
    const value = values[index] ?? 'null'
    const hash = hashes.find((each) => each.value === value && column.pii === 'hash')
    const shown = hash ? `${hash.name}.hash` : column.pii === 'mask' ? maskSql(value) : value
    return `${shown} as ${quoteIdentifier(column.name)}`
  })

  const flags: string[] = []
  const flag = (sql: string): string => {
    flags.push(`${sql} as _flag${flags.length}`)
    return `_flag${flags.length - 1}`
  }
  for (const column of table.columns) {
    for (const expr of columnExpressions(column)) {
      const overflow = overflowSql(expr, readSource)
      if (overflow !== undefined)
        decide(flag(overflow), quarantined('record/overflow', { column: column.name }, column.name))
    }
    if (column.value.kind === 'lookup' && column.value.missing.kind === 'quarantine') {
      const params = { reference: column.value.reference, column: column.name }
      decide(
        flag(`${lookupAlias(lookups, column)}._found is null`),
        quarantined('record/lookup-missing', params, column.name),
      )
    }
  }
  // `where` and checks may read columns of the record that are none of the table, so these come along.
  const extra = recordColumnsRead([...(table.where ? [table.where] : []), ...table.checks.map((check) => check.expr)])
  const overflowOf = (expr: Expr, rule: string): void => {
    const overflow = overflowSql(expr, readColumn)
    if (overflow !== undefined) decide(overflow, quarantined('record/overflow', { column: rule }, rule))
  }
  if (table.where) {
    overflowOf(table.where, 'where')
    decide(`(${expressionSql(table.where, readColumn)}) is not true`, { kind: 'filtered', rule: 'where' })
  }
  const warnings: string[] = []
  for (const check of table.checks) {
    overflowOf(check.expr, check.name)
    const failed = `(${expressionSql(check.expr, readColumn)}) is false`
    if (check.onFail === 'warn') warnings.push(`count(*) filter (where ${failed}) as ${quoteIdentifier(check.name)}`)
    else if (check.onFail === 'quarantine')
      decide(failed, quarantined('record/check-failed', { check: check.name }, check.name))
    else if (check.onFail === 'drop') decide(failed, { kind: 'filtered', rule: check.name })
    else decide(failed, { kind: 'fail', rule: check.name })
  }
  verdicts.push({ kind: 'deduplicated' })

  const silver = silverRelation(table.table.name)
  const lineage = `kafka_partition, kafka_offset, ${EVENT_TIME}`
  const inner = [
    ...['kafka_partition', 'kafka_offset', EVENT_TIME].map((name) => `source.${name}`),
    ...columns,
    ...[...extra].map((name) => `source.${name}`),
    ...flags,
  ].join(',\n    ')
  const verdict = cases.length === 0 ? 'null' : `case ${cases.join('\n    ')} end`
  const names = table.columns.map((column) => quoteIdentifier(column.name))
  const stored = table.columns.map((column) => {
    const name = quoteIdentifier(column.name)
    return column.pii === undefined ? `${storedSql(column.type, name)} as ${name}` : name
  })
  return {
    verdicts,
    shape: `create or replace temp table ${silver} as ${hashes.length === 0 ? '' : `with ${hashes.map((each) => each.sql).join(', ')}`}
      select ${[lineage, ...names, ...extra].join(', ')}, (${verdict})::smallint as ${VERDICT}
      from (select ${inner}
    from ${source} source ${joins} ${hashes.map((each) => each.join).join(' ')})`,
    counts: `select ${VERDICT} as verdict, count(*) as rows from ${silver} group by all`,
    warnings:
      warnings.length === 0 ? undefined : `select ${warnings.join(', ')} from ${silver} where ${VERDICT} is null`,
    accepted: `create or replace temp view ${acceptedRelation(table.table.name)} as
      select ${[...stored, 'kafka_partition', 'kafka_offset'].join(', ')} from ${silver} where ${VERDICT} is null`,
  }
}

const readSource = (column: ColumnExpr): string => readRecord(column, 'source')

function quarantined<C extends RecordCode>(code: C, params: ParamsOf<C>, rule: string): Verdict {
  return { kind: 'quarantine', code, rule, message: diagnostic(code, params).message }
}

/** The verdict on a row for which the expression of `rule` has no result that its type can hold. */
export function overflowVerdict(rule: string): Verdict {
  return quarantined('record/overflow', { column: rule }, rule)
}

interface Lookup {
  readonly alias: string
  readonly reference: ReferencePlan
  readonly on: readonly Expr[]
}

function lookupJoins(plan: Plan, table: SilverPlan): Map<ColumnPlan, Lookup> {
  const joins = new Map<string, Lookup>()
  const byColumn = new Map<ColumnPlan, Lookup>()
  for (const column of table.columns) {
    if (column.value.kind !== 'lookup') continue
    const { reference: name, on } = column.value
    const reference = plan.references.find((each) => each.name === name)
    if (reference === undefined) continue
    const key = JSON.stringify([name, on])
    const join = joins.get(key) ?? { alias: `lookup${joins.size}`, reference, on }
    joins.set(key, join)
    byColumn.set(column, join)
  }
  return byColumn
}

function lookupAlias(lookups: ReadonlyMap<ColumnPlan, Lookup>, column: ColumnPlan): string {
  return lookups.get(column)?.alias ?? 'source'
}

function lookupSql(lookups: ReadonlyMap<ColumnPlan, Lookup>): string {
  return [...new Set(lookups.values())]
    .map(({ alias, reference, on }) => {
      const keys = reference.key.map((key, index) => {
        const expr = on[index]
        return `${alias}.${quoteIdentifier(key)} = ${expr ? expressionSql(expr, readSource) : 'null'}`
      })
      return `left join ${referenceRelation(reference.name)} ${alias} on ${keys.join(' and ')}`
    })
    .join('\n    ')
}

function valueSql(column: ColumnPlan, lookup: Lookup | undefined): string {
  if (column.value.kind === 'expression') return expressionSql(column.value.expr, readSource)
  const found = `${lookup?.alias ?? 'source'}.${quoteIdentifier(column.value.column)}`
  const { missing } = column.value
  if (missing.kind !== 'value') return found
  return `case when ${lookup?.alias ?? 'source'}._found then ${found} else ${expressionSql(missing.value, readSource)} end`
}

interface HashTable {
  readonly name: string
  /** The value that is hashed, as SQL. */
  readonly value: string
  readonly sql: string
  readonly join: string
}

/**
 * Every distinct value of a batch is hashed once: people report again and again, and HMAC-SHA-256 is the dearest
 * function of a row. The two padded keys are session variables, so that no secret stands in a statement.
 */
function hashTables(columns: readonly ColumnPlan[], values: readonly string[], from: string): HashTable[] {
  const hashed = new Set(values.filter((_, index) => columns[index]?.pii === 'hash'))
  return [...hashed].map((value, index) => {
    const name = `hashed${index}`
    const inner = `sha256(getvariable('${PII_INNER}') || encode(value::varchar))`
    return {
      name,
      value,
      sql: `${name} as materialized (select value, sha256(getvariable('${PII_OUTER}') || unhex(${inner})) as hash
        from (select distinct ${value} as value from ${from}) where value is not null)`,
      join: `left join ${name} on ${name}.value = ${value}`,
    }
  })
}

/** Letters become x and digits 9; the rest, and so the shape, stays. */
function maskSql(value: string): string {
  return `regexp_replace(regexp_replace(${value}, '\\pN', '9', 'g'), '\\pL', 'x', 'g')`
}

function columnExpressions(column: ColumnPlan): readonly Expr[] {
  return column.value.kind === 'expression' ? [column.value.expr] : column.value.on
}

function recordColumnsRead(exprs: readonly Expr[]): Set<string> {
  const read = exprs.flatMap(columnsRead).filter(({ scope }) => scope === 'source' || scope === 'record')
  return new Set(read.map(recordColumn))
}
