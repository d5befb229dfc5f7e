import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { diagnostic, type Diagnostic } from '#diagnostics'
import type { Checkpoint, InstanceOptions, PlanChange, RestartOptions, RewindOptions } from '#engine'
import { parseInstanceName } from '#tenant'
import { closeAll } from '../close-all.ts'
import type { Call, GlobalOptions } from '../command.ts'
import { openEnvironment } from '../environment.ts'
import { EXIT, exitCodeOf, worstExit, type ExitCode } from '../exit-code.ts'
import { BEAT_EVERY_MS } from '../health/health.ts'
import type { Host } from '../host.ts'
import { Problems } from '../problems.ts'
import { openProject, type OpenProject } from '../project.ts'
import { diagnosticOf } from '../report.ts'
import type { ObjectStore } from '#lake'
import type { Broker } from '#stream'
import { crashHook } from './crash-hook.ts'
import { checkpointLine } from './checkpoint-log.ts'
import { engineOptions, engineSettings, lockedPipeline } from './engine-options.ts'
import { anotherRuns } from './failure.ts'
import { heldBack, heldBackNotice } from './held-back.ts'
import { isToInstance, type FromInstance } from './messages.ts'
import { openSinks } from './open-sinks.ts'
import { checkRestart } from './check-restart.ts'
import { prepareUpdate } from './prepare-update.ts'
import { checkActive, resolveInstance, type ResolvedInstance } from './resolve-instance.ts'
import { awaitRunLock } from './run-lock.ts'
import { scheduleOf } from './savepoint-schedule.ts'
import { stateNote } from './state-notes.ts'
import { upkeepOf } from './upkeep-log.ts'

interface RunInstanceOptions {
  readonly instance: string
  readonly untilEnd: boolean
  /** A savepoint or `empty`; left out, the newest checkpoint. */
  readonly from: string | undefined
  readonly acceptLoss: boolean
  readonly send: (message: FromInstance) => Promise<void>
  /** Ends it with a checkpoint; aborted with `RESTART`, so that it is started again. */
  readonly stop: AbortController
  /** Resolves when it may begin: until then nothing is opened, read or written but the files of the project. */
  readonly started: Promise<void>
}

const RESTART = 'restart'

const isRestart = ({ aborted, reason }: AbortSignal): boolean => aborted && reason === RESTART

/** The whole life of the process of one instance: everything it has to say goes to its parent. */
export async function runInstanceProcess({ host, globals, flag, text, args }: Call): Promise<ExitCode> {
  const { parent } = host
  const stop = new AbortController()
  const send = (message: FromInstance): Promise<void> => parent?.send(message) ?? Promise.resolve()
  // A signal of the terminal reaches the parent too, and the parent tells; SIGTERM may be for this process alone.
  host.onStopSignal((signal) => {
    if (signal === 'SIGTERM') stop.abort()
  })
  const started = new Promise<void>((resolve) => {
    if (parent === undefined) resolve()
    parent?.onMessage((message) => {
      if (!isToInstance(message)) return
      if (message.type === 'start') resolve()
      else stop.abort()
    })
    parent?.onGone(() => {
      stop.abort()
      resolve()
    })
  })
  const stopBeating = beat(host, send)
  try {
    const start = { untilEnd: flag('untilEnd'), from: text('from'), acceptLoss: flag('acceptLoss') }
    const options = { instance: args[0] ?? '', ...start, send, stop, started }
    const checkpoint = await runInstance(host, globals, options).finally(stopBeating)
    await send({ type: 'done', checkpoint, restart: isRestart(stop.signal) })
    return EXIT.fine
  } catch (error) {
    const diagnostics = error instanceof Problems ? error.diagnostics : [diagnosticOf(error)]
    await send({ type: 'failed', diagnostics })
    return worstExit(diagnostics.map(exitCodeOf))
  }
}

/** Says again and again that the loop of events of this process turns. Returns how to stop that. */
function beat(host: Host, send: (message: FromInstance) => Promise<void>): () => void {
  let cancel: () => void
  const next = (): void => {
    cancel = host.after(BEAT_EVERY_MS, () => {
      void send({ type: 'alive' })
      next()
    })
  }
  next()
  return () => cancel()
}

/**
 * Refuses, once the run lock is held, what was suspended since the project was read: a suspension writes the file of the
 * tenant before it takes the lock, so one of the two sees the other.
 */
function recheckActive(
  host: Host,
  globals: GlobalOptions,
  { files, loaded }: OpenProject,
  today: ResolvedInstance,
): void {
  if (files.read(today.tenantFile) === loaded.texts.get(today.tenantFile)) return
  checkActive(resolveInstance(openProject(host, globals, today.name), today))
}

/** Opens what an instance needs, runs it, and closes everything. Resolves to the id of its last checkpoint, or 0. */
async function runInstance(host: Host, globals: GlobalOptions, options: RunInstanceOptions): Promise<number> {
  const loading = Promise.all([import('#engine'), import('#lake'), import('#stream')])
  const project = openProject(host, globals, options.instance)
  const environment = openEnvironment(host, globals, project)
  const today = resolveInstance(project, parseInstanceName(options.instance))
  checkActive(today)
  const wanted = await engineSettings(host, environment, today)
  const [engine, lake, stream] = await loading
  await options.started
  const closers: (() => unknown)[] = []
  let failure: Diagnostic | undefined
  try {
    const store = await lake.openStore(environment.store(today.tenant))
    closers.push(() => store.close())
    closers.push(await awaitRunLock(host, lockedPipeline(today, store)))
    recheckActive(host, globals, project, today)
    const { signal } = options.stop
    const note = stateNote(host, store, today.pipeline)
    closers.push(async () => {
      // Fenced, it may be run elsewhere: then what is noted there stands.
      if (failure !== undefined) await note('FAILED', failure.message, { own: anotherRuns([failure]) })
      else if (!isRestart(signal)) await note('READY', 'ended')
    })
    await options.send({ type: 'holds' })
    const update = await engine.readUpdate(store, today.pipeline)
    const held = await heldBack(store, today)
    const instance = held?.instance ?? today
    const settings = held === undefined ? wanted : await engineSettings(host, environment, instance)
    void note('STARTING', options.from === undefined ? 'started' : `started from ${options.from}`)
    signal.addEventListener('abort', () => {
      void (isRestart(signal) ? note('UPDATING', 'makes room for another plan') : note('STOPPING', 'told to stop'))
    })
    const engineOpen = engineOptions(host, settings, instance, { store, root: project.root })
    const { scratch } = engineOpen
    await rm(scratch, { recursive: true, force: true }) // What a crash left there is of no use to anybody.
    closers.push(() => rm(scratch, { recursive: true, force: true }))
    const onNotice = (diagnostic: Diagnostic): void => void options.send({ type: 'notice', diagnostic })
    // The store, the broker and the engine take their time to open, so they do it side by side.
    const probed = lake.probeStore(store)
    const opening = stream.openBroker({ ...environment.broker(), onNotice })
    const starting = engine.openInstance(engineOpen)
    // Going back needs the broker, and what changed is told from where it ends.
    const goesBack = options.from !== undefined || update?.rolledBack !== undefined
    const finding = goesBack ? undefined : engine.findChange(store, instance.plan)
    void opening.then((broker) => closers.push(() => broker.close())).catch(() => undefined)
    void starting.then((opened) => closers.push(() => engine.closeInstance(opened))).catch(() => undefined)
    await Promise.allSettled([probed, opening, starting, finding])
    await probed
    const broker = await opening
    const started = await starting
    if (update?.rolledBack !== undefined) {
      await engine.finishRollback({ store, broker, clock: host.clock, ...(await goingBack(host, instance)) }, update)
      if (held === undefined) await engine.forgetUpdate(store, instance.pipeline)
      else onNotice(await heldBackNotice(held))
    }
    if (options.from !== undefined) await goBack({ instance, store, broker, host }, options, onNotice)
    const swaps = await rebuildAsked(engineOpen, options, note)
    const change = await (swaps === 0 && finding !== undefined ? finding : engine.findChange(store, instance.plan))
    if (change !== undefined) {
      void note('UPDATING', `takes over from the plan ${engine.shortHash(change.checkpoint.planHash)}`)
      onNotice(await takeOver(engineOpen, { instance, change }, options))
    }
    let confirming: Promise<void> | undefined
    closers.push(() => confirming)
    // Tried again with the next checkpoint: only a note that is gone says that the plan has proved itself.
    const confirm = (): void => {
      confirming ??= engine
        .confirmUpdate(store, instance.pipeline, started.planHash)
        .catch(() => void (confirming = undefined))
    }
    let before = await engine.openCheckpoints(store, instance.pipeline).newest()
    let runs = false
    const running = ({ id }: Checkpoint): void => {
      if (runs) return
      runs = true
      void note('RUNNING', `checkpoint ${id} is done`)
      void options.send({ type: 'running', checkpoint: id })
    }
    const { engine: limits, maintenance } = settings.node
    const { batchRows, batchBytes, checkpointEveryMs } = limits
    await options.send({ type: 'begins', plan: started.planHash })
    const last = await engine.run(started, {
      broker,
      batchRows,
      batchBytes,
      checkpointEveryMs,
      untilEnd: options.untilEnd,
      signal,
      ...(host.parent === undefined
        ? {}
        : { restart: restartOptions({ host, globals }, instance.name, { store, stop: options.stop }) }),
      alerts: { sinks: await openSinks(host, settings.sinks, broker), onNotice },
      ...(maintenance.enabled ? { upkeep: upkeepOf(host, instance.name, maintenance, options.send) } : {}),
      ...(instance.savepoints === undefined ? {} : { savepoints: scheduleOf(instance.savepoints, onNotice) }),
      onProgress: ({ records, lag }) => {
        if (before !== undefined) running(before)
        void options.send({ type: 'progress', records, lag })
      },
      onCheckpoint: (report) => {
        running(report.checkpoint)
        if (report.records > 0) confirm() // One without records proves nothing of a plan.
        const line = checkpointLine(instance.name, report, { before, rssBytes: host.memoryInUse() })
        before = report.checkpoint
        void options.send({ type: 'checkpoint', line })
      },
    })
    return last?.id ?? 0
  } catch (error) {
    failure = diagnosticOf(error)
    throw error
  } finally {
    await closeAll(closers)
  }
}

/** Makes room for the plan that the files of the project say by now, once it is sure that it would start. */
function restartOptions(
  call: Pick<Call, 'host' | 'globals'>,
  name: string,
  { store, stop }: { readonly store: ObjectStore; readonly stop: AbortController },
): RestartOptions {
  return {
    check: (hash, approved) =>
      checkRestart(call, name, { store, hash, ...(approved === undefined ? {} : { approved }) }),
    begin: () => stop.abort(RESTART),
  }
}

/** Takes the instance back to where it was told to start. */
async function goBack(
  place: {
    readonly instance: ResolvedInstance
    readonly store: ObjectStore
    readonly broker: Broker
    readonly host: Host
  },
  { from = '', acceptLoss }: Pick<RunInstanceOptions, 'from' | 'acceptLoss'>,
  onNotice: (diagnostic: Diagnostic) => void,
): Promise<void> {
  const { instance, store, broker, host } = place
  const { lostTexts, rewind } = await import('#engine')
  const back = await rewind(
    { store, broker, clock: host.clock, ...(await goingBack(host, instance)), acceptLoss },
    from === 'empty' ? from : { savepoint: from },
  )
  if (back === undefined) return
  const { id, rewound } = back.checkpoint
  const told = { pipeline: instance.name, id, to: rewound?.to ?? from, lost: lostTexts(back.lost) }
  onNotice(diagnostic('checkpoint/rewound', told))
}

/** What going back takes besides the place. */
async function goingBack(
  host: Host,
  { plan, files, references }: ResolvedInstance,
): Promise<Pick<RewindOptions, 'today' | 'runId' | 'step'>> {
  const today = { plan, files: Object.fromEntries(files), references: Object.fromEntries(references) }
  const step = await crashHook(host)
  return { today, runId: randomUUID(), ...(step === undefined ? {} : { step }) }
}

/** Does the rebuilds that the run before made room for. Resolves to how often tables were swapped. */
async function rebuildAsked(
  options: InstanceOptions,
  { send }: Pick<RunInstanceOptions, 'send'>,
  note: ReturnType<typeof stateNote>,
): Promise<number> {
  const { answerRebuilds, isAsked, openCheckpoints, REBUILD_REQUEST } = await import('#engine')
  const { store, plan } = options
  if (!(await isAsked(store, plan.pipeline, REBUILD_REQUEST))) return 0
  void note('UPDATING', 'rebuilds tables')
  const onReplay = (_source: string, records: number): void => void send({ type: 'progress', records, lag: 0 })
  return answerRebuilds({ ...options, onReplay }, await openCheckpoints(store, plan.pipeline).newest())
}

/** Lets a changed plan take over, where it may without a person's word. Resolves to what is to be told of it. */
async function takeOver(
  options: InstanceOptions,
  { instance, change }: { readonly instance: ResolvedInstance; readonly change: PlanChange },
  { send }: Pick<RunInstanceOptions, 'send'>,
): Promise<Diagnostic> {
  const { applyChange, changeTexts, checkChange, shortHash } = await import('#engine')
  checkChange(change)
  const prepared = await prepareUpdate(options, instance, change)
  await send({ type: 'begins', plan: change.planHash })
  const checkpoint = await applyChange(
    { ...options, onReplay: (_, records) => void send({ type: 'progress', records, lag: 0 }) },
    prepared,
  )
  return diagnostic('checkpoint/plan-applied', {
    pipeline: `${checkpoint.tenant}/${checkpoint.pipeline}`,
    id: checkpoint.id,
    hash: shortHash(change.planHash),
    what: changeTexts(change),
  })
}
