import { diagnostic } from '#diagnostics'
import type { RunOptions, UpkeepReport } from '#engine'
import type { MaintenanceNode } from '#spec'
import type { UpkeepLine } from '#telemetry'
import { diagnosticOf } from '../report.ts'
import type { Host } from '../host.ts'
import type { FromInstance } from './messages.ts'

/** The log line of what was done to one table. */
export function upkeepLine(instance: string, report: UpkeepReport, timeMs: number): UpkeepLine {
  const { table, compacted, dropped, expired, swept } = report
  return {
    event: 'upkeep',
    time: new Date(timeMs).toISOString(),
    instance,
    table,
    files_compacted: compacted.files,
    files_written: compacted.into,
    bytes_compacted: compacted.bytes,
    partitions_dropped: dropped.partitions,
    rows_dropped: dropped.rows,
    snapshots_expired: expired.snapshots,
    files_removed: expired.files + swept.files,
  }
}

/** Whether anything was done. */
export function didSomething(line: UpkeepLine): boolean {
  const { files_compacted, partitions_dropped, snapshots_expired, files_removed } = line
  return files_compacted + partitions_dropped + snapshots_expired + files_removed > 0
}

/** Upkeep beside the batches: tells what it did, and what went wrong as a warning. */
export function upkeepOf(
  host: Pick<Host, 'clock'>,
  instance: string,
  { everyMs, ...settings }: MaintenanceNode,
  send: (message: FromInstance) => Promise<void>,
): NonNullable<RunOptions['upkeep']> {
  return {
    everyMs,
    settings,
    onReport(report) {
      const line = upkeepLine(instance, report, host.clock())
      if (didSomething(line)) void send({ type: 'upkeep', line })
    },
    onFault(error) {
      const { message } = diagnosticOf(error)
      void send({ type: 'notice', diagnostic: diagnostic('lake/upkeep-failed', { detail: message }) })
    },
  }
}
