import type { AsOfPlan } from '#plan'
import type { Row, Value } from '../dialect/duckdb/reference.ts'
import { compareValues, keyOf, type SilverRow } from './given.ts'
import { isEqual, Pair } from './pair.ts'
import type { GoldRefusal } from './window-model.ts'

/** A version of a row of a changelog; `row` is undefined where it deletes. */
export interface Version {
  readonly key: readonly Value[]
  readonly effective: bigint
  readonly partition: number
  readonly offset: bigint
  readonly row: Row | undefined
}

/** A gold table of silver rows beside the versions that held at their time. */
export class AsOfModel {
  readonly plan: AsOfPlan
  readonly #versions: readonly Version[]
  readonly #rows: Row[] = []

  /** `versions` are those known so far: more may be added. */
  constructor(plan: AsOfPlan, versions: readonly Version[]) {
    this.plan = plan
    this.#versions = versions
  }

  take(silver: SilverRow): GoldRefusal | undefined {
    const { join } = this.plan
    const row = new Pair(silver, undefined)
    const asOf = row.ask(join.asOf, 'as_of')
    const left = join.on.map((on) => row.ask(on.left, 'on'))
    if (row.overflow !== undefined) return row.overflow
    const held = this.#heldAt(asOf).filter((version) => {
      const pair = new Pair(silver, version)
      return join.on.every((on, index) => isEqual(pair.ask(on.right, 'on'), left[index] ?? null))
    })
    const met: Row[] = []
    const pairs = held.flatMap((version) => {
      const pair = new Pair(silver, version)
      const also = join.also === undefined || pair.ask(join.also, 'on') === true
      return also || pair.overflow !== undefined ? [pair] : []
    })
    for (const pair of pairs.length === 0 && join.kind === 'left' ? [row] : pairs) {
      const values = pair.make(this.plan)
      if (pair.overflow !== undefined) return pair.overflow
      if (values !== undefined) met.push(values)
    }
    this.#rows.push(...met)
    return undefined
  }

  rows(): readonly Row[] {
    return this.#rows
  }

  /** Of each key the version with the newest time at or before `time`, unless it deletes. */
  #heldAt(time: Value): Version[] {
    const held = new Map<string, Version>()
    for (const version of this.#versions) {
      if (typeof time !== 'bigint' || version.effective > time) continue
      const key = keyOf(version.key)
      const known = held.get(key)
      if (known === undefined || isAfter(version, known)) held.set(key, version)
    }
    return [...held.values()].filter(({ row }) => row !== undefined)
  }
}

/** Of two versions with one time the one later in the topic holds. */
function isAfter(a: Version, b: Version): boolean {
  const order =
    compareValues(a.effective, b.effective) || a.partition - b.partition || compareValues(a.offset, b.offset)
  return order > 0
}
