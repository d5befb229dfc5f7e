import { diagnostic, type Diagnostic } from '#diagnostics'
import type { RunOptions } from '#engine'
import type { SavepointsNode } from '#spec'
import { diagnosticOf } from '../report.ts'

/** The schedule of a pipeline for its run; what goes wrong with it is told as a warning, and nothing stops. */
export function scheduleOf(
  schedule: SavepointsNode,
  onNotice: (diagnostic: Diagnostic) => void,
): NonNullable<RunOptions['savepoints']> {
  const onFault = (error: unknown): void =>
    onNotice(diagnostic('checkpoint/savepoint-failed', { detail: diagnosticOf(error).message }))
  return { ...schedule, onFault }
}
