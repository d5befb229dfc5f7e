import { diagnostic, type Diagnostic, type Texts } from '#diagnostics'
import type { CheckpointLine, UpkeepLine } from '#telemetry'
import type { GlobalOptions } from '../command.ts'
import { EXIT, exitCodeOf, worstExit, type ExitCode } from '../exit-code.ts'
import type { Child, Host } from '../host.ts'
import { isFromInstance, type FromInstance, type ToInstance } from './messages.ts'

/** What happens to the instances while they run. */
export interface Observer {
  readonly onProgress: (instance: string, records: number, lag: number) => void
  readonly onCheckpoint: (line: CheckpointLine) => void
  readonly onUpkeep: (line: UpkeepLine) => void
  readonly onProblems: (instance: string, diagnostics: readonly Diagnostic[]) => void
  readonly onStopping: (signal: string) => void
  readonly onEnd: (instance: string, end: InstanceEnd) => void
}

export interface InstanceEnd {
  readonly exit: ExitCode
  /** The last checkpoint; undefined when the instance did not end by itself. */
  readonly checkpoint?: number
}

export interface ForkOptions {
  /** Absolute. */
  readonly project: string
  readonly globals: GlobalOptions
  readonly untilEnd: boolean
  /** Where to start: `latest`, `empty` or a savepoint. */
  readonly from?: string
  readonly acceptLoss?: boolean
}

export interface SuperviseOptions extends ForkOptions {
  /** `tenant/pipeline` */
  readonly instances: readonly string[]
  readonly texts: Texts
  readonly observer: Observer
  /** Processes of some of the instances, forked already. */
  readonly forked?: ReadonlyMap<string, Child>
}

/**
 * A process for an instance. It loads what it needs and then waits until it is told to start, so that the time this takes
 * can pass while the project is still being checked.
 */
export function forkInstance(host: Host, instance: string, options: ForkOptions): Child {
  const { project, globals, untilEnd, from, acceptLoss } = options
  return host.fork([
    'run-instance',
    instance,
    '--project',
    project,
    ...(globals.env === undefined ? [] : ['--env', globals.env]),
    ...(untilEnd ? ['--until-end'] : []),
    ...(from === undefined ? [] : ['--from', from]),
    ...(acceptLoss === true ? ['--accept-loss'] : []),
  ])
}

/**
 * Runs each instance in a process of its own, so that the crash or the memory of one is not that of another. The first
 * SIGINT or SIGTERM has them end with a checkpoint, the second kills them. Resolves, when all have ended, to the exit
 * code of the worst.
 */
export async function superviseInstances(host: Host, options: SuperviseOptions): Promise<ExitCode> {
  const { observer } = options
  const children = new Map<string, Child>()
  let signals = 0
  const stopListening = host.onStopSignal((signal) => {
    signals++
    if (signals === 1) observer.onStopping(signal)
    for (const child of children.values()) {
      if (signals === 1) child.send({ type: 'stop' } satisfies ToInstance)
      else child.kill()
    }
  })
  try {
    const ends = options.instances.map((instance) => {
      const child = options.forked?.get(instance) ?? forkInstance(host, instance, options)
      children.set(instance, child)
      child.send({ type: 'start' } satisfies ToInstance)
      return endOf(instance, child, observer, () => signals > 1).then((end) => {
        children.delete(instance)
        observer.onEnd(instance, end)
        return end.exit
      })
    })
    return worstExit(await Promise.all(ends))
  } finally {
    stopListening()
  }
}

function endOf(instance: string, child: Child, observer: Observer, wasKilled: () => boolean): Promise<InstanceEnd> {
  let last: FromInstance | undefined
  child.onMessage((message) => {
    if (!isFromInstance(message)) return
    last = message
    if (message.type === 'progress') observer.onProgress(instance, message.records, message.lag)
    if (message.type === 'checkpoint') observer.onCheckpoint(message.line)
    if (message.type === 'upkeep') observer.onUpkeep(message.line)
    if (message.type === 'notice') observer.onProblems(instance, [message.diagnostic])
    if (message.type === 'failed') observer.onProblems(instance, message.diagnostics)
  })
  return new Promise((resolve) => {
    child.onEnd(({ code, signal }) => {
      if (last?.type === 'done') resolve({ exit: EXIT.fine, checkpoint: last.checkpoint })
      else if (last?.type === 'failed') resolve({ exit: worstExit(last.diagnostics.map(exitCodeOf)) })
      else if (wasKilled()) resolve({ exit: EXIT.external })
      else {
        const how = signal === null ? `with code ${code ?? 'unknown'}` : `by ${signal}`
        const problem = diagnostic('cli/instance-ended', { instance, how })
        observer.onProblems(instance, [problem])
        resolve({ exit: exitCodeOf(problem) })
      }
    })
  })
}
