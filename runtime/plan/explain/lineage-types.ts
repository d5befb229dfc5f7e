/**
 * Where the columns of a plan come from, as a graph without cycles: a node per column of every table and per field of
 * every contract and reference. Plain JSON.
 */
export interface Lineage {
  readonly version: 1
  readonly nodes: readonly LineageNode[]
  /** What decides which rows a table has. */
  readonly rows: readonly RowRule[]
  /** Which table, or source, the rows of a table are made of. */
  readonly reads: readonly { readonly table: string; readonly from: string }[]
}

/**
 * `silver.devices.cpu_pct`, `source.inventory.disk.free_gb` (a contract field), `reference.os_catalog.eol_date`. A
 * `record` node is a column of bronze: the record itself, before anything is read out of it.
 */
export interface LineageNode {
  readonly id: string
  readonly kind: 'column' | 'field' | 'reference' | 'record'
  /** `layer.name`, or `source.<name>` or `reference.<name>`. */
  readonly of: string
  readonly name: string
  readonly type: string
  readonly nullable: boolean
  /** What computes it, as a pipeline writes it; absent where nothing does. */
  readonly value?: string
  /** The file that declares it, and the place in it: a JSON pointer of a contract, a column of a reference. */
  readonly declared?: { readonly file: string; readonly place: string }
  /** How this column hides personal data. */
  readonly pii?: 'hash' | 'mask'
  /** Personal data that reaches it, and in what form. A field is personal when some column hides it. */
  readonly personal?: Exposure
  readonly inputs: readonly LineageInput[]
}

/** The least hidden form in which personal data is held. */
export type Exposure = 'clear' | 'mask' | 'hash'

/**
 * `value`: its value goes into the expression. `key`: it finds the row of a reference. `filter`: it decides which rows
 * an aggregate sees. `order`: it decides which row is first or last. `raw`: it stands unread inside the bytes.
 */
export interface LineageInput {
  readonly id: string
  readonly role: 'value' | 'key' | 'filter' | 'order' | 'raw'
}

/** An operator that decides whether a row is in a table. */
export interface RowRule {
  readonly table: string
  /** As `operatorId` names it. */
  readonly operator: string
  readonly rule: string
  /** Ids of what it reads. */
  readonly inputs: readonly string[]
}
