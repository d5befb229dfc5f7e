import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { isSmeltError, smeltError, type Code } from '#diagnostics'
import { openMemoryBroker, type RecordReader } from '#stream'
import { EVENTS_FILES, EVENTS_PIPELINE, EVENTS_START, randomEvents } from '../support/events.ts'
import { compilePipeline, openBed, type Bed } from '../support/pipeline.ts'

const compiled = compilePipeline(EVENTS_PIPELINE, EVENTS_FILES)

async function ranBed(): Promise<Bed> {
  const bed = await openBed(compiled)
  await bed.send('events', randomEvents(3, 60))
  await bed.run()
  return bed
}

async function failure(work: Promise<unknown>): Promise<Code | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    if (isSmeltError(error)) return error.code
    throw error
  }
}

async function newestFile(folder: string): Promise<string> {
  const names = (await readdir(folder)).sort()
  return path.join(folder, names.at(-1) ?? '')
}

describe('two processes on one instance', () => {
  it('fences the one that comes second to a checkpoint; it harms nothing', async () => {
    const bed = await openBed(compiled)
    await bed.send('events', randomEvents(3, 60))
    let overtaken = false
    const create: Bed['store']['create'] = async (key, bytes) => {
      if (key.includes('/checkpoints/') && !overtaken) {
        overtaken = true
        await bed.run() // Another process runs through just before this one would create its checkpoint.
      }
      return bed.store.create(key, bytes)
    }
    const slow = await openBed(compiled, { store: { ...bed.store, create }, broker: bed.broker })
    expect(await failure(slow.run())).toBe('checkpoint/fenced')
    expect(overtaken).toBe(true)
    const { lines } = await bed.audit(true)
    expect(lines.filter((line) => line.expected !== line.found)).toEqual([])
    expect((await bed.rows('bronze.events', ['kafka_offset'])).length).toBe(60)
  })

  it('fences a process that slept until its checkpoint was pruned', async () => {
    const bed = await ranBed()
    const folder = path.join(bed.store.localPath('state') ?? '', 'under-test', 'checkpoints')
    const newest = await newestFile(folder)
    // As after hundreds of checkpoints of another process: the number after ours is free again, higher ones are not.
    await writeFile(path.join(folder, '000000000900.json'), await readFile(newest))
    await bed.send('events', randomEvents(4, 10))
    const store = { ...bed.store, list: sleepyList(bed, '000000000900') }
    const sleeper = await openBed(compiled, { store, broker: bed.broker })
    expect(await failure(sleeper.run())).toBe('checkpoint/fenced')
  })
})

/** A listing that does not show `hidden` the first time: what a process saw before it slept. */
function sleepyList(bed: Bed, hidden: string): Bed['store']['list'] {
  let asleep = true
  return async function* (prefix, options) {
    const show = !asleep
    if (prefix.endsWith('checkpoints/')) asleep = false
    for await (const object of bed.store.list(prefix, options)) if (show || !object.key.includes(hidden)) yield object
  }
}

describe('a damaged lake', () => {
  it('names a corrupt checkpoint and changes nothing', async () => {
    const bed = await ranBed()
    const before = await bed.hashes()
    const file = await newestFile(path.join(bed.store.localPath('state') ?? '', 'under-test', 'checkpoints'))
    const bytes = await readFile(file)
    await writeFile(file, bytes.subarray(0, bytes.length - 10))
    await bed.send('events', randomEvents(4, 10))
    expect(await failure(bed.run())).toBe('checkpoint/corrupt')
    await writeFile(file, bytes)
    expect(await bed.hashes()).toEqual(before)
    await bed.run()
    expect((await bed.audit(true)).closes).toBe(true)
  })

  it('names a state file that is gone', async () => {
    const bed = await ranBed()
    await rm(path.join(bed.store.localPath('state') ?? '', 'under-test', 'files'), { recursive: true })
    await bed.send('events', randomEvents(4, 10))
    expect(await failure(bed.run())).toBe('checkpoint/state-missing')
  })

  it('is not trusted by an audit when a data file is gone', async () => {
    const bed = await ranBed()
    const folder = bed.store.localPath('silver/clean/data') ?? ''
    const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.parquet'))
    await rm(path.join(folder, files[0] ?? ''))
    expect(await failure(bed.audit())).toMatch(/^lake\/|^sql\//)
  })

  it('fails an audit when rows are there twice, or missing', async () => {
    const bed = await ranBed()
    const checkpoints = path.join(bed.store.localPath('state') ?? '', 'under-test', 'checkpoints')
    const before = await bed.audit()
    expect(before.closes).toBe(true)
    // The books of an earlier, smaller run beside the tables of a later one.
    const small = await readFile(await newestFile(checkpoints))
    await bed.send('events', randomEvents(4, 10))
    await bed.run()
    await rm(checkpoints, { recursive: true })
    await mkdir(checkpoints)
    await writeFile(path.join(checkpoints, '000000000009.json'), renumber(small, 9))
    const after = await bed.audit().catch((error: unknown) => error)
    expect(isSmeltError(after, 'checkpoint/uncommitted') || !(after as { closes: boolean }).closes).toBe(true)
  })
})

function renumber(bytes: Buffer, id: number): Buffer {
  const content = bytes
    .toString('utf8')
    .replace(/^\{"sha256":"[0-9a-f]+","checkpoint":/, '')
    .replace(/\}\n$/, '')
  const changed = JSON.stringify({ ...(JSON.parse(content) as object), id, commits: [] })
  const { createHash } = process.getBuiltinModule('node:crypto')
  return Buffer.from(`{"sha256":"${createHash('sha256').update(changed).digest('hex')}","checkpoint":${changed}}\n`)
}

describe('a changed pipeline', () => {
  it('is refused on the lake of the old one', async () => {
    const bed = await ranBed()
    const changed = compilePipeline(EVENTS_PIPELINE.replace('n <> 13', 'n <> 14'), EVENTS_FILES)
    const other = await openBed(changed, { store: bed.store, broker: bed.broker })
    expect(await failure(other.run())).toBe('checkpoint/plan-changed')
  })

  it('is refused on tables that an earlier version made and never filled', async () => {
    const bed = await openBed(compiled)
    await bed.send('events', randomEvents(3, 20))
    const stopped = bed.run({
      step: () => {
        throw new Error('stopped before the first checkpoint')
      },
    })
    await expect(stopped).rejects.toThrow('stopped before')
    const changed = compilePipeline(
      EVENTS_PIPELINE.replace('ratio: x / n', 'ratio: x / n\n      half: x / 2'),
      EVENTS_FILES,
    )
    const other = await openBed(changed, { store: bed.store, broker: bed.broker })
    expect(await failure(other.run())).toBe('checkpoint/table-differs')
    await bed.run()
    expect((await bed.audit()).closes).toBe(true)
  })

  it('may not write the tables of another', async () => {
    const bed = await ranBed()
    const renamed = compilePipeline(EVENTS_PIPELINE.replace('name: under-test', 'name: usurper'), EVENTS_FILES)
    const other = await openBed(renamed, { store: bed.store, broker: bed.broker })
    expect(await failure(other.run())).toBe('checkpoint/foreign-table')
  })
})

describe('a topic that moves', () => {
  it('stops when records were removed before they were read, naming the range', async () => {
    const bed = await ranBed()
    await bed.send('events', randomEvents(4, 40))
    const ends = await bed.broker.offsets('acme.events', 'latest')
    await bed.broker.deleteRecords('acme.events', ends)
    await bed.send('events', randomEvents(5, 10))
    expect(await failure(bed.run())).toBe('stream/offset-out-of-range')
  })

  it('stops when the topic was created anew under its name', async () => {
    const bed = await ranBed()
    await bed.broker.deleteTopic('acme.events')
    await bed.broker.createTopic('acme.events', { partitions: 2 })
    expect(await failure(bed.run())).toBe('stream/topic-recreated')
  })

  it('is an error when it does not exist', async () => {
    const bed = await openBed(compiled)
    await bed.broker.deleteTopic('acme.events')
    expect(await failure(bed.run())).toBe('stream/unknown-topic')
    const made: string[] = []
    for await (const { key } of bed.store.list('')) made.push(key)
    expect(made).toEqual([])
  })

  it('may grow: new topic partitions are read from their start while the pipeline runs', async () => {
    const bed = await openBed(compiled)
    await bed.send('events', randomEvents(3, 20))
    const stop = new AbortController()
    let grown = false
    const running = bed.run({
      untilEnd: false,
      checkpointEveryMs: 20,
      metadataEveryMs: 20,
      signal: stop.signal,
      onProgress: ({ records }) => {
        if (records >= 20 && !grown) {
          grown = true
          void bed.broker
            .createPartitions('acme.events', 3)
            .then(() =>
              bed.send('events', [{ key: null, value: Buffer.from('{}'), timestampMs: EVENTS_START, partition: 2 }]),
            )
        }
        if (records >= 21) stop.abort()
      },
    })
    const checkpoint = await running
    expect(checkpoint?.sources.events?.partitions['2']?.next).toBe('1')
    expect(checkpoint?.accounting.sources.events?.consumed).toBe(21)
  }, 30_000)
})

describe('a topic that cannot be read any more', () => {
  it('stops the run with its error when that shows while a batch is worked on', async () => {
    const whole = openMemoryBroker()
    let reads = 0
    const open: typeof whole.open = async (...given) => {
      const reader = await whole.open(...given)
      const read: typeof reader.read = (...asked) => {
        if (++reads < 2) return reader.read(...asked)
        return Promise.resolve({ ok: false, code: 'denied', topic: 'acme.events', detail: {} })
      }
      return { ...bound(reader), read }
    }
    const loose: unknown[] = []
    const onLoose = (error: unknown): void => void loose.push(error)
    process.on('unhandledRejection', onLoose)
    const bed = await openBed(compiled, { broker: { ...whole, open } })
    await bed.send('events', randomEvents(3, 40))
    const code = await failure(bed.run({ untilEnd: false, batchRows: 10 }))
    process.off('unhandledRejection', onLoose)
    expect([code, reads, loose]).toEqual(['stream/denied', 2, []])
  })
})

/** Methods of a class instance, as an object that may be spread. */
function bound(reader: RecordReader): RecordReader {
  return {
    read: (...given) => reader.read(...given),
    pause: (...given) => reader.pause(...given),
    resume: (...given) => reader.resume(...given),
    seek: (...given) => reader.seek(...given),
    add: (...given) => reader.add(...given),
    close: () => reader.close(),
  }
}

describe('a lake that fails after the commit point', () => {
  it('stops a pipeline whose topic is quiet, and the next start commits what is owed', async () => {
    const bed = await openBed(compiled)
    await bed.send('events', randomEvents(3, 20))
    let broken = true
    const create: Bed['store']['create'] = (key, bytes) =>
      broken && key.startsWith('silver/') && key.includes('v2.metadata')
        ? Promise.reject(smeltError('lake/store-unavailable', { location: key, attempts: 8 }))
        : bed.store.create(key, bytes)
    const ailing = await openBed(compiled, { store: { ...bed.store, create }, broker: bed.broker })
    expect(await failure(ailing.run({ untilEnd: false, checkpointEveryMs: 50 }))).toBe('lake/store-unavailable')
    broken = false
    await bed.run()
    expect((await bed.audit(true)).closes).toBe(true)
  })

  it('does not stop it when old files cannot be removed', async () => {
    const bed = await openBed(compiled)
    await bed.send('events', randomEvents(3, 60))
    const refuse: Bed['store']['delete'] = (keys) =>
      keys.some((key) => key.startsWith('state/'))
        ? Promise.reject(smeltError('lake/access-denied', { location: 'state' }))
        : bed.store.delete(keys)
    const guarded = await openBed(compiled, { store: { ...bed.store, delete: refuse }, broker: bed.broker })
    await guarded.run({ batchRows: 10, checkpointEveryMs: 0 })
    expect((await bed.audit()).closes).toBe(true)
  })
})

describe('a run that is told to stop', () => {
  it('ends with a checkpoint, leaves windows open, and goes on from there', async () => {
    const whole = await openBed(compiled)
    const bed = await openBed(compiled)
    const records = randomEvents(8, 80)
    await whole.send('events', records)
    await whole.run()
    await bed.send('events', records)
    const stop = new AbortController()
    const stopped = await bed.run({
      untilEnd: false,
      batchRows: 30,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    })
    expect(stopped?.accounting.sources.events?.consumed).toBeGreaterThan(0)
    expect(stopped?.accounting.sources.events?.consumed).toBeLessThan(80)
    await bed.run()
    expect(await bed.hashes()).toEqual(await whole.hashes())
  })
})

describe('a check that fails the pipeline', () => {
  it('stops it, names the record, and commits nothing of the batch', async () => {
    const strict = compilePipeline(
      EVENTS_PIPELINE.replace('small: n < 9000000000000', 'small: { check: n < 5, on_fail: fail }'),
      EVENTS_FILES,
    )
    const bed = await openBed(strict)
    await bed.send('events', randomEvents(3, 60))
    // At once, though the next batch could still be waited for until the next checkpoint is due.
    expect(await failure(bed.run({ untilEnd: false }))).toBe('checkpoint/check-failed')
    expect(await bed.rows('bronze.events', ['kafka_offset'])).toEqual([])
  })
})
