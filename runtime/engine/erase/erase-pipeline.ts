import path from 'node:path'
import { smeltError } from '#diagnostics'
import { eraseRows, expireSnapshots, openCatalog, openLocalizer, sweepOrphans, type Identifier } from '#lake'
import { addCounts, type Counts } from '../accounting.ts'
import { openCheckpoints } from '../checkpoint-store.ts'
import { stateKeys, type Checkpoint } from '../checkpoint.ts'
import { commitTables } from '../embedded/write-checkpoint.ts'
import { countRelation, removedBy, removedSummary } from '../removed.ts'
import { keptState } from '../savepoints.ts'
import { planTables, tableKey } from '../tables.ts'
import type { PipelineErasure, TableErasure } from './erasure.ts'
import { eraseOutbox } from './erase-outbox.ts'
import { eraseState } from './erase-state.ts'
import { eraseTopics } from './erase-topics.ts'
import type { EraseOptions, Erasing } from './erasing.ts'
import { findFiles } from './find-files.ts'
import { findRecords } from './find-records.ts'
import { declareRecords, rowsOf } from './find-rows.ts'
import { endJournal, mergeRecords, readJournal, withTable, writeJournal, type Journal } from './journal.ts'
import { dropKept, findKept } from './kept-snapshots.ts'
import { subjectId, subjectIn } from './subject.ts'

const CACHE_BYTES = 1 << 30

/**
 * Takes a subject out of a pipeline that does not run: state, tables with all of their snapshots, and topics where the broker
 * can. Its first act is a checkpoint without the subject in the state, which fences whoever runs the pipeline elsewhere; all
 * after it may be killed at any moment, and is taken up again by the same call, which knows from its journal what it had
 * found. checkpoint/subject-kept, with nothing changed, when savepoints or tags hold the subject and must not go;
 * checkpoint/subject-held when a reader holds a snapshot that does.
 */
export async function erasePipeline(options: EraseOptions): Promise<PipelineErasure> {
  const { plan, store, clock, step = () => undefined } = options
  const erasing = await openErasing(options)
  const { catalog, subject } = erasing
  const checkpoints = openCheckpoints(store, plan.pipeline)
  const newest = await checkpoints.newest()
  if (newest !== undefined && !options.dryRun) await commitTables({ catalog, clock, step, tables: new Map() }, newest) // What a crash may have left.
  const id = subjectId(subject)
  const known = await readJournal(store, plan.pipeline, id)
  const records = mergeRecords(known?.records ?? {}, await findRecords(erasing, plan, subject))
  await declareRecords(options.session, records)
  const kept = await findKept(erasing)
  if (kept.length > 0 && !options.dropSavepoints && !options.dryRun)
    throw smeltError('checkpoint/subject-kept', {
      pipeline: `${plan.tenant}/${plan.pipeline}`,
      kept: kept.map(({ name }) => name),
    })
  const journal: Journal = {
    startedMs: known?.startedMs ?? clock(),
    records,
    tables: known?.tables ?? [],
    savepointsDropped: [...new Set([...(known?.savepointsDropped ?? []), ...kept.map(({ name }) => name)])],
  }
  if (options.dryRun) return wouldErase(erasing, journal, newest)
  await writeJournal(store, plan.pipeline, id, journal)
  step('erase-noted')
  const state = await takeFromState(erasing, newest, records)
  step('erase-claimed')
  await dropKept(erasing, kept)
  const done = await takeFromTables(erasing, id, journal)
  await forgetHistory(erasing)
  step('erase-forgotten')
  const topics = await eraseTopics(erasing, records)
  step('erase-blanked')
  await endJournal(store, plan.pipeline, id)
  return {
    pipeline: plan.pipeline,
    ...state,
    records,
    tables: done.tables,
    savepointsDropped: done.savepointsDropped,
    topics,
  }
}

async function openErasing(options: EraseOptions): Promise<Erasing> {
  const { plan, store, scratch } = options
  const catalog = openCatalog(store)
  const localizer = openLocalizer({ store, folder: path.join(scratch, 'cache'), maxBytes: CACHE_BYTES })
  const tables: Identifier[] = []
  for (const { identifier } of planTables(plan)) {
    const table = await catalog.load(identifier)
    if (table?.metadata.currentSnapshotId !== undefined) tables.push(identifier)
  }
  return { ...options, subject: subjectIn(options.subject, plan.sources), catalog, localizer, tables }
}

/** A checkpoint whose state does not know the subject, and the only one that is left. */
async function takeFromState(
  erasing: Erasing,
  newest: Checkpoint | undefined,
  records: Journal['records'],
): Promise<Pick<PipelineErasure, 'checkpoint' | 'state'>> {
  if (newest === undefined) return { checkpoint: null, state: {} }
  const { plan, store, clock, session, scratch, runId, subject } = erasing
  const { state, rows } = await eraseState({ session, store, scratch }, plan, newest.state, subject)
  const { outbox, dropped } = await eraseOutbox(erasing, newest, records)
  const { shapes: _shapes, outbox: _outbox, ...same } = newest
  const next: Checkpoint = {
    ...same,
    id: newest.id + 1,
    runId,
    createdMs: clock(),
    state,
    commits: [],
    ...(outbox === undefined ? {} : { outbox }),
  }
  await openCheckpoints(store, plan.pipeline).create(next)
  return { checkpoint: next.id, state: withAlerts(rows, dropped) }
}

function withAlerts(rows: Counts, dropped: number): Counts {
  return dropped === 0 ? rows : { ...rows, alerts: dropped }
}

async function takeFromTables(erasing: Erasing, id: string, journal: Journal): Promise<Journal> {
  const { plan, store, catalog, session, localizer, scratch, clock, subject, tables, step = () => undefined } = erasing
  let now = journal
  for (const identifier of tables) {
    const table = tableKey(identifier)
    await eraseRows(catalog, identifier, {
      session,
      localizer,
      scratch,
      clock,
      find: rowsOf(plan, subject, table),
      account: async (lost, before) => {
        const removed = removedBy(before)
        const counts = await countRelation(session, identifier.layer, lost)
        return removedSummary(before, { ...removed, erased: addCounts(removed.erased, counts) })
      },
      onReplace: async (replaced) => {
        if (replaced.removed.length === 0) return
        now = { ...now, tables: withTable(now.tables, { table, ...replaced }) }
        await writeJournal(store, plan.pipeline, id, now)
      },
    })
    step('erase-rewritten')
  }
  return now
}

/** Lets go of everything but the present: snapshots, files that nothing names, state, checkpoints. */
async function forgetHistory({ plan, store, catalog, clock, tables }: Erasing): Promise<void> {
  for (const identifier of tables) {
    await expireSnapshots(catalog, identifier, { clock, olderThanMs: Infinity, keepLast: 1 })
    const table = await catalog.load(identifier)
    const tagged = new Set(Object.values(table?.metadata.refs ?? {}).map(({ snapshotId }) => snapshotId))
    const held = table?.metadata.snapshots.some(({ snapshotId }) => !tagged.has(snapshotId)) === true
    if (held) throw smeltError('checkpoint/subject-held', { table: tableKey(identifier) })
    await sweepOrphans(catalog, identifier, { olderThanMs: Infinity })
  }
  const checkpoints: string[] = []
  for await (const { key } of store.list(`state/${plan.pipeline}/checkpoints/`)) checkpoints.push(key)
  await store.delete(checkpoints.slice(0, -1))
  const newest = await openCheckpoints(store, plan.pipeline).newest()
  const needed = new Set([...stateKeys(newest), ...(await keptState(store, plan.pipeline))])
  const files: string[] = []
  for await (const { key } of store.list(`state/${plan.pipeline}/files/`)) files.push(key)
  await store.delete(newest === undefined ? [] : files.filter((key) => !needed.has(key)))
}

/** What an erasure would do. */
async function wouldErase(
  erasing: Erasing,
  journal: Journal,
  newest: Checkpoint | undefined,
): Promise<PipelineErasure> {
  const { plan, session, catalog, localizer, store, scratch, subject, tables } = erasing
  const found: TableErasure[] = []
  for (const identifier of tables) {
    const files = await findFiles(
      { session, catalog, localizer },
      identifier,
      rowsOf(plan, subject, tableKey(identifier)),
    )
    if (files.removed.length > 0) found.push({ table: tableKey(identifier), ...files })
  }
  const place = { session, store, scratch }
  const erased = await eraseState(place, plan, newest?.state ?? {}, subject, { dryRun: true })
  const { dropped } = newest === undefined ? { dropped: 0 } : await eraseOutbox(erasing, newest, journal.records)
  return {
    pipeline: plan.pipeline,
    checkpoint: null,
    records: journal.records,
    tables: found,
    state: withAlerts(erased.rows, dropped),
    savepointsDropped: journal.savepointsDropped,
    topics: await eraseTopics(erasing, journal.records),
  }
}
