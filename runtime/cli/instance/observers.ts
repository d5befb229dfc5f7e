import type { Diagnostic, Texts } from '#diagnostics'
import { checkpointText, countText, upkeepText } from '#telemetry'
import type { Host } from '../host.ts'
import { report, type ReportStyle } from '../report.ts'
import type { InstanceEnd, Observer } from './supervise.ts'

/** Redraws of the progress line per second, at most. */
const REDRAW_MS = 100
const CLEAR_LINE = '\r\u001B[K'

interface Observed {
  readonly host: Host
  readonly style: ReportStyle
  readonly texts: Texts
}

/** Problems go to standard error under the name of their instance. */
function told({ host, style, texts }: Observed): Observer['onProblems'] {
  return (instance, diagnostics) => {
    if (!style.json) host.stderr.write(`${instance}:\n`)
    report(host.stderr, diagnostics, style, texts)
  }
}

/** For programs: one JSON object per line on standard output, problems on standard error. */
export function jsonObserver(observed: Observed): Observer {
  const { host } = observed
  const line = (object: object): void => host.stdout.write(`${JSON.stringify(object)}\n`)
  const time = (): string => new Date(host.clock()).toISOString()
  return {
    onProgress: () => undefined,
    onCheckpoint: line,
    onUpkeep: line,
    onProblems: told(observed),
    onStopping: (signal) => line({ event: 'stopping', time: time(), signal }),
    onEnd: (instance, end) => line({ event: 'ended', time: time(), instance, ...end }),
  }
}

/** For people without a terminal: one line per checkpoint. */
export function textObserver(observed: Observed): Observer {
  const { host } = observed
  const line = (text: string): void => host.stdout.write(`${text}\n`)
  return {
    onProgress: () => undefined,
    onCheckpoint: (checkpoint) => line(checkpointText(checkpoint)),
    onUpkeep: (upkeep) => line(upkeepText(upkeep)),
    onProblems: told(observed),
    onStopping: () => line('stopping with a checkpoint; once more kills'),
    onEnd: (instance, end) => line(endText(instance, end)),
  }
}

/** For a terminal: one line that is drawn over, with every instance in it. */
export function liveObserver(observed: Observed): Observer {
  const { host } = observed
  const plain = textObserver(observed)
  const states = new Map<string, { records: number; lag: number; checkpoint: number }>()
  const startedMs = host.clock()
  let drawnMs = 0
  const stateOf = (instance: string): { records: number; lag: number; checkpoint: number } => {
    const state = states.get(instance) ?? { records: 0, lag: 0, checkpoint: 0 }
    states.set(instance, state)
    return state
  }
  const draw = (): void => {
    const now = host.clock()
    if (now - drawnMs < REDRAW_MS) return
    drawnMs = now
    const seconds = Math.max((now - startedMs) / 1000, 0.001)
    const parts = [...states].map(
      ([instance, { records, lag, checkpoint }]) =>
        `${instance} ${countText(records)} records, ${countText(Math.round(records / seconds))}/s, lag ${countText(lag)}, checkpoint ${checkpoint}`,
    )
    host.stdout.write(`${CLEAR_LINE}${parts.join(' | ').slice(0, host.stdout.width - 1)}`)
  }
  const over = (write: () => void): void => {
    host.stdout.write(CLEAR_LINE)
    write()
    drawnMs = 0
  }
  return {
    onProgress(instance, records, lag) {
      Object.assign(stateOf(instance), { records, lag })
      draw()
    },
    onCheckpoint(line) {
      Object.assign(stateOf(line.instance), { checkpoint: line.checkpoint, lag: line.lag })
      draw()
    },
    // The line that is drawn over has room for records, and nothing is asked of anybody.
    onUpkeep: () => undefined,
    onProblems: (instance, diagnostics: readonly Diagnostic[]) => over(() => plain.onProblems(instance, diagnostics)),
    onStopping: (signal) => over(() => plain.onStopping(signal)),
    onEnd: (instance, end) =>
      over(() => host.stdout.write(`${endText(instance, end, states.get(instance)?.records)}\n`)),
  }
}

function endText(instance: string, { checkpoint }: InstanceEnd, records?: number): string {
  const read = records === undefined ? '' : `, ${countText(records)} records read`
  if (checkpoint === undefined) return `${instance}: stopped; the next start goes on at its last checkpoint${read}`
  return checkpoint === 0
    ? `${instance}: ended, nothing to read`
    : `${instance}: ended at checkpoint ${checkpoint}${read}`
}
