import type { ObjectStore } from '#lake'
import { seal, unseal } from '../sealed-json.ts'
import type { RecordPlace, TableErasure } from './erasure.ts'

/**
 * What an erasure of one pipeline knows so far, kept before anything is changed: once bronze no longer has the records, only
 * this tells which rows were made of them. An erasure that was killed goes on from it.
 */
export interface Journal {
  readonly startedMs: number
  readonly records: Readonly<Record<string, readonly RecordPlace[]>>
  readonly tables: readonly TableErasure[]
  readonly savepointsDropped: readonly string[]
}

/** The journal of an erasure that did not end; undefined when there is none, or it cannot be read. */
export async function readJournal(store: ObjectStore, pipeline: string, id: string): Promise<Journal | undefined> {
  const bytes = await store.read(journalKey(pipeline, id))
  const found = bytes === undefined ? undefined : unseal('journal', bytes)
  return found?.ok === true ? (found.value as Journal) : undefined
}

export function writeJournal(store: ObjectStore, pipeline: string, id: string, journal: Journal): Promise<void> {
  return store.write(journalKey(pipeline, id), seal('journal', journal))
}

export function endJournal(store: ObjectStore, pipeline: string, id: string): Promise<void> {
  return store.delete([journalKey(pipeline, id)])
}

/** The records of both. */
export function mergeRecords(a: Journal['records'], b: Journal['records']): Record<string, RecordPlace[]> {
  const merged = Object.entries(a).map(([source, places]): [string, RecordPlace[]] => [source, [...places]])
  const all = new Map<string, RecordPlace[]>(merged)
  for (const [source, places] of Object.entries(b)) {
    const known = all.get(source) ?? []
    const has = new Set(known.map(([partition, offset]) => `${partition} ${offset}`))
    all.set(source, [...known, ...places.filter(([partition, offset]) => !has.has(`${partition} ${offset}`))])
  }
  return Object.fromEntries(all)
}

/** The tables with what is replaced next: an entry of which the commit did not happen makes room for the one that does. */
export function withTable(tables: readonly TableErasure[], next: TableErasure): TableErasure[] {
  const again = (each: TableErasure): boolean =>
    each.table === next.table && each.removed.some((file) => next.removed.includes(file))
  return [...tables.filter((each) => !again(each)), next]
}

const journalKey = (pipeline: string, id: string): string => `state/${pipeline}/erasures/${id}.json`
