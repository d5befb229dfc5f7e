import type { UpkeepReport } from '#engine'
import type { UpkeepLine } from '#telemetry'

/** The log line of what was done to one table. */
export function upkeepLine(instance: string, report: UpkeepReport, timeMs: number): UpkeepLine {
  const { table, compacted, expired, swept } = report
  return {
    event: 'upkeep',
    time: new Date(timeMs).toISOString(),
    instance,
    table,
    files_compacted: compacted.files,
    files_written: compacted.into,
    bytes_compacted: compacted.bytes,
    snapshots_expired: expired.snapshots,
    files_removed: expired.files + swept.files,
  }
}

/** Whether anything was done. */
export function didSomething({ files_compacted, snapshots_expired, files_removed }: UpkeepLine): boolean {
  return files_compacted + snapshots_expired + files_removed > 0
}
