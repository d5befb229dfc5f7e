import type { ColumnExpr, Expr, JoinedPlan } from '#plan'
import { evaluate, type Row, type Value } from '../dialect/duckdb/reference.ts'
import type { SilverRow } from './given.ts'
import type { GoldRefusal } from './window-model.ts'

/** What stands beside a silver row: a version, or a row of another silver table. */
export interface Partner {
  readonly partition: number
  readonly offset: bigint
  readonly row: Row | undefined
}

/** A silver row, beside a partner or none. Remembers the first expression that overflowed. */
export class Pair {
  readonly silver: SilverRow
  readonly partner: Partner | undefined
  overflow: GoldRefusal | undefined

  constructor(silver: SilverRow, partner: Partner | undefined) {
    this.silver = silver
    this.partner = partner
  }

  ask(expr: Expr, rule: string): Value {
    const read = ({ scope, path }: ColumnExpr): Value =>
      (scope === 'joined' ? this.partner?.row?.[path.slice(1).join('.')] : this.silver.values[path.join('.')]) ?? null
    const { value, overflow } = evaluate(expr, read)
    if (overflow) this.overflow ??= { code: 'record/overflow', rule }
    return value
  }

  /** The row of the gold table; undefined when `where` leaves the pair out, and of no use when it overflows. */
  make({ columns, join, where }: JoinedPlan): Row | undefined {
    if (where !== undefined && this.ask(where, 'where') !== true) return undefined
    const values: Record<string, Value> = {}
    for (const { name, value } of columns) {
      if (value.kind !== 'expression') throw new Error('a gold column looks something up')
      values[name] = this.ask(value.expr, name)
    }
    return {
      ...values,
      kafka_partition: BigInt(this.silver.partition),
      kafka_offset: this.silver.offset,
      [`${join.name}_kafka_partition`]: this.partner === undefined ? null : BigInt(this.partner.partition),
      [`${join.name}_kafka_offset`]: this.partner?.offset ?? null,
    }
  }
}

/** Whether an equality of a join holds: null is equal to nothing. */
export function isEqual(a: Value, b: Value): boolean {
  return a !== null && b !== null && a === b
}
