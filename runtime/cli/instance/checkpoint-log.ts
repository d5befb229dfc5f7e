import { tableKey, type Accounting, type Checkpoint, type CheckpointReport, type Counts } from '#engine'
import type { AlertCounts, CheckpointLine } from '#telemetry'

/** The log line of one checkpoint; `before` is the one before it. */
export function checkpointLine(
  instance: string,
  report: CheckpointReport,
  context: { readonly before: Pick<Checkpoint, 'accounting' | 'outbox'> | undefined; readonly rssBytes: number },
): CheckpointLine {
  const { checkpoint } = report
  return {
    event: 'checkpoint',
    time: new Date(checkpoint.createdMs).toISOString(),
    instance,
    checkpoint: checkpoint.id,
    records_in: report.records,
    rows_out: rowsOut(checkpoint),
    quarantined: change(quarantinedByCode(context.before?.accounting), quarantinedByCode(checkpoint.accounting)),
    lag: report.lag,
    ...alerts(context.before?.outbox, checkpoint.outbox),
    durations_ms: Object.fromEntries(Object.entries(report.durations).map(([phase, ms]) => [phase, Math.round(ms)])),
    rss_bytes: context.rssBytes,
  }
}

function alerts(before: Checkpoint['outbox'], after: Checkpoint['outbox']): Pick<CheckpointLine, 'alerts'> {
  const sinks = Object.entries(after?.sinks ?? {})
  if (sinks.length === 0) return {}
  const since = sinks.map(([name, { waiting, delivered, refused, dropped }]): [string, AlertCounts] => {
    const known = before?.sinks[name]
    const counts = {
      delivered: delivered - (known?.delivered ?? 0),
      refused: refused - (known?.refused ?? 0),
      dropped: dropped - (known?.dropped ?? 0),
    }
    return [name, { waiting, ...counts }]
  })
  return { alerts: Object.fromEntries(since) }
}

/** Everything quarantined since the first record, by code, wherever it was refused. */
export function quarantinedByCode(books: Accounting | undefined): Record<string, number> {
  const all: Counts[] = [
    ...Object.values(books?.sources ?? {}).flatMap((source) => [
      source.quarantined,
      ...Object.values(source.silver).map((silver) => silver.quarantined),
    ]),
    ...Object.values(books?.gold ?? {}).map((gold) => gold.quarantined),
  ]
  const sums: Record<string, number> = {}
  for (const [code, count] of all.flatMap((counts) => Object.entries(counts))) sums[code] = (sums[code] ?? 0) + count
  return sums
}

function rowsOut({ commits }: Checkpoint): Record<string, number> {
  return Object.fromEntries(
    commits.map((commit) => [
      tableKey(commit.table),
      commit.addedDataFiles.reduce((sum, { recordCount }) => sum + recordCount, 0),
    ]),
  )
}

function change(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after)
      .map(([code, count]) => [code, count - (before[code] ?? 0)] as const)
      .filter(([, count]) => count !== 0),
  )
}
