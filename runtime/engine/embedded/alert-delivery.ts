import { diagnostic, smeltError, type Diagnostic } from '#diagnostics'
import type { Plan, SinkPlan } from '#plan'
import { openOutbox, type Alert, type Outbox, type Sink } from '#sink'
import type { Checkpoint } from '../checkpoint.ts'
import {
  EMPTY_OUTBOX,
  noteDelivered,
  outboxSince,
  readOutbox,
  type NumberedAlert,
  type OutboxBooks,
  type OutboxOwner,
  type SinkBooks,
} from '../outbox.ts'
import type { AlertDelivery } from './alerts.ts'
import { alertNamed } from './collect-alerts.ts'
import type { Instance } from './instance.ts'

export interface AlertOptions {
  /** By name. Alerts of a sink that is not here wait. They are closed with the run. */
  readonly sinks: ReadonlyMap<string, Sink>
  /** A receiver does not take alerts, or will never take some. */
  readonly onNotice?: (notice: Diagnostic) => void
  /** Resolves after so many milliseconds, or as soon as the signal is aborted. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Alerts of one try. */
const BATCH = 500
/** Tries in a row after which a receiver is not waited for any longer at the end of a run. */
const LAST_ATTEMPTS = 3

interface Line {
  readonly plan: SinkPlan
  readonly outbox: Outbox
  /** Where it stood when the run began. */
  readonly before: SinkBooks
  /** Alerts that were never in its outbox, because more came at once than may wait. */
  skipped: number
}

/** Opens the sinks of a plan, and sends on what the newest checkpoint kept. Undefined when the plan has no alert. */
export async function openDelivery(
  instance: Instance,
  restored: Checkpoint | undefined,
  options: AlertOptions | undefined,
): Promise<AlertDelivery | undefined> {
  const { plan, store } = instance
  if (plan.sinks === undefined) return undefined
  const books = (restored && (await outboxSince(store, restored))) ?? EMPTY_OUTBOX
  const numbers = new WeakMap<Alert, number>()
  const lines = plan.sinks.map((sink): Line => {
    const before = books.sinks[sink.name] ?? { from: books.next, waiting: 0, delivered: 0, refused: 0, dropped: 0 }
    return { plan: sink, before, outbox: openLine(instance, sink, options), skipped: 0 }
  })
  const wanted = (line: Line, alerts: readonly NumberedAlert[]): NumberedAlert[] =>
    alerts.filter(({ alert }) => isSentTo(plan, alert.table, line.plan.name))
  const give = (line: Line, alerts: readonly NumberedAlert[]): void => {
    for (const { number, alert } of alerts) numbers.set(alert, number)
    line.outbox.add(alerts.map(({ alert }) => alert))
  }
  const kept = await readOutbox(store, books)
  for (const line of lines)
    give(
      line,
      wanted(line, kept).filter(({ number }) => number >= line.before.from),
    )
  let newest: OutboxOwner | undefined = restored
  let noted = JSON.stringify(books.sinks)

  const booksOf = (line: Line, fresh: readonly NumberedAlert[], next: number): SinkBooks => {
    const waiting = line.outbox.waiting()
    const { delivered, refused, dropped } = line.outbox.state()
    const own = wanted(line, fresh)
    const least = waiting.reduce((first, alert) => Math.min(first, numbers.get(alert) ?? next), own[0]?.number ?? next)
    return {
      from: least,
      waiting: waiting.length + own.length,
      delivered: line.before.delivered + delivered,
      refused: line.before.refused + refused,
      dropped: line.before.dropped + dropped + line.skipped,
    }
  }
  let next = books.next
  const allBooks = (fresh: readonly NumberedAlert[]): OutboxBooks['sinks'] =>
    Object.fromEntries(lines.map((line) => [line.plan.name, booksOf(line, fresh, next)]))
  const note = async (): Promise<void> => {
    const sinks = allBooks([])
    if (newest === undefined || JSON.stringify(sinks) === noted) return
    await noteDelivered(store, newest, sinks)
    noted = JSON.stringify(sinks)
  }
  return {
    add(checkpoint, alerts) {
      newest = checkpoint
      for (const line of lines) give(line, wanted(line, alerts))
    },
    books({ alerts, skipped }, after) {
      next = after
      for (const line of lines)
        for (const [table, count] of skipped) if (isSentTo(plan, table, line.plan.name)) line.skipped += count
      const sinks = allBooks(alerts)
      noted = JSON.stringify(sinks)
      return sinks
    },
    async room(signal) {
      for (const line of lines) await makeRoom(instance, line, signal)
    },
    async drain(signal, mostMs) {
      const until = mostMs === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(mostMs)])
      const open = lines.filter((line) => options?.sinks.has(line.plan.name))
      await Promise.all(open.map(({ outbox }) => outbox.drain(until, { attempts: LAST_ATTEMPTS })))
    },
    // Best effort: what is not noted is sent again.
    note: () => note().catch(() => undefined),
    async close() {
      await Promise.all(lines.map(({ outbox }) => outbox.close()))
    },
  }
}

/** Whether alerts of a table go to a sink: that is decided by the plan that runs, not by the one that made them. */
function isSentTo(plan: Plan, table: string, sink: string): boolean {
  return alertNamed(plan, table)?.to.includes(sink) === true
}

function openLine({ plan, clock }: Instance, sink: SinkPlan, options: AlertOptions | undefined): Outbox {
  const pipeline = `${plan.tenant}/${plan.pipeline}`
  return openOutbox({
    sink: options?.sinks.get(sink.name) ?? PARKED,
    maxBacklog: sink.onFull === 'stop' ? Infinity : sink.maxBacklog,
    batch: BATCH,
    clock,
    sleep: options?.sleep ?? sleep,
    random: Math.random,
    onState: (failing) => {
      if (failing === undefined) return
      options?.onNotice?.(
        diagnostic('checkpoint/alerts-not-taken', { pipeline, sink: sink.name, reason: failing.reason }),
      )
    },
    onRefused: ([first, ...more]) => {
      if (first === undefined) return
      const params = { pipeline, sink: sink.name, alerts: more.length + 1, reason: first.reason }
      options?.onNotice?.(diagnostic('checkpoint/alerts-refused', params))
    },
  })
}

async function makeRoom({ plan }: Instance, { plan: sink, outbox }: Line, signal: AbortSignal): Promise<void> {
  if (sink.onFull !== 'stop') return
  await outbox.drain(signal, { waiting: sink.maxBacklog - 1, attempts: 1 })
  const { waiting, failing } = outbox.state()
  if (waiting < sink.maxBacklog || failing === undefined) return
  throw smeltError('checkpoint/outbox-full', {
    pipeline: `${plan.tenant}/${plan.pipeline}`,
    sink: sink.name,
    waiting,
    reason: failing.reason,
  })
}

/** In place of a sink that is not there: takes nothing, and says so when the run ends. */
const PARKED: Sink = {
  deliver: (_, signal) =>
    new Promise((resolve) => {
      const done = (): void =>
        resolve({ delivered: [], refused: [], retry: { reason: 'nothing delivers alerts here' } })
      if (signal.aborted) done()
      else signal.addEventListener('abort', done)
    }),
  close: () => Promise.resolve(),
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}
