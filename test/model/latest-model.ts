import type { LatestPlan } from '#plan'
import { evaluate, type Row, type Value } from '../dialect/duckdb/reference.ts'
import { byOrder, keyOf, type SilverRow } from './given.ts'
import type { GoldRefusal } from './window-model.ts'

/** A gold table with the greatest row of each key by event time, topic partition and offset. */
export class LatestModel {
  readonly plan: LatestPlan
  readonly #best = new Map<string, { readonly from: SilverRow; readonly values: Row }>()

  constructor(plan: LatestPlan) {
    this.plan = plan
  }

  take(row: SilverRow): GoldRefusal | undefined {
    const read = ({ path }: { readonly path: readonly string[] }): Value => row.values[path.join('.')] ?? null
    const where = this.plan.where && evaluate(this.plan.where, read)
    if (where?.overflow === true) return { code: 'record/overflow', rule: 'where' }
    if (where !== undefined && where.value !== true) return undefined
    const values: Record<string, Value> = {}
    for (const { name, value } of this.plan.columns) {
      if (value.kind !== 'expression') throw new Error('a gold column looks something up')
      const found = evaluate(value.expr, read)
      if (found.overflow) return { code: 'record/overflow', rule: name }
      values[name] = found.value
    }
    const key = keyOf(this.plan.latestBy.map((name) => values[name] ?? null))
    const best = this.#best.get(key)
    if (best === undefined || byOrder(row, best.from) > 0) this.#best.set(key, { from: row, values })
    return undefined
  }

  rows(): Row[] {
    return [...this.#best.values()].map(({ from, values }) => ({
      ...values,
      kafka_partition: BigInt(from.partition),
      kafka_offset: from.offset,
    }))
  }
}
