import type { WindowPlan } from '#plan'
import { evaluate, type Row, type Value } from '../dialect/duckdb/reference.ts'
import { cannotHold, measure } from './aggregate-model.ts'
import { keyOf, micros, type SilverRow } from './given.ts'

/** A refusal by a gold table. */
export interface GoldRefusal {
  readonly code: string
  readonly rule: string
}

/** A silver row in a group, with the starts of the windows in which it counts; none where windows are sessions. */
interface Counted {
  readonly row: SilverRow
  readonly group: readonly Value[]
  readonly starts: readonly bigint[]
}

interface Window {
  readonly start: bigint
  readonly end: bigint
  readonly group: readonly Value[]
  readonly rows: readonly SilverRow[]
}

/** A gold table of windows. Remembers every row that counts and makes the table anew whenever it is asked for. */
export class WindowModel {
  readonly plan: WindowPlan
  readonly #watermark: bigint
  readonly #counted: Counted[] = []
  /** Windows are closed as far as this watermark. */
  #closed: bigint | undefined

  constructor(plan: WindowPlan, watermarkMs: number) {
    this.plan = plan
    this.#watermark = micros(watermarkMs)
  }

  /** Takes the next silver row. It may count in some of its windows and be refused for the others. */
  take(row: SilverRow): GoldRefusal | undefined {
    const read = ({ path }: { readonly path: readonly string[] }): Value => row.values[path.join('.')] ?? null
    const where = this.plan.where && evaluate(this.plan.where, read)
    if (where?.overflow === true) return { code: 'record/overflow', rule: 'where' }
    if (where !== undefined && where.value !== true) return undefined
    const windows = this.#windowsOf(row.time)
    const late = this.#missed(windows, row.newestBefore === undefined ? undefined : row.newestBefore - this.#watermark)
    const closed = this.#missed(windows, this.#closed)
    const missed = Math.max(late, closed)
    const reason = closed > late ? 'closed' : 'watermark'
    const rule = this.plan.window.kind === 'sliding' ? `${reason}:${missed}` : reason
    if (missed === windows.length) return { code: 'record/late', rule }
    const group: Value[] = []
    for (const { name, value } of this.plan.groupBy) {
      if (value.kind !== 'expression') throw new Error('a group looks something up')
      const found = evaluate(value.expr, read)
      if (found.overflow) return { code: 'record/overflow', rule: name }
      group.push(found.value === 0 ? 0 : found.value)
    }
    for (const { name, aggregates } of this.plan.measures)
      if (aggregates.some((each) => cannotHold(each, row))) return { code: 'record/overflow', rule: name }
    this.#counted.push({ row, group, starts: windows.slice(missed).map(({ start }) => start) })
    return missed === 0 ? undefined : { code: 'record/late', rule }
  }

  /** Closes windows as far as the pipeline watermark, or all of them. */
  close(watermark: bigint | 'all' | undefined): void {
    const all = this.#windows().map((window) => this.#closesAt(window))
    const through = watermark === 'all' ? all.reduce<bigint | undefined>(later, undefined) : watermark
    this.#closed = later(this.#closed, through)
  }

  /** The table: closed windows, and the open ones too where rows are kept current. */
  rows(): Row[] {
    const closed = this.#closed
    const shown = this.#windows().filter(
      (window) => this.plan.emit === 'on_change' || (closed !== undefined && this.#closesAt(window) <= closed),
    )
    return shown.map(({ start, end, group, rows }) => ({
      window_start: start,
      window_end: end,
      ...Object.fromEntries(this.plan.groupBy.map(({ name }, index) => [name, group[index] ?? null])),
      ...Object.fromEntries(this.plan.measures.map((each) => [each.name, measure(each, rows)])),
    }))
  }

  /** The windows a row of this time would be in by itself, oldest first. */
  #windowsOf(time: bigint): { readonly start: bigint; readonly end: bigint }[] {
    const { window } = this.plan
    if (window.kind === 'session') return [{ start: time, end: time + micros(window.gapMs) }]
    const size = micros(window.sizeMs)
    const slide = window.kind === 'sliding' ? micros(window.slideMs) : size
    const newest = time - (((time % slide) + slide) % slide)
    return Array.from({ length: Number(size / slide) }, (_, index) => newest - BigInt(index) * slide)
      .reverse()
      .map((start) => ({ start, end: start + size }))
  }

  #missed(windows: readonly { readonly end: bigint }[], watermark: bigint | undefined): number {
    return watermark === undefined ? 0 : windows.filter(({ end }) => end <= watermark).length
  }

  /** A session waits one gap longer, until no row in time can reach it. */
  #closesAt({ end }: Window): bigint {
    return this.plan.window.kind === 'session' ? end + micros(this.plan.window.gapMs) : end
  }

  #windows(): Window[] {
    const groups = new Map<string, Counted[]>()
    for (const each of this.#counted) groups.set(keyOf(each.group), [...(groups.get(keyOf(each.group)) ?? []), each])
    return [...groups.values()].flatMap((counted) => {
      const group = counted[0]?.group ?? []
      return this.plan.window.kind === 'session'
        ? sessions(counted, group, micros(this.plan.window.gapMs))
        : aligned(counted, group, micros(this.plan.window.sizeMs))
    })
  }
}

function aligned(counted: readonly Counted[], group: readonly Value[], size: bigint): Window[] {
  const starts = [...new Set(counted.flatMap((each) => each.starts))]
  return starts.map((start) => ({
    start,
    end: start + size,
    group,
    rows: counted.filter((each) => each.starts.includes(start)).map(({ row }) => row),
  }))
}

/** Rows less than the gap apart share a session. */
function sessions(counted: readonly Counted[], group: readonly Value[], gap: bigint): Window[] {
  const rows = counted.map(({ row }) => row).sort((a, b) => Number(a.time - b.time))
  const found: SilverRow[][] = []
  for (const row of rows) {
    const last = found.at(-1)
    const before = last?.at(-1)
    if (last !== undefined && before !== undefined && row.time - before.time < gap) last.push(row)
    else found.push([row])
  }
  return found.map((each) => ({
    start: each[0]?.time ?? 0n,
    end: (each.at(-1)?.time ?? 0n) + gap,
    group,
    rows: each,
  }))
}

function later(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a > b ? a : b
}
