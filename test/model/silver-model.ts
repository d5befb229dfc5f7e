import { createHmac } from 'node:crypto'
import type { ColumnExpr, ColumnPlan, Expr, SilverPlan } from '#plan'
import { evaluate, type Row, type Value } from '../dialect/duckdb/reference.ts'
import { keyOf, micros, type SilverRow } from './given.ts'

/** What a silver table makes of a record. */
export type Fate =
  | { readonly kind: 'row'; readonly row: SilverRow; readonly warned: readonly string[] }
  | { readonly kind: 'refused'; readonly code: string; readonly rule: string }
  | { readonly kind: 'filtered'; readonly rule: string }
  | { readonly kind: 'deduplicated' }

/** A valid record, in time, of the table's source. */
export interface Incoming {
  readonly partition: number
  readonly offset: bigint
  readonly timestampMs: number
  readonly time: bigint
  readonly newestBefore: bigint | undefined
  readonly row: Row
}

/** Rows of a reference by their key. */
export type References = ReadonlyMap<string, ReadonlyMap<string, Row>>

/** Decides about records for one silver table: columns, `where`, checks, dedupe; the first that decides wins. */
export class SilverModel {
  readonly plan: SilverPlan
  /** The table. */
  readonly rows: SilverRow[] = []
  readonly #references: References
  readonly #piiKey: string
  readonly #accepted = new Map<string, bigint[]>()

  constructor(plan: SilverPlan, references: References, piiKey: string) {
    this.plan = plan
    this.#references = references
    this.#piiKey = piiKey
  }

  /** Takes the next record of a topic partition. */
  take(record: Incoming): Fate {
    const read = (column: ColumnExpr): Value =>
      column.scope === 'record' ? micros(record.timestampMs) : (record.row[column.path.join('.')] ?? null)
    const values: Record<string, Value> = {}
    for (const column of this.plan.columns) {
      const found = this.#value(column, read)
      if (typeof found === 'object' && found !== null) return { kind: 'refused', code: found.code, rule: column.name }
      values[column.name] = this.#hidden(column, found)
    }
    const readBoth = (column: ColumnExpr): Value =>
      column.scope === 'table' ? (values[column.path.join('.')] ?? null) : read(column)
    const warned: string[] = []
    const decided = this.#decide(readBoth, warned)
    if (decided !== undefined) return decided
    if (this.#isDuplicate(record, values)) return { kind: 'deduplicated' }
    const { partition, offset, time, newestBefore } = record
    const row = { partition, offset, time, newestBefore, values }
    this.rows.push(row)
    return { kind: 'row', row, warned }
  }

  #value(column: ColumnPlan, read: (column: ColumnExpr) => Value): Value | { readonly code: string } {
    const { value } = column
    if (value.kind === 'expression') return held(evaluate(value.expr, read))
    const key: Value[] = []
    for (const expr of value.on) {
      const part = held(evaluate(expr, read))
      if (typeof part === 'object' && part !== null) return part
      key.push(part)
    }
    const found = key.includes(null) ? undefined : this.#references.get(value.reference)?.get(keyOf(key))
    if (found !== undefined) return found[value.column] ?? null
    if (value.missing.kind === 'quarantine') return { code: 'record/lookup-missing' }
    return value.missing.kind === 'null' ? null : evaluate(value.missing.value, read).value
  }

  #hidden({ pii }: ColumnPlan, value: Value): Value {
    if (pii === undefined || value === null) return value
    if (pii === 'hash') return createHmac('sha256', this.#piiKey).update(String(value)).digest('hex')
    return String(value).replace(/\p{N}/gu, '9').replace(/\p{L}/gu, 'x')
  }

  #decide(read: (column: ColumnExpr) => Value, warned: string[]): Fate | undefined {
    const overflow = (rule: string): Fate => ({ kind: 'refused', code: 'record/overflow', rule })
    const ask = (expr: Expr): ReturnType<typeof evaluate> => evaluate(expr, read)
    if (this.plan.where !== undefined) {
      const found = ask(this.plan.where)
      if (found.overflow) return overflow('where')
      if (found.value !== true) return { kind: 'filtered', rule: 'where' }
    }
    for (const { name, expr, onFail } of this.plan.checks) {
      const found = ask(expr)
      if (found.overflow) return overflow(name)
      if (found.value !== false) continue
      if (onFail === 'quarantine') return { kind: 'refused', code: 'record/check-failed', rule: name }
      if (onFail === 'drop') return { kind: 'filtered', rule: name }
      warned.push(name)
    }
    return undefined
  }

  /** An earlier accepted record of the topic partition with the same key is near; a null is no key. */
  #isDuplicate({ partition, time }: Incoming, values: Row): boolean {
    const { dedupe } = this.plan
    if (dedupe === undefined) return false
    const parts = dedupe.by.map((name) => values[name] ?? null)
    if (parts.includes(null)) return false
    const key = `${partition} ${keyOf(parts)}`
    const times = this.#accepted.get(key) ?? []
    const within = micros(dedupe.withinMs)
    if (times.some((each) => time - each <= within && each - time <= within)) return true
    this.#accepted.set(key, [...times, time])
    return false
  }
}

function held({ value, overflow }: ReturnType<typeof evaluate>): Value | { readonly code: string } {
  return overflow ? { code: 'record/overflow' } : value
}
