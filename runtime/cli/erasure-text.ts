import type { Erasure, Occurrence, PipelineErasure } from '#engine'
import { countText } from '#telemetry'
import { tableText } from './table-text.ts'

/** What no erasure can do for a topic that it may not write. */
const KEPT =
  'The topics marked KEPT hold the subject until the retention or compaction of the broker takes the records. What is not\n' +
  'read yet, or is read again from the start, comes back: erase again afterwards, and prove it with --verify.\n'

/** What an erasure did, for people. */
export function erasureText(erasure: Erasure): string {
  const { tenant, field, id, dryRun, pipelines } = erasure
  const head = `${tenant}: ${dryRun ? 'would erase' : 'erased'} one subject by ${field} (erasure ${id})\n`
  return `${head}${pipelines.map((each) => pipelineText(each, tenant)).join('')}`
}

function pipelineText(
  { pipeline, tables, state, records, savepointsDropped, topics }: PipelineErasure,
  tenant: string,
): string {
  const found = Object.values(records).reduce((sum, places) => sum + places.length, 0)
  const rows = [
    ...tables.map(({ table, rows: gone, removed }) => [table, countText(gone), countText(removed.length)]),
    ...Object.entries(state).map(([name, gone]) => [`state ${name}`, countText(gone), '']),
    ...topics.map(({ topic, outcome, records: places, files }) => [
      `topic ${topic}${outcome === 'kept' ? ' (KEPT: the broker cannot erase)' : ''}`,
      countText(places.length),
      outcome === 'kept' ? '' : countText(files.length),
    ]),
  ]
  const columns = [{ name: 'place' }, { name: 'rows', right: true }, { name: 'files', right: true }]
  return [
    `\n${tenant}/${pipeline}: ${countText(found)} records\n`,
    ...(rows.length === 0 ? [] : [tableText(columns, rows)]),
    ...savepointsDropped.map((name) => `dropped: ${name}\n`),
    ...(topics.some(({ outcome }) => outcome === 'kept') ? [KEPT] : []),
  ].join('')
}

/** What a report says whose signature is good, for people. */
export function signedText(file: string, erasure: Erasure): string {
  const { tenant, field, id, dryRun, endedMs, pipelines } = erasure
  const files = pipelines.reduce(
    (sum, { tables }) => sum + tables.reduce((all, each) => all + each.removed.length, 0),
    0,
  )
  const did = dryRun ? 'a trial that erased nothing' : `${countText(files)} files written anew or removed`
  return [
    `${file}: as \`${tenant}\` signed it\n`,
    `one subject by ${field}, erasure ${id}, ended ${new Date(endedMs).toISOString()}: ${did}\n`,
  ].join('')
}

/** Where the subject still is, for people. */
export function occurrencesText(tenant: string, found: readonly Occurrence[]): string {
  if (found.length === 0) return `${tenant}: not found in any object or topic\n`
  const rows = found.map(({ place, within }) => [place, within])
  return `${tenant}: found in ${countText(found.length)} places\n\n${tableText([{ name: 'place' }, { name: 'within' }], rows)}`
}
