import { diagnostic, type Diagnostic, type Texts } from '#diagnostics'
import type { CheckpointLine, UpkeepLine } from '#telemetry'
import { EXIT, exitCodeOf, worstExit, type ExitCode } from '../exit-code.ts'
import type { Health } from '../health/health.ts'
import type { Child, Host } from '../host.ts'
import { anotherRuns } from './failure.ts'
import { forkInstance, type ForkOptions } from './fork-instance.ts'
import { isFromInstance, type FromInstance, type ToInstance } from './messages.ts'
import { openRestartPolicy, type Attempt } from './restart-policy.ts'

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

export interface SuperviseOptions extends ForkOptions {
  /** `tenant/pipeline` */
  readonly instances: readonly string[]
  readonly texts: Texts
  readonly observer: Observer
  /** Answers whether the instances run. */
  readonly health?: Health
  /** Processes of some of the instances, forked already. */
  readonly forked?: ReadonlyMap<string, Child>
  /** A failed instance is started again where that may help; otherwise it has ended. */
  readonly restart?: boolean
  /**
   * Asked when starting again does not help an instance whose plan, by its hash, had begun: whether another plan is to be
   * started instead. Never rejects.
   */
  readonly onGiveUp?: (instance: string, problems: readonly Diagnostic[], plan: string) => Promise<boolean>
  /** Told of each failure of an instance that was this supervisor's: not of attempts while another process runs it. Never rejects. */
  readonly onFailure?: (instance: string, failure: Failure) => Promise<void>
}

export interface Failure {
  /** What the instance is in by now. */
  readonly state: 'RESTARTING' | 'FAILED'
  /** The process of the instance noted this state itself. */
  readonly noted: boolean
  readonly problems: readonly Diagnostic[]
}

/**
 * Runs each instance in a process of its own, so that the crash or the memory of one is not that of another. The first
 * SIGINT or SIGTERM has them end with a checkpoint, the second kills them. Resolves, when all have ended, to the exit
 * code of the worst.
 */
export async function superviseInstances(host: Host, options: SuperviseOptions): Promise<ExitCode> {
  const { observer, health } = options
  const children = new Map<string, Child>()
  const stopped = new AbortController()
  let signals = 0
  const stopListening = host.onStopSignal((signal) => {
    signals++
    stopped.abort()
    health?.onStopping()
    if (signals === 1) observer.onStopping(signal)
    for (const child of children.values()) {
      if (signals === 1) child.send({ type: 'stop' } satisfies ToInstance)
      else child.kill()
    }
  })
  try {
    const ends = options.instances.map(async (instance) => {
      const end = await keepRunning(host, options, {
        instance,
        stopped: stopped.signal,
        async attempt(again) {
          const child = again === undefined ? options.forked?.get(instance) : undefined
          const started = child ?? forkInstance(host, instance, again ?? options)
          children.set(instance, started)
          health?.onStart(instance)
          started.send({ type: 'start' } satisfies ToInstance)
          const ended = await endOf(instance, started, options, () => signals > 1)
          health?.onGone(instance)
          children.delete(instance)
          return ended
        },
      })
      health?.onEnd(instance)
      observer.onEnd(instance, end)
      return end.exit
    })
    return worstExit(await Promise.all(ends))
  } finally {
    stopListening()
  }
}

interface Kept {
  readonly instance: string
  readonly stopped: AbortSignal
  /** One life of the instance; `again` is how it starts after a failure. */
  readonly attempt: (again?: ForkOptions) => Promise<Ended>
}

/** Starts an instance again after a failure, as the policy has it, until it ends or is told to. */
async function keepRunning(host: Host, options: SuperviseOptions, kept: Kept): Promise<InstanceEnd> {
  const { instance, stopped } = kept
  let decide = openRestartPolicy(Math.random)
  const isStopped = (): boolean => stopped.aborted
  let again: ForkOptions | undefined
  let held = false
  const failed = async (state: Failure['state'], { diagnostics, noted }: Ended): Promise<void> => {
    if (!held || anotherRuns(diagnostics)) return
    await options.onFailure?.(instance, { state, noted: noted && state === 'FAILED', problems: diagnostics })
  }
  for (;;) {
    const fromMs = host.clock()
    const ended = await kept.attempt(again)
    const { end, diagnostics, checkpoint, began, plan } = ended
    held ||= ended.holds
    // What it was told to go back to was done once it began: a second time would undo what came since.
    const { from: _from, acceptLoss: _acceptLoss, ...plain } = again ?? options
    if (ended.restart && !isStopped()) {
      again = plain
      continue
    }
    if (end.exit === EXIT.fine || isStopped()) return end
    const decision = decide({ diagnostics, checkpoint, ranMs: host.clock() - fromMs })
    const givesUp = !decision.restart && plan !== undefined
    if (givesUp && (await options.onGiveUp?.(instance, diagnostics, plan)) === true) {
      decide = openRestartPolicy(Math.random)
      again = plain
      continue
    }
    if (options.restart !== true || !decision.restart) {
      if (!decision.restart && decision.times !== undefined && options.restart === true)
        options.observer.onProblems(instance, [diagnostic('cli/restart-loop', { instance, times: decision.times })])
      await failed('FAILED', ended)
      return end
    }
    const { delayMs } = decision
    options.observer.onProblems(instance, [diagnostic('cli/restarting', { instance, delayMs })])
    await failed('RESTARTING', ended)
    await waited(host, delayMs, stopped)
    if (isStopped()) return end
    again = began ? plain : (again ?? options)
  }
}

function waited(host: Host, ms: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stopped.aborted) {
      resolve()
      return
    }
    const stop = (): void => {
      cancel()
      resolve()
    }
    const cancel = host.after(ms, () => {
      stopped.removeEventListener('abort', stop)
      resolve()
    })
    stopped.addEventListener('abort', stop)
  })
}

interface Ended extends Omit<Attempt, 'ranMs'> {
  readonly end: InstanceEnd
  /** It went back where it was told to, or read records. */
  readonly began: boolean
  /** It made room for another plan, and is to be started again at once. */
  readonly restart: boolean
  /** It had the run lock. */
  readonly holds: boolean
  /** It noted itself that it failed. */
  readonly noted: boolean
  /** The hash of the plan that had begun; undefined when it did not come so far. */
  readonly plan: string | undefined
}

function endOf(
  instance: string,
  child: Child,
  { observer, health }: Pick<SuperviseOptions, 'observer' | 'health'>,
  wasKilled: () => boolean,
): Promise<Ended> {
  let last: FromInstance | undefined
  let checkpoint: number | undefined
  let began = false
  let holds = false
  let plan: string | undefined
  child.onMessage((message) => {
    if (!isFromInstance(message)) return
    last = message
    health?.onMessage(instance, message)
    began ||= message.type === 'progress' || message.type === 'checkpoint'
    began ||= message.type === 'notice' && message.diagnostic.code === 'checkpoint/rewound'
    holds ||= message.type === 'holds'
    if (message.type === 'begins') plan = message.plan
    if (message.type === 'checkpoint') checkpoint = message.line.checkpoint
    if (message.type === 'progress') observer.onProgress(instance, message.records, message.lag)
    if (message.type === 'checkpoint') observer.onCheckpoint(message.line)
    if (message.type === 'upkeep') observer.onUpkeep(message.line)
    if (message.type === 'notice') observer.onProblems(instance, [message.diagnostic])
    if (message.type === 'failed') observer.onProblems(instance, message.diagnostics)
  })
  return new Promise((resolve) => {
    child.onEnd(({ code, signal }) => {
      const restart = last?.type === 'done' && last.restart === true
      const noted = holds && last?.type === 'failed'
      const known = { diagnostics: [], checkpoint, began, restart, holds, noted, plan }
      if (last?.type === 'done') resolve({ ...known, end: { exit: EXIT.fine, checkpoint: last.checkpoint } })
      else if (last?.type === 'failed') {
        const { diagnostics } = last
        resolve({ ...known, diagnostics, end: { exit: worstExit(diagnostics.map(exitCodeOf)) } })
      } else if (wasKilled()) resolve({ ...known, end: { exit: EXIT.external } })
      else {
        const how = signal === null ? `with code ${code ?? 'unknown'}` : `by ${signal}`
        const problem = diagnostic('cli/instance-ended', { instance, how })
        observer.onProblems(instance, [problem])
        resolve({ ...known, diagnostics: [problem], end: { exit: exitCodeOf(problem) } })
      }
    })
  })
}
