import { smeltError, type SmeltError } from '#diagnostics'
import type { OutgoingRecord } from '#stream'
import type { LedgerEntry } from './ledger.ts'
import type { Position } from './placement.ts'
import type { RequestKey } from './request-key.ts'

/** The records of one request. */
export interface Submission {
  readonly records: readonly OutgoingRecord[]
  readonly key?: RequestKey
}

/** What is answered: where each record lies. */
export interface Stored {
  readonly positions: readonly Position[]
  /** Stored by an earlier request with the same idempotency key. */
  readonly repeated: boolean
}

/** A request that waits for its answer. */
export interface Waiting extends Submission {
  readonly resolve: (stored: Stored) => void
  readonly reject: (error: unknown) => void
}

/** A request while it is being stored: where each of its records lies, as far as it is known. */
export interface Work {
  readonly waiting: Waiting
  readonly positions: (Position | undefined)[]
}

/** The work that a request leaves, by the entry of its key; undefined when it is answered by that. */
export function workOf(waiting: Waiting, entry: LedgerEntry | undefined): Work | undefined {
  const { key, records } = waiting
  if (key === undefined || entry === undefined) return { waiting, positions: records.map(() => undefined) }
  try {
    const stored = storedBefore(entry, key)
    // A part of them lies in the topic, of a request that did not come to its end.
    if (stored === undefined) return { waiting, positions: [...entry.positions] }
    waiting.resolve(stored)
  } catch (error) {
    waiting.reject(error)
  }
  return undefined
}

/** The answer of an entry that is whole. Throws ingest/key-reused when it is that of other records. */
export function storedBefore({ body, positions }: LedgerEntry, key: RequestKey): Stored | undefined {
  if (body !== key.body) throw smeltError('ingest/key-reused', {})
  return positions.every(isPosition) ? { positions, repeated: true } : undefined
}

/** What is to be noted of a request: nothing of one without a key, or of which nothing is stored. */
export function entryOf({ waiting: { key }, positions }: Work, atMs: number): LedgerEntry | undefined {
  return key === undefined || !positions.some(isPosition) ? undefined : { ...key, atMs, positions }
}

/** What is known of a request by its entry and by its records in the topic; undefined when the entry says it all. */
export function mergedEntry(found: LedgerEntry, known: LedgerEntry | undefined): LedgerEntry | undefined {
  if (known === undefined) return found
  if (known.body !== found.body || known.positions.every(isPosition)) return undefined
  return { ...known, positions: known.positions.map((position, index) => position ?? found.positions[index]) }
}

/** Whether all records of a request are stored. */
export function isStored({ positions }: Work): boolean {
  return positions.every(isPosition)
}

/** Answers a request: with its positions when it is stored whole, else with what refused it. */
export function answer({ waiting, positions }: Work, refused: SmeltError | undefined): void {
  const whole = positions.filter(isPosition)
  if (whole.length === positions.length) waiting.resolve({ positions: whole, repeated: false })
  else {
    const detail = refused === undefined ? 'it stored a part of them' : refused.message
    waiting.reject(smeltError('ingest/refused-by-broker', { detail }, { cause: refused }))
  }
}

function isPosition(position: Position | undefined): position is Position {
  return position !== undefined
}
