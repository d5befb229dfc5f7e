import type { SourcePlan } from '#plan'
import { evaluate, type Row, type Value } from '../dialect/duckdb/reference.ts'
import { micros, type GivenRecord } from './given.ts'
import { validate, type FlatSchema } from './valid.ts'

/** What a source makes of a record. */
export type Admission =
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'deletion'; readonly key: readonly Value[]; readonly time: bigint }
  | {
      readonly kind: 'row'
      readonly row: Row
      readonly time: bigint
      /** The newest event time of the topic partition before this record. */
      readonly newestBefore: bigint | undefined
    }

/** Decides about records of one source, in the order of each topic partition. */
export class SourceModel {
  readonly plan: SourcePlan
  readonly #schema: FlatSchema
  readonly #newest = new Map<number, bigint>()

  constructor(plan: SourcePlan, schema: FlatSchema) {
    this.plan = plan
    this.#schema = schema
  }

  admit(record: GivenRecord): Admission {
    const deletion = this.#deletion(record)
    if (deletion !== undefined) return deletion
    const found = validate(record.value, this.#schema, this.plan.maxRecordBytes)
    if ('code' in found) return { kind: 'refused', code: found.code }
    return this.#place(record, found.row)
  }

  /** The newest event time of each topic partition that has one. */
  newest(): readonly bigint[] {
    return [...this.#newest.values()]
  }

  #place({ partition, timestampMs }: GivenRecord, row: Row): Admission {
    const refused = (code: string): Admission => ({ kind: 'refused', code: `record/${code}` })
    const time = evaluate(this.plan.eventTime, ({ scope, path }) =>
      scope === 'record' ? micros(timestampMs) : (row[path.join('.')] ?? null),
    ).value
    if (typeof time !== 'bigint') return refused('no-event-time')
    if (time > micros(timestampMs) + micros(this.plan.maxAheadMs)) return refused('future-event-time')
    const newestBefore = this.#newest.get(partition)
    if (newestBefore !== undefined && time < newestBefore - micros(this.plan.horizonMs)) return refused('too-old')
    if (newestBefore === undefined || time > newestBefore) this.#newest.set(partition, time)
    return { kind: 'row', row, time, newestBefore }
  }

  /** A null value deletes the row of a changelog that the record key names: its text, or an object of the key columns. */
  #deletion({ key, value, timestampMs }: GivenRecord): Admission | undefined {
    const { versionedBy, contract } = this.plan
    if (versionedBy === undefined || value !== null || key === null) return undefined
    const text = key.toString('utf8')
    if (!Buffer.from(text).equals(key)) return undefined
    const named = versionedBy.length === 1 ? [text] : membersOf(text, versionedBy)
    const values = versionedBy.map((name, index): Value => {
      const given = named[index]
      if (given === undefined) return null
      const type = contract.fields.find((field) => field.name === name)?.type.kind
      if (type === 'string') return versionedBy.length === 1 ? String(given) : typeof given === 'string' ? given : null
      if (versionedBy.length > 1 && typeof given === 'string') return null
      return /^-?(0|[1-9]\d*)$/.test(String(given)) ? BigInt(given) : null
    })
    return values.includes(null) ? undefined : { kind: 'deletion', key: values, time: micros(timestampMs) }
  }
}

function membersOf(text: string, names: readonly string[]): (string | number | undefined)[] {
  try {
    const value = JSON.parse(text) as unknown
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
    const members = value as Readonly<Record<string, string | number>>
    return Object.keys(members).sort().join() === [...names].sort().join() ? names.map((name) => members[name]) : []
  } catch {
    return []
  }
}

/**
 * The watermark of sources together: the least of a topic partition, but of those no more than `max_skew` behind the newest.
 */
export function watermarkOf(sources: readonly SourceModel[]): bigint | undefined {
  const all = sources.flatMap((source) => source.newest())
  if (all.length === 0) return undefined
  const latest = all.reduce((a, b) => (a > b ? a : b))
  const waited = sources.flatMap((source) =>
    source
      .newest()
      .filter((each) => each >= latest - micros(source.plan.maxSkewMs))
      .map((each) => each - micros(source.plan.watermarkMs)),
  )
  return waited.reduce((a, b) => (a < b ? a : b))
}
