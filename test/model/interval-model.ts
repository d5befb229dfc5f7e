import type { IntervalPlan } from '#plan'
import type { Row } from '../dialect/duckdb/reference.ts'
import { micros, type GivenRecord, type SilverRow } from './given.ts'
import { isEqual, Pair } from './pair.ts'
import type { GoldRefusal } from './window-model.ts'

/** A row that may meet others, with the record that it came of. */
interface Entered {
  readonly record: GivenRecord
  readonly row: SilverRow
}

/** A refusal, and the record that stands in quarantine for it. */
export interface IntervalRefusal extends GoldRefusal {
  readonly record: GivenRecord
}

/** A gold table of pairs of silver rows. Remembers all rows that were in time, and which of the left have left. */
export class IntervalModel {
  readonly plan: IntervalPlan
  readonly #within: bigint
  readonly #left: Entered[] = []
  readonly #right: Entered[] = []
  readonly #gone = new Set<Entered>()
  readonly #rows: Row[] = []
  /** Rows were let go as far as this watermark. */
  #closed: bigint | undefined

  constructor(plan: IntervalPlan) {
    this.plan = plan
    this.#within = micros(plan.join.withinMs)
  }

  /** Takes what the silver tables made of the next record, which may be on either side or on both. */
  take(record: GivenRecord, made: ReadonlyMap<string, SilverRow>, watermarkMs: number): IntervalRefusal[] {
    const { from, join } = this.plan
    const [left, right] = [made.get(from), made.get(join.table)]
    const any = left ?? right
    if (any === undefined) return []
    const refusal = this.#late(any, micros(watermarkMs)) ?? this.#overflow(left, right)
    if (refusal !== undefined) return [{ ...refusal, record }]
    const refused: IntervalRefusal[] = []
    if (left !== undefined) {
      const entered = { record, row: left }
      for (const other of this.#right) refused.push(...this.#meet(entered, other))
      this.#left.push(entered)
    }
    if (right !== undefined) {
      const entered = { record, row: right }
      for (const other of this.#left) refused.push(...this.#meet(other, entered))
      this.#right.push(entered)
    }
    return refused
  }

  /** Lets rows go by the watermark; at the end of a bounded input, a left join all of its rows. */
  close(watermark: bigint | undefined, ended: boolean): IntervalRefusal[] {
    const left = this.plan.join.kind === 'left'
    const waiting = ended && left ? this.#left.filter((each) => !this.#gone.has(each)) : []
    const through = [watermark, ...waiting.map(({ row }) => row.time + 2n * this.#within + 1n)].reduce(
      later,
      this.#closed,
    )
    if (through === undefined || through === this.#closed) return []
    this.#closed = through
    const leaving = this.#left.filter((each) => !this.#gone.has(each) && each.row.time < through - 2n * this.#within)
    for (const each of leaving) this.#gone.add(each)
    const alone = left
      ? leaving.filter((each) => !this.#right.some((other) => this.#met(each, other) !== undefined))
      : []
    return alone.flatMap((each) => this.#write(each, new Pair(each.row, undefined)))
  }

  rows(): readonly Row[] {
    return this.#rows
  }

  #late({ time, newestBefore }: SilverRow, watermark: bigint): GoldRefusal | undefined {
    const reach = time + this.#within
    if (newestBefore !== undefined && reach < newestBefore - watermark)
      return { code: 'record/late', rule: 'watermark' }
    return this.#closed !== undefined && reach < this.#closed ? { code: 'record/late', rule: 'closed' } : undefined
  }

  /** What is compared overflows before there is a pair. */
  #overflow(left: SilverRow | undefined, right: SilverRow | undefined): GoldRefusal | undefined {
    const { on } = this.plan.join
    const own = left && new Pair(left, undefined)
    const other = right && new Pair(right, partnerOf(right))
    for (const each of on) own?.ask(each.left, 'on')
    for (const each of on) other?.ask(each.right, 'on')
    return own?.overflow ?? other?.overflow
  }

  #meet(left: Entered, right: Entered): IntervalRefusal[] {
    const pair = this.#met(left, right)
    return pair === undefined ? [] : this.#write(left, pair)
  }

  /** The pair, when the rows are near and the condition is true; one that overflows is a pair too. */
  #met({ row: left }: Entered, { row: right }: Entered): Pair | undefined {
    const { join } = this.plan
    if (left.time - right.time > this.#within || right.time - left.time > this.#within) return undefined
    const pair = new Pair(left, partnerOf(right))
    if (!join.on.every((on) => isEqual(pair.ask(on.left, 'on'), pair.ask(on.right, 'on')))) return undefined
    const also = join.also === undefined || pair.ask(join.also, 'on') === true
    return also || pair.overflow !== undefined ? pair : undefined
  }

  #write({ record }: Entered, pair: Pair): IntervalRefusal[] {
    const values = pair.overflow === undefined ? pair.make(this.plan) : undefined
    if (pair.overflow !== undefined) return [{ ...pair.overflow, record }]
    if (values !== undefined) this.#rows.push(values)
    return []
  }
}

function partnerOf({ partition, offset, values }: SilverRow): Pair['partner'] {
  return { partition, offset, row: values }
}

function later(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a > b ? a : b
}
