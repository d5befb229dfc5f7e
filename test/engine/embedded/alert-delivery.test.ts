import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '#diagnostics'
import { openCheckpoints, type Checkpoint } from '#engine'
import type { Alert, Sink } from '#sink'
import { BUSY, idsOfRows, recorder } from '../../support/alerts.ts'
import { compilePipeline, openBed, type Bed } from '../../support/pipeline.ts'

const START = Date.UTC(2026, 10, 20, 10)
const FILES = {
  'contract.json': JSON.stringify({
    type: 'object',
    required: ['id', 'at', 'n'],
    properties: {
      id: { type: 'string' },
      at: { type: 'string', format: 'date-time' },
      n: { type: 'integer' },
    },
  }),
}

const pipeline = (id = '[id]', sink = '', where = 'n > 0'): string => `
smelt: 1
name: under-test
sources:
  events: { topic: events, contract: contract.json, event_time: at, watermark: 0ms }
  rules: { topic: rules, contract: contract.json, event_time: at, versioned_by: [id] }
silver:
  clean: { from: events }
gold:
  flagged:
    from: clean
    join: { rule: { table: rules, as_of: at, on: rule.id = id, kind: left } }
    where: ${where}
    columns: { id: id, at: at, n: n }
    alert: { id: ${id}, to: [hook] }
sinks:
  hook: { webhook: \${secrets.HOOK}${sink} }
`

const event = (number: number, id = `e${number}`) => ({
  key: null,
  value: Buffer.from(JSON.stringify({ id, at: new Date(START + number * 1000).toISOString(), n: number })),
  timestampMs: START + number * 1000,
  partition: 0,
})
const events = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => event(from + index))
const idOf = ({ row }: Alert): unknown => row['id']

async function bedOf(yaml = pipeline()): Promise<Bed> {
  return openBed(compilePipeline(yaml, FILES), { partitions: 1 })
}

/** Runs to the end with `sink` as the receiver; resolves to the checkpoint and what was told. */
async function deliver(bed: Bed, sink: Sink, settings: Parameters<Bed['run']>[0] = {}) {
  const notices: Diagnostic[] = []
  const alerts = {
    sinks: new Map([['hook', sink]]),
    onNotice: (notice: Diagnostic): void => void notices.push(notice),
    // As short as it can be without keeping all else from going on.
    sleep: () => new Promise<void>((resolve) => void setImmediate(resolve)),
  }
  const checkpoint = await bed.run({ alerts, ...settings })
  return { checkpoint, notices }
}

const newest = (bed: Bed): Promise<Checkpoint | undefined> => openCheckpoints(bed.store, 'under-test').newest()

describe('the alerts of a run', () => {
  it('are its appended rows, as JSON, with the id of their key and their checkpoint', async () => {
    const bed = await bedOf()
    await bed.send('events', events(1, 3))
    const { sink, received, ids } = recorder()
    await deliver(bed, sink)
    expect(received).toHaveLength(3)
    expect(received[1]).toMatchObject({
      tenant: 'acme',
      pipeline: 'under-test',
      table: 'flagged',
      key: ['e2'],
      row: { id: 'e2', at: '2026-11-20T10:00:02Z', n: 2, kafka_partition: 0, kafka_offset: 1, rule_kafka_offset: null },
      checkpoint: 1,
    })
    expect(ids()).toEqual(await idsOfRows(bed, 'flagged', ['id']))
  })

  it('are sent within the interval of the checkpoint that has their rows, while the run goes on', async () => {
    const bed = await bedOf()
    const { sink, received } = recorder()
    const stop = new AbortController()
    await bed.send('events', events(1, 2))
    const made = (): number => new Set(received.map(({ checkpoint }) => checkpoint)).size
    await deliver(bed, sink, {
      untilEnd: false,
      checkpointEveryMs: 20,
      signal: stop.signal,
      onCheckpoint: ({ checkpoint }) => {
        // Nothing but a later checkpoint can bring it here: alerts of two of them, while there is more to come.
        if (made() >= 2) stop.abort()
        else void bed.send('events', events(checkpoint.id * 10, checkpoint.id * 10))
      },
    })
    expect(made()).toBeGreaterThanOrEqual(2)
  })

  it('are not sent again by a run that has nothing new, nor those before', async () => {
    const bed = await bedOf()
    await bed.send('events', events(1, 3))
    await deliver(bed, recorder().sink)
    const second = recorder()
    await deliver(bed, second.sink)
    await bed.send('events', events(4, 5))
    await deliver(bed, second.sink)
    expect(second.received.map(idOf)).toEqual(['e4', 'e5'])
  })

  it('are one where rows are equal in the columns of the id', async () => {
    const bed = await bedOf()
    await bed.send('events', [event(1, 'same'), event(2, 'same'), event(3)])
    const { sink, received } = recorder()
    await deliver(bed, sink)
    expect(received.map(({ row }) => row['n'])).toEqual([1, 3])
    expect(await bed.rows('gold.flagged')).toHaveLength(3)
  })

  it('wait in the checkpoint while nobody takes them, and hold nothing up', async () => {
    const bed = await bedOf()
    await bed.send('events', events(1, 3))
    const { notices } = await deliver(bed, recorder(() => BUSY).sink)
    expect(await bed.rows('gold.flagged')).toHaveLength(3)
    expect((await newest(bed))?.outbox?.sinks).toEqual({
      hook: { from: 0, waiting: 3, delivered: 0, refused: 0, dropped: 0 },
    })
    expect(notices.map(({ code }) => code)).toEqual(['checkpoint/alerts-not-taken'])

    await bed.send('events', events(4, 4))
    const later = recorder()
    await deliver(bed, later.sink)
    expect(later.received.map(idOf)).toEqual(['e1', 'e2', 'e3', 'e4'])
    await bed.send('events', events(5, 5))
    await deliver(bed, later.sink)
    const books = (await newest(bed))?.outbox
    expect(books?.sinks['hook']).toEqual({ from: 4, waiting: 1, delivered: 4, refused: 0, dropped: 0 })
    // Files of what everybody has are let go.
    expect(books?.files.map(({ first, alerts }) => [first, alerts])).toEqual([[4, 1]])
  })

  it('of rows that a replay out of quarantine appends while nothing runs, are sent by the next run, once', async () => {
    const narrow = { 'contract.json': FILES['contract.json'].replace('"integer"', '"integer","maximum":5') }
    const before = await openBed(compilePipeline(pipeline(), narrow), { partitions: 1 })
    await before.send('events', [event(1), event(9), event(3)])
    const first = recorder()
    await deliver(before, first.sink)
    expect(first.received.map(idOf)).toEqual(['e1', 'e3'])
    const { broker, store } = before
    const bed = await openBed(compilePipeline(pipeline(), FILES), { partitions: 1, broker, store })
    await bed.apply()
    const { report, checkpoint } = await bed.move({ action: 'replay', filter: {} })
    expect(report.moved).toEqual({ 'record/contract-violation': 1 })
    expect((await newest(bed))?.outbox?.sinks['hook']).toMatchObject({ waiting: 1, delivered: 2 })
    const later = recorder()
    await deliver(bed, later.sink)
    expect(later.received.map(({ row, checkpoint: made }) => [row['id'], made])).toEqual([['e9', checkpoint]])
    const again = recorder()
    await deliver(bed, again.sink)
    expect(again.received).toEqual([])
    expect([...new Set([...first.ids(), ...later.ids()])].sort()).toEqual(await idsOfRows(bed, 'flagged', ['id']))
  })

  it('that the receiver will never take are counted and told, without being repeated', async () => {
    const bed = await bedOf()
    await bed.send('events', events(1, 3))
    const refusing = recorder((alerts, number) => ({
      delivered: alerts.filter((_, index) => index > 0 || number > 0).map(({ id }) => id),
      refused: number > 0 ? [] : alerts.slice(0, 1).map(({ id }) => ({ id, reason: '400 no' })),
    }))
    const { notices } = await deliver(bed, refusing.sink)
    expect(notices.map(({ code, message }) => [code, message])).toEqual([
      ['checkpoint/alerts-refused', 'The sink `hook` of `acme/under-test` refused 1 alert: 400 no'],
    ])
    await bed.send('events', events(4, 4))
    await deliver(bed, refusing.sink)
    expect(refusing.received.map(idOf)).toEqual(['e2', 'e3', 'e4'])
    expect((await newest(bed))?.outbox?.sinks['hook']).toMatchObject({ delivered: 2, refused: 1 })
  })

  it('are dropped oldest first beyond the backlog, and counted', async () => {
    const bed = await bedOf(pipeline('[id]', ', max_backlog: 2'))
    await bed.send('events', events(1, 5))
    await deliver(bed, recorder(() => BUSY).sink)
    await bed.send('events', events(6, 6))
    const later = recorder(() => BUSY)
    await deliver(bed, later.sink)
    expect((await newest(bed))?.outbox?.sinks['hook']).toMatchObject({ waiting: 3, dropped: 3 })
    const last = recorder()
    await deliver(bed, last.sink)
    expect(last.received.map(idOf)).toEqual(['e5', 'e6'])
  })

  it('stop the pipeline before its next checkpoint where none may be dropped', async () => {
    const bed = await bedOf(pipeline('[id]', ', max_backlog: 2, on_full: stop'))
    await bed.send('events', events(1, 5))
    await deliver(bed, recorder(() => BUSY).sink)
    expect((await newest(bed))?.outbox?.sinks['hook']).toMatchObject({ waiting: 5, dropped: 0 })
    await bed.send('events', events(6, 6))
    await expect(deliver(bed, recorder(() => BUSY).sink)).rejects.toMatchObject({ code: 'checkpoint/outbox-full' })
    expect(await bed.rows('gold.flagged')).toHaveLength(5)
    const later = recorder()
    await deliver(bed, later.sink)
    expect(later.received.map(idOf)).toEqual(['e1', 'e2', 'e3', 'e4', 'e5', 'e6'])
    expect(await bed.rows('gold.flagged')).toHaveLength(6)
  })

  it('of a receiver that is only slow are waited for', async () => {
    const bed = await bedOf(pipeline('[id]', ', max_backlog: 1, on_full: stop'))
    await bed.send('events', events(1, 9))
    const slow = recorder()
    const sink: Sink = {
      ...slow.sink,
      deliver: async (alerts, signal) => {
        await new Promise((resolve) => setImmediate(resolve))
        return slow.sink.deliver(alerts.slice(0, 1), signal)
      },
    }
    await deliver(bed, sink, { batchRows: 2, checkpointEveryMs: 0 })
    expect(slow.received).toHaveLength(9)
  })

  it('are kept where nothing delivers them', async () => {
    const bed = await bedOf()
    await bed.send('events', events(1, 2))
    await bed.run()
    const later = recorder()
    await deliver(bed, later.sink)
    expect(later.received.map(idOf)).toEqual(['e1', 'e2'])
  })

  it('are given up shortly after a signal, and stay', async () => {
    const bed = await bedOf()
    await bed.send('events', events(1, 2))
    const stop = new AbortController()
    const hanging: Sink = {
      deliver: (_, signal) =>
        new Promise((resolve) => {
          stop.abort()
          signal.addEventListener('abort', () => resolve(BUSY))
        }),
      close: () => Promise.resolve(),
    }
    await deliver(bed, hanging, { signal: stop.signal })
    const later = recorder()
    await deliver(bed, later.sink)
    expect(later.received.map(idOf)).toEqual(['e1', 'e2'])
  }, 30_000)

  it('fail the start when their file is gone', async () => {
    const bed = await bedOf()
    await bed.send('events', events(1, 2))
    await bed.run()
    await bed.store.delete((await newest(bed))?.outbox?.files.map(({ key }) => key) ?? [])
    await expect(bed.run()).rejects.toMatchObject({ code: 'checkpoint/state-missing' })
  })
})

describe('alerts and another plan', () => {
  it('are sent for new rows alone: a rebuilt table sends nothing again', async () => {
    const bed = await bedOf()
    await bed.send('events', events(1, 4))
    await deliver(bed, recorder().sink)
    const changed = await openBed(compilePipeline(pipeline('[id]', '', 'n > 1'), FILES), {
      partitions: 1,
      store: bed.store,
      broker: bed.broker,
    })
    await changed.apply()
    expect(await changed.rows('gold.flagged')).toHaveLength(3)
    const after = recorder()
    await deliver(changed, after.sink)
    await changed.send('events', events(5, 5))
    await deliver(changed, after.sink)
    expect(after.received.map(idOf)).toEqual(['e5'])
  })

  it('that wait are sent by the plan that follows', async () => {
    const bed = await bedOf()
    await bed.send('events', events(1, 2))
    await deliver(bed, recorder(() => BUSY).sink)
    const changed = await openBed(compilePipeline(pipeline('[id]', ', max_backlog: 7'), FILES), {
      partitions: 1,
      store: bed.store,
      broker: bed.broker,
    })
    await changed.apply()
    const after = recorder()
    await deliver(changed, after.sink)
    expect(after.received.map(idOf)).toEqual(['e1', 'e2'])
  })
})

describe('alerts and quarantine', () => {
  it('are made of rows that are moved out of it too, and those that wait stay', async () => {
    const bed = await bedOf(
      pipeline().replace('clean: { from: events }', 'clean: { from: events, checks: { small: n < 100 } }'),
    )
    await bed.send('events', [event(1), event(500)])
    await deliver(bed, recorder(() => BUSY).sink)
    const { store, broker } = bed
    const changed = await openBed(compilePipeline(pipeline(), FILES), { partitions: 1, store, broker })
    await changed.apply()
    const { report } = await changed.move({ action: 'replay', filter: {} })
    expect(report.moved).toEqual({ 'record/check-failed': 1 })
    expect((await newest(changed))?.outbox?.sinks['hook']).toMatchObject({ waiting: 2 })
    const after = recorder()
    await deliver(changed, after.sink)
    expect(after.received.map(idOf)).toEqual(['e1', 'e500'])
  })
})
