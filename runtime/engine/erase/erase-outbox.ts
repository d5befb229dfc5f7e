import { randomUUID } from 'node:crypto'
import type { ObjectStore } from '#lake'
import { outboxSince, readOutbox, withSinks, writeOutboxFile, type NumberedAlert, type OutboxBooks } from '../outbox.ts'
import type { Checkpoint } from '../checkpoint.ts'
import type { PipelineErasure } from './erasure.ts'
import type { Erasing } from './erasing.ts'
import { openAlertMatcher } from './find-alerts.ts'

/**
 * The outbox of a checkpoint without alerts that hold the subject, or whose rows were made of its records: they are dropped, for
 * every sink that has not taken them. Files that held one are written anew, around the numbers that are gone. With how many
 * alerts went; with `dryRun`, would go.
 */
export async function eraseOutbox(
  { store, plan, subject, dryRun }: Pick<Erasing, 'store' | 'plan' | 'subject' | 'dryRun'>,
  checkpoint: Checkpoint,
  records: PipelineErasure['records'],
): Promise<{ readonly outbox: OutboxBooks | undefined; readonly dropped: number }> {
  const outbox = await outboxSince(store, checkpoint)
  if (outbox === undefined) return { outbox, dropped: 0 }
  const matcher = openAlertMatcher(plan, subject, records)
  const isHeld = ({ alert }: NumberedAlert): boolean => matcher.inAlert(alert)
  const files: OutboxBooks['files'][number][] = []
  const gone: number[] = []
  for (const file of outbox.files) {
    const alerts = await readOutbox(store, { ...outbox, files: [file] })
    const held = alerts.filter(isHeld)
    if (held.length === 0 || dryRun) files.push(file)
    else files.push(...(await writeRuns(store, checkpoint, alerts, isHeld)))
    gone.push(...held.map(({ number }) => number))
  }
  const sinks = Object.entries(outbox.sinks).map(([name, books]) => {
    const lost = gone.filter((number) => number >= books.from).length
    return [name, { ...books, waiting: books.waiting - lost, dropped: books.dropped + lost }] as const
  })
  return { outbox: withSinks({ ...outbox, files }, Object.fromEntries(sinks)), dropped: gone.length }
}

/** The alerts that stay, a file for each run of numbers. */
async function writeRuns(
  store: ObjectStore,
  { pipeline }: Checkpoint,
  alerts: readonly NumberedAlert[],
  isHeld: (alert: NumberedAlert) => boolean,
): Promise<OutboxBooks['files'][number][]> {
  const runs: NumberedAlert[][] = [[]]
  for (const alert of alerts) {
    if (isHeld(alert)) runs.push([])
    else runs.at(-1)?.push(alert)
  }
  const written = await Promise.all(
    runs.map((run) => writeOutboxFile(store, `state/${pipeline}/files/alerts-${randomUUID()}.jsonl`, run)),
  )
  return written.flatMap((file) => file ?? [])
}
