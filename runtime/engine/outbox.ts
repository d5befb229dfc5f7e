import { smeltError } from '#diagnostics'
import type { ObjectStore } from '#lake'
import type { Alert } from '#sink'

/**
 * What a checkpoint says of alerts on their way. Alerts are numbered in the order of checkpoints; a repetition of a number
 * is harmless, a gap is none.
 */
export interface OutboxBooks {
  /** The number that the next alert gets. */
  readonly next: number
  /** Files with alerts that some sink may not have taken, oldest first. */
  readonly files: readonly OutboxFile[]
  readonly sinks: Readonly<Record<string, SinkBooks>>
}

/** Alerts of one checkpoint: as many lines of JSON, the first with the number `first`. */
export interface OutboxFile {
  readonly key: string
  readonly first: number
  readonly alerts: number
}

/** Where one sink stands. Counts are since its first alert. */
export interface SinkBooks {
  /** Alerts with a lower number are done with. */
  readonly from: number
  readonly waiting: number
  readonly delivered: number
  /** The receiver will never take them. */
  readonly refused: number
  /** Given up, because too many waited. */
  readonly dropped: number
}

/** The checkpoint that keeps an outbox. */
export interface OutboxOwner {
  readonly pipeline: string
  readonly id: number
  readonly outbox?: OutboxBooks
}

/** An alert with its number. */
export interface NumberedAlert {
  readonly number: number
  readonly alert: Alert
}

export const EMPTY_OUTBOX: OutboxBooks = { next: 0, files: [], sinks: {} }

/** Writes the alerts of a checkpoint; nobody can see the file before a checkpoint names it. */
export async function writeOutboxFile(
  store: ObjectStore,
  key: string,
  alerts: readonly NumberedAlert[],
): Promise<OutboxFile | undefined> {
  const [first] = alerts
  if (first === undefined) return undefined
  await store.write(key, Buffer.from(alerts.map(({ alert }) => `${JSON.stringify(alert)}\n`).join('')))
  return { key, first: first.number, alerts: alerts.length }
}

/** The alerts in the files of `books`. checkpoint/state-missing names a file that is not there. */
export async function readOutbox(store: ObjectStore, { files }: OutboxBooks): Promise<NumberedAlert[]> {
  const read = await Promise.all(
    files.map(async ({ key, first }) => {
      const bytes = await store.read(key)
      if (bytes === undefined) throw smeltError('checkpoint/state-missing', { key })
      const lines = bytes.toString('utf8').split('\n').slice(0, -1)
      return lines.map((line, index) => ({ number: first + index, alert: JSON.parse(line) as Alert }))
    }),
  )
  return read.flat()
}

/**
 * What was delivered after the newest checkpoint is noted beside it, so that a restart does not send it again. A note that
 * cannot be written, or belongs to another checkpoint, costs a repetition and nothing else.
 */
export async function noteDelivered(
  store: ObjectStore,
  checkpoint: OutboxOwner,
  sinks: OutboxBooks['sinks'],
): Promise<void> {
  await store.write(noteKey(checkpoint.pipeline), Buffer.from(JSON.stringify({ checkpoint: checkpoint.id, sinks })))
}

/** The outbox of a checkpoint with what was noted since. */
export async function outboxSince(store: ObjectStore, checkpoint: OutboxOwner): Promise<OutboxBooks | undefined> {
  const { outbox } = checkpoint
  if (outbox === undefined || outbox.files.length === 0) return outbox
  const note = parseNote(await store.read(noteKey(checkpoint.pipeline)))
  if (note?.checkpoint !== checkpoint.id) return outbox
  return withSinks(
    outbox,
    Object.fromEntries(Object.entries(outbox.sinks).map(([name, books]) => [name, note.sinks[name] ?? books])),
  )
}

/** The books with other sinks; files that none of them needs are left out. */
export function withSinks({ next, files }: OutboxBooks, sinks: OutboxBooks['sinks']): OutboxBooks {
  const from = Object.values(sinks).reduce((least, each) => Math.min(least, each.from), next)
  return { next, files: files.filter(({ first, alerts }) => first + alerts > from), sinks }
}

function noteKey(pipeline: string): string {
  return `state/${pipeline}/delivered.json`
}

function parseNote(bytes: Buffer | undefined): { checkpoint: number; sinks: OutboxBooks['sinks'] } | undefined {
  try {
    return bytes === undefined ? undefined : (JSON.parse(bytes.toString('utf8')) as ReturnType<typeof parseNote>)
  } catch {
    return undefined
  }
}
