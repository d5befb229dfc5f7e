/** Rows by code, rule or table. */
export type Counts = Readonly<Record<string, number>>

/** What became of one source's records for one silver table. All numbers since the pipeline's first record. */
export interface SilverAccount {
  readonly rows: number
  /** By `record/*` code. */
  readonly quarantined: Counts
  readonly deduplicated: number
  /** By rule: `where`, or the name of a check that drops. */
  readonly filtered: Counts
  /** By check. The rows are in the table. */
  readonly warned: Counts
  /** Quarantined rows that an operator gave up, by `record/*` code. */
  readonly discarded?: Counts
  /** Records that had left bronze when the table was last rebuilt from it, so that nobody knows any more what they were. */
  readonly missing?: number
}

export interface SourceAccount {
  /** Records read, and rows in bronze: the same number, by promise 1. */
  readonly consumed: number
  /** Records refused before any table saw them, by `record/*` code. */
  readonly quarantined: Counts
  /** Of those, given up by an operator. */
  readonly discarded?: Counts
  readonly silver: Readonly<Record<string, SilverAccount>>
}

export interface GoldAccount {
  readonly rows: number
  /** Silver rows that the table could not take, by `record/*` code; silver keeps them. */
  readonly quarantined: Counts
  readonly discarded?: Counts
}

/** The books of a pipeline (DESIGN section 4, promise 3). Plain JSON; stands in every checkpoint. */
export interface Accounting {
  readonly sources: Readonly<Record<string, SourceAccount>>
  readonly gold: Readonly<Record<string, GoldAccount>>
}

export const EMPTY_ACCOUNTING: Accounting = { sources: {}, gold: {} }

/** The books after `change`. Numbers are added, whatever is in one of both stays. */
export function addAccounting(books: Accounting, change: Accounting): Accounting {
  return {
    sources: merge(books.sources, change.sources, addSource),
    gold: merge(books.gold, change.gold, (a, b) => ({
      rows: a.rows + b.rows,
      ...addRefused(a, b),
    })),
  }
}

/** The sum of counts. */
export function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, each) => sum + each, 0)
}

/** One line per silver table where bronze is not silver + quarantined + deduplicated + filtered + missing; empty when all books close. */
export function openBooks(accounting: Accounting): string[] {
  return Object.entries(accounting.sources).flatMap(([source, account]) =>
    Object.entries(account.silver).flatMap(([table, silver]) => {
      const accounted =
        silver.rows +
        total(silver.quarantined) +
        total(account.quarantined) +
        total(silver.discarded ?? {}) +
        total(account.discarded ?? {}) +
        silver.deduplicated +
        total(silver.filtered) +
        (silver.missing ?? 0)
      return accounted === account.consumed
        ? []
        : [`silver.${table}: ${account.consumed} read from ${source}, ${accounted} accounted for`]
    }),
  )
}

/** Adds counts by name. */
export function addCounts(a: Counts, b: Counts): Counts {
  return merge(a, b, (x, y) => x + y)
}

type Refused = Pick<SourceAccount, 'quarantined' | 'discarded'>

/** A code of which nothing is left in quarantine is named no more. */
function addRefused(a: Refused, b: Refused): Refused {
  const added = Object.entries(addCounts(a.quarantined, b.quarantined)).filter(([, count]) => count !== 0)
  const quarantined = Object.fromEntries(added)
  if (a.discarded === undefined && b.discarded === undefined) return { quarantined }
  return { quarantined, discarded: addCounts(a.discarded ?? {}, b.discarded ?? {}) }
}

function addSource(a: SourceAccount, b: SourceAccount): SourceAccount {
  return {
    consumed: a.consumed + b.consumed,
    ...addRefused(a, b),
    silver: merge(a.silver, b.silver, (x, y) => ({
      rows: x.rows + y.rows,
      ...addRefused(x, y),
      deduplicated: x.deduplicated + y.deduplicated,
      filtered: addCounts(x.filtered, y.filtered),
      warned: addCounts(x.warned, y.warned),
      ...missing((x.missing ?? 0) + (y.missing ?? 0)),
    })),
  }
}

/** The number as it stands in an account: left out when there is none. */
export function missing(records: number): Pick<SilverAccount, 'missing'> {
  return records === 0 ? {} : { missing: records }
}

function merge<T>(
  a: Readonly<Record<string, T>>,
  b: Readonly<Record<string, T>>,
  add: (a: T, b: T) => T,
): Record<string, T> {
  const result: Record<string, T> = { ...a }
  for (const [name, value] of Object.entries(b)) {
    const known = result[name]
    result[name] = known === undefined ? value : add(known, value)
  }
  return result
}
