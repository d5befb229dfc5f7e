import type { Accounting, Counts } from '#engine'
import type { Plan } from '#plan'
import { literal, type Row, type Value } from '../dialect/duckdb/reference.ts'
import { AsOfModel, type Version } from './as-of-model.ts'
import { keyOf, type GivenRecord, type Refusal, type SilverRow } from './given.ts'
import { IntervalModel, type IntervalRefusal } from './interval-model.ts'
import { LatestModel } from './latest-model.ts'
import { SilverModel, type Incoming, type References } from './silver-model.ts'
import { SourceModel, watermarkOf } from './source-model.ts'
import type { FlatSchema } from './valid.ts'
import { WindowModel, type GoldRefusal } from './window-model.ts'

export interface ModelInput {
  readonly plan: Plan
  /** By source. */
  readonly schemas: ReadonlyMap<string, FlatSchema>
  /** Rows of each reference, as texts in the order of its fields. */
  readonly references: ReadonlyMap<string, readonly (readonly (string | null)[])[]>
  readonly piiKey: string
}

/** What stands in the lake: rows by `layer.name`, quarantine, books. */
export interface Outcome {
  readonly tables: ReadonlyMap<string, readonly Row[]>
  readonly quarantine: readonly Refusal[]
  readonly books: Accounting
}

type GoldModel = WindowModel | LatestModel | AsOfModel | IntervalModel

/**
 * What a pipeline makes of records, one record at a time: written from DESIGN section 5 and docs/semantics.md alone, slow
 * and plain, as a second opinion on the engine.
 */
export class PipelineModel {
  readonly #plan: Plan
  readonly #sources: readonly SourceModel[]
  readonly #silver: readonly SilverModel[]
  readonly #gold: readonly GoldModel[]
  readonly #versions = new Map<string, Version[]>()
  readonly #bronze = new Map<string, Row[]>()
  readonly #quarantine: Refusal[] = []
  readonly #tally = new Map<string, number>()

  constructor({ plan, schemas, references, piiKey }: ModelInput) {
    this.#plan = plan
    const rows = referenceRows(plan, references)
    for (const { name } of plan.sources) {
      this.#versions.set(name, [])
      this.#bronze.set(name, [])
    }
    this.#sources = plan.sources.map((source) => {
      const schema = schemas.get(source.name)
      if (schema === undefined) throw new Error(`no contract for ${source.name}`)
      return new SourceModel(source, schema)
    })
    this.#silver = plan.silver.map((table) => new SilverModel(table, rows, piiKey))
    this.#gold = plan.gold.map((table) => this.#goldModel(table))
  }

  /** One run to the end of the topics; with `keepWindows`, windows close by the watermark alone. */
  run(records: readonly GivenRecord[], { keepWindows }: { readonly keepWindows: boolean }): void {
    const joined = new Set(this.#plan.gold.flatMap((table) => (table.kind === 'as-of' ? [table.join.source] : [])))
    // Every changelog is read to its end before the records that meet its versions.
    for (const record of records) if (joined.has(record.source)) this.#take(record)
    for (const record of records) if (!joined.has(record.source)) this.#take(record)
    for (const gold of this.#gold) {
      if (gold instanceof WindowModel) gold.close(keepWindows ? watermarkOf(this.#sourcesOf(gold.plan.from)) : 'all')
      if (!(gold instanceof IntervalModel)) continue
      const { from, join, table } = gold.plan
      const refused = gold.close(watermarkOf(this.#sourcesOf(from, join.table)), !keepWindows)
      this.#refusePairs(table.name, refused)
    }
  }

  outcome(): Outcome {
    const tables = new Map<string, readonly Row[]>(
      [...this.#bronze].map(([name, rows]): [string, readonly Row[]] => [`bronze.${name}`, rows]),
    )
    for (const { plan, rows } of this.#silver) tables.set(`silver.${plan.table.name}`, rows.map(silverValues))
    for (const gold of this.#gold) tables.set(`gold.${gold.plan.table.name}`, gold.rows())
    return { tables, quarantine: this.#quarantine, books: this.#books(tables) }
  }

  #goldModel(table: Plan['gold'][number]): GoldModel {
    switch (table.kind) {
      case 'window': {
        const source = this.#plan.sources.find(({ name }) => name === this.#sourceOf(table.from))
        return new WindowModel(table, source?.watermarkMs ?? 0)
      }
      case 'latest':
        return new LatestModel(table)
      case 'as-of':
        return new AsOfModel(table, this.#versions.get(table.join.source) ?? [])
      case 'interval':
        return new IntervalModel(table)
    }
  }

  #sourceOf(silver: string): string | undefined {
    return this.#plan.silver.find(({ table }) => table.name === silver)?.source
  }

  #sourcesOf(...silver: readonly string[]): SourceModel[] {
    const names = new Set(silver.map((name) => this.#sourceOf(name)))
    return this.#sources.filter(({ plan }) => names.has(plan.name))
  }

  #take(record: GivenRecord): void {
    const { source: name, partition, offset } = record
    const source = this.#sources.find(({ plan }) => plan.name === name)
    if (source === undefined) throw new Error(`no source ${name}`)
    this.#bronze.get(name)?.push(bronzeValues(record))
    this.#count('consumed', name)
    const admitted = source.admit(record)
    const tables = this.#silver.filter(({ plan }) => plan.source === name)
    if (admitted.kind === 'refused') {
      this.#count('refused', name, admitted.code)
      this.#refuse(record, null, { code: admitted.code, rule: null })
      return
    }
    const versions = this.#versions.get(name)
    if (admitted.kind === 'deletion') {
      const { key, time: effective } = admitted
      versions?.push({ key, effective, partition, offset, row: undefined })
      for (const { plan } of tables) this.#count('filtered', plan.table.name, 'null-value')
      return
    }
    const { row, time, newestBefore } = admitted
    const key = source.plan.versionedBy?.map((field) => row[field] ?? null)
    if (key !== undefined) versions?.push({ key, effective: time, partition, offset, row })
    const made = new Map<string, SilverRow>()
    for (const silver of tables) {
      const { timestampMs } = record
      const accepted = this.#takeSilver(record, silver, { partition, offset, time, newestBefore, row, timestampMs })
      if (accepted !== undefined) made.set(silver.plan.table.name, accepted)
    }
    for (const gold of this.#gold)
      if (gold instanceof IntervalModel)
        this.#refusePairs(gold.plan.table.name, gold.take(record, made, source.plan.watermarkMs))
  }

  #takeSilver(record: GivenRecord, silver: SilverModel, incoming: Incoming): SilverRow | undefined {
    const { name } = silver.plan.table
    const fate = silver.take(incoming)
    switch (fate.kind) {
      case 'refused':
        this.#count('quarantined', name, fate.code)
        this.#refuse(record, `silver.${name}`, fate)
        return undefined
      case 'filtered':
        this.#count('filtered', name, fate.rule)
        return undefined
      case 'deduplicated':
        this.#count('deduplicated', name)
        return undefined
      case 'row':
        for (const check of fate.warned) this.#count('warned', name, check)
        this.#takeGold(record, name, fate.row)
        return fate.row
    }
  }

  #takeGold(record: GivenRecord, from: string, row: SilverRow): void {
    for (const gold of this.#gold) {
      if (gold.plan.from !== from || gold instanceof IntervalModel) continue
      const refusal = gold.take(row)
      if (refusal === undefined) continue
      this.#count('gold', gold.plan.table.name, refusal.code)
      this.#refuse(record, `gold.${gold.plan.table.name}`, refusal)
    }
  }

  #refusePairs(name: string, refusals: readonly IntervalRefusal[]): void {
    for (const { record, ...refusal } of refusals) {
      this.#count('gold', name, refusal.code)
      this.#refuse(record, `gold.${name}`, refusal)
    }
  }

  #refuse({ source, partition, offset }: GivenRecord, table: string | null, { code, rule }: Nullable): void {
    this.#quarantine.push({ source, partition, offset, table, code, rule })
  }

  #count(what: string, name: string, by = ''): void {
    const key = JSON.stringify([what, name, by])
    this.#tally.set(key, (this.#tally.get(key) ?? 0) + 1)
  }

  #counts(what: string, name: string): Counts {
    const found = [...this.#tally].flatMap(([key, count]): [string, number][] => {
      const [kind, of, by = ''] = JSON.parse(key) as string[]
      return kind === what && of === name ? [[by, count]] : []
    })
    return Object.fromEntries(found)
  }

  #books(tables: Outcome['tables']): Accounting {
    const rowsOf = (table: string): number => tables.get(table)?.length ?? 0
    const silver = (name: string): Accounting['sources'][string]['silver'][string] => ({
      rows: rowsOf(`silver.${name}`),
      quarantined: this.#counts('quarantined', name),
      deduplicated: this.#counts('deduplicated', name)[''] ?? 0,
      filtered: this.#counts('filtered', name),
      warned: this.#counts('warned', name),
    })
    const source = (name: string): Accounting['sources'][string] => ({
      consumed: this.#counts('consumed', name)[''] ?? 0,
      quarantined: this.#counts('refused', name),
      silver: Object.fromEntries(
        this.#silver
          .filter(({ plan }) => plan.source === name)
          .map(({ plan }) => [plan.table.name, silver(plan.table.name)]),
      ),
    })
    const gold = ({ plan: { table } }: GoldModel): [string, Accounting['gold'][string]] => [
      table.name,
      { rows: rowsOf(`gold.${table.name}`), quarantined: this.#counts('gold', table.name) },
    ]
    return {
      sources: Object.fromEntries(this.#plan.sources.map(({ name }) => [name, source(name)])),
      gold: Object.fromEntries(this.#gold.map(gold)),
    }
  }
}

type Nullable = Omit<GoldRefusal, 'rule'> & { readonly rule: string | null }

function silverValues({ values, partition, offset }: SilverRow): Row {
  return { ...values, kafka_partition: BigInt(partition), kafka_offset: offset }
}

function bronzeValues({ partition, offset, timestampMs, key, value }: GivenRecord): Row {
  const bytes = (given: Buffer | null): Value => given?.toString('hex') ?? null
  return {
    kafka_partition: BigInt(partition),
    kafka_offset: offset,
    kafka_timestamp: BigInt(timestampMs) * 1000n,
    kafka_key: bytes(key),
    kafka_value: bytes(value),
  }
}

function referenceRows(plan: Plan, texts: ModelInput['references']): References {
  return new Map(
    plan.references.map(({ name, fields, key }) => {
      const rows = (texts.get(name) ?? []).map((cells): Row =>
        Object.fromEntries(fields.map((field, index) => [field.name, cellValue(field.type, cells[index] ?? null)])),
      )
      return [name, new Map(rows.map((row) => [keyOf(key.map((column) => row[column] ?? null)), row]))]
    }),
  )
}

function cellValue(type: Plan['references'][number]['fields'][number]['type'], text: string | null): Value {
  if (text === null) return null
  if (type.kind === 'boolean') return text === 'true'
  return type.kind === 'double' ? Number(text) : literal(text, type)
}
