import { describe, expect, it } from 'vitest'
import { openOutbox, type Alert, type Delivery, type OutboxOptions, type Sink } from '#sink'
import { alertNumber } from './receiver.ts'

/** A sink that answers as told, and shows what it was asked. */
function toldSink(answers: (alerts: readonly Alert[], number: number) => Delivery) {
  const asked: string[][] = []
  const sink: Sink = {
    deliver: (alerts) => {
      asked.push(alerts.map(({ id }) => id))
      return Promise.resolve(answers(alerts, asked.length - 1))
    },
    close: () => Promise.resolve(),
  }
  return { sink, asked }
}

const all = (alerts: readonly Alert[]): Delivery => ({ delivered: alerts.map(({ id }) => id), refused: [] })
const none = (reason = 'it answered 503', afterMs?: number): Delivery => ({
  delivered: [],
  refused: [],
  retry: { reason, ...(afterMs === undefined ? {} : { afterMs }) },
})

function open(sink: Sink, more: Partial<OutboxOptions> = {}) {
  const slept: number[] = []
  let now = 0
  const outbox = openOutbox({
    sink,
    maxBacklog: 1000,
    batch: 2,
    clock: () => now,
    sleep: (ms) => {
      slept.push(ms)
      now += ms
      return Promise.resolve()
    },
    random: () => 0,
    ...more,
  })
  return { outbox, slept }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve())
  })
}

const five = [1, 2, 3, 4, 5].map((number) => alertNumber(number))
const forever = new AbortController().signal

describe('openOutbox', () => {
  it('delivers in order, in batches, each once', async () => {
    const { sink, asked } = toldSink(all)
    const { outbox } = open(sink)
    outbox.add(five)
    outbox.add(five.slice(1, 3))
    await outbox.drain(forever)
    expect(asked).toEqual([['alert-1', 'alert-2'], ['alert-3', 'alert-4'], ['alert-5']])
    expect(outbox.state()).toEqual({ waiting: 0, delivered: 5, refused: 0, dropped: 0 })
  })

  it('waits longer and longer while the receiver fails, and as long as it asks', async () => {
    const states: unknown[] = []
    const { sink } = toldSink((alerts, number) =>
      number < 9 ? none() : number === 9 ? none('busy', 90_000) : all(alerts),
    )
    const { outbox, slept } = open(sink, { onState: (failing) => states.push(failing?.reason) })
    outbox.add(five)
    await outbox.drain(forever)
    expect(slept).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 90_000])
    expect(states).toEqual(['it answered 503', undefined])
    expect(outbox.state()).toMatchObject({ waiting: 0, delivered: 5 })
  })

  it('keeps what was not delivered for the next checkpoint, and stops when it is closed', async () => {
    const { sink } = toldSink((alerts) => ({ ...none(), delivered: alerts.slice(0, 1).map(({ id }) => id) }))
    let asleep = (): void => undefined
    const sleeping = new Promise<void>((resolve) => (asleep = resolve))
    const { outbox } = open(sink, {
      sleep: (_ms, signal) => {
        asleep()
        return untilAborted(signal)
      },
    })
    outbox.add(five)
    await sleeping
    expect(outbox.waiting().map(({ id }) => id)).toEqual(['alert-2', 'alert-3', 'alert-4', 'alert-5'])
    expect(outbox.state().failing).toEqual({ reason: 'it answered 503', sinceMs: 0, attempts: 1, asked: 0 })
    await outbox.close()
    expect(outbox.waiting()).toHaveLength(4)
  })

  it('drops the oldest when too many wait, and counts them', async () => {
    const { sink } = toldSink(() => none())
    const { outbox } = open(sink, {
      maxBacklog: 3,
      sleep: (_ms, signal) => untilAborted(signal),
    })
    outbox.add(five)
    expect(outbox.waiting().map(({ id }) => id)).toEqual(['alert-3', 'alert-4', 'alert-5'])
    expect(outbox.state()).toMatchObject({ waiting: 3, dropped: 2 })
    await outbox.close()
  })

  it('counts and tells what the receiver refuses, and does not repeat it', async () => {
    const told: unknown[] = []
    const { sink, asked } = toldSink((alerts) => ({
      delivered: alerts.slice(1).map(({ id }) => id),
      refused: alerts.slice(0, 1).map(({ id }) => ({ id, reason: '400 no' })),
    }))
    const { outbox } = open(sink, { batch: 9, onRefused: (refused) => told.push(...refused) })
    outbox.add(five)
    await outbox.drain(forever)
    expect(asked).toHaveLength(1)
    expect(told).toEqual([{ id: 'alert-1', reason: '400 no' }])
    expect(outbox.state()).toEqual({ waiting: 0, delivered: 4, refused: 1, dropped: 0 })
  })

  it('counts an alert that is dropped while it is under way once', async () => {
    let take: (delivery: Delivery) => void = () => undefined
    const sink: Sink = {
      deliver: () => new Promise((resolve) => (take = resolve)),
      close: () => Promise.resolve(),
    }
    const { outbox } = open(sink, { maxBacklog: 2, batch: 2 })
    outbox.add(five.slice(0, 2))
    outbox.add(five.slice(2, 3))
    take({ delivered: ['alert-1', 'alert-2'], refused: [] })
    await outbox.drain(forever, { waiting: 1 })
    expect(outbox.state()).toMatchObject({ waiting: 1, delivered: 1, dropped: 1 })
    take({ delivered: ['alert-3'], refused: [] })
    await outbox.drain(forever)
    await outbox.close()
  })

  it('drains to a number that may wait, or until the receiver failed so many times', async () => {
    let tries = 0
    const { sink, asked } = toldSink((alerts) => (++tries > 2 ? none() : all(alerts)))
    const { outbox } = open(sink, {
      batch: 1,
      sleep: () => new Promise<void>((resolve) => void setImmediate(resolve)),
    })
    outbox.add(five)
    await outbox.drain(forever, { waiting: 4 })
    expect(outbox.state().waiting).toBeLessThanOrEqual(4)
    await outbox.drain(forever, { attempts: 3 })
    expect(outbox.state()).toMatchObject({ waiting: 3, delivered: 2 })
    expect(outbox.state().failing?.attempts).toBeGreaterThanOrEqual(3)
    expect(asked.length).toBeGreaterThanOrEqual(5)
    await outbox.close()
  })

  it('is drained only after a receiver that says when to come again had its time', async () => {
    const { sink } = toldSink((alerts, number) => (number < 3 ? none('busy', 2_000) : all(alerts)))
    const { outbox, slept } = open(sink)
    outbox.add(five)
    await outbox.drain(forever, { attempts: 1 })
    expect(outbox.state()).toMatchObject({ waiting: 0, delivered: 5 })
    expect(slept).toEqual([2_000, 2_000, 2_000])
  })

  it('takes a receiver that only ever says when to come again for one that fails', async () => {
    const { sink, asked } = toldSink(() => none('busy', 2_000))
    const { outbox } = open(sink, { sleep: () => new Promise((resolve) => void setImmediate(resolve)) })
    outbox.add(five)
    await outbox.drain(forever, { attempts: 1 })
    expect(asked).toHaveLength(6)
    expect(outbox.state().waiting).toBe(5)
    await outbox.close()
  })

  it('does not wait for a drain longer than it is told', async () => {
    const { sink } = toldSink(() => none())
    const { outbox } = open(sink, {
      sleep: (_ms, signal) => untilAborted(signal),
    })
    outbox.add(five)
    await outbox.drain(AbortSignal.timeout(20))
    expect(outbox.state().waiting).toBe(5)
    await outbox.close()
  })
})
