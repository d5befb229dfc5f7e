import { once } from 'node:events'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS, openIngest } from '#ingest'
import { openMemoryBroker, type Broker } from '#stream'
import { BATCH, NDJSON, openIngestBed, reading, sendRaw, servedTopics, type IngestBed } from '../support/ingest.ts'
import { seededRandom } from '../support/random.ts'

/** What a topic holds at the answered positions. */
async function valuesAt(
  bed: IngestBed,
  topic: string,
  positions: readonly { partition: number; offset: number }[] = [],
) {
  const records = await bed.records(topic)
  return positions.map(({ partition, offset }) => {
    return records.find((each) => each.partition === partition && Number(each.offset) === offset)?.value
  })
}

/** A broker whose producers wait until they are let go. */
function heldBroker(): { broker: Broker; release: () => void; appends: () => number } {
  const inner = openMemoryBroker()
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  let appends = 0
  const broker: Broker = {
    ...inner,
    async producer() {
      const producer = await inner.producer()
      return {
        ...producer,
        async append(topic, records) {
          appends += 1
          await held
          return producer.append(topic, records)
        },
      }
    },
  }
  return { broker, release, appends: () => appends }
}

describe('records', () => {
  it('lie where the answer says, in every form, plain and gzip, byte for byte', async () => {
    const bed = await openIngestBed()
    const odd = '{ "id":"a",  "celsius":1.50, "count": 9007199254740993 }'
    const one = await bed.post(odd)
    expect(one).toMatchObject({ status: 200, body: { records: 1, repeated: false } })
    expect(await valuesAt(bed, 'acme.readings', one.body.positions)).toEqual([odd])

    const lines = Array.from({ length: 300 }, (_, id) => reading(id))
    const many = await bed.post(gzipSync(`${lines.join('\r\n')}\n\n`), {
      type: `${NDJSON}; charset=utf-8`,
      headers: { 'content-encoding': 'gzip' },
    })
    expect(many.body.records).toBe(300)
    expect(await valuesAt(bed, 'acme.readings', many.body.positions)).toEqual(lines)

    const batch = `[{"value": ${odd}, "key":"k", "headers":{"a":"b","n":null}, "timestamp":1000}, {"value":${reading('z')}}]`
    const some = await bed.post(batch, { type: BATCH })
    expect(await valuesAt(bed, 'acme.readings', some.body.positions)).toEqual([odd, reading('z')])
    const stored = (await bed.records('acme.readings')).find(({ key }) => key === 'k')
    expect(stored).toMatchObject({
      timestampMs: 1000n,
      headers: [
        ['a', 'b'],
        ['n', null],
      ],
    })
  })

  it('are keyed by the field that the pipelines say, or by the one that is asked for', async () => {
    const bed = await openIngestBed()
    await bed.post(reading('device-1'))
    await bed.post(reading('device-1', 7), { path: '/v1/acme/readings?key=celsius' })
    expect((await bed.records('acme.readings')).map(({ key }) => key).sort()).toEqual(['7', 'device-1'])
  })

  it('of a changelog may be deleted by their key, elsewhere a null is refused', async () => {
    const bed = await openIngestBed()
    const gone = '[{"key":"a","value":null}]'
    expect((await bed.post(gone, { type: BATCH, path: '/v1/acme/limits' })).status).toBe(200)
    expect(await bed.records('acme.limits')).toMatchObject([{ key: 'a', value: null }])
    const refused = await bed.post(gone, { type: BATCH })
    expect(refused.body).toMatchObject({
      error: { code: 'ingest/records-refused' },
      refused: [{ code: 'record/null-value' }],
    })
  })

  it('that break the contract refuse the request whole, each named with its place and all its faults', async () => {
    const bed = await openIngestBed()
    const body = [reading(1), '{"id":"","celsius":99}', 'rubbish', '{"id":"a","id":"b","celsius":1}'].join('\n')
    const answer = await bed.post(body, { type: NDJSON })
    expect(answer.status).toBe(400)
    expect(answer.body.error?.message).toBe('3 of 4 records break the contract')
    expect(answer.body.refused).toMatchObject([
      { record: 1, code: 'record/contract-violation', violations: [{ path: '/id' }, { path: '/celsius' }] },
      { record: 2, code: 'record/not-json' },
      { record: 3, code: 'record/duplicate-key', path: '/id' },
    ])
    expect(await bed.broker.topic('acme.readings')).toBeUndefined()
  })

  it('are let through to quarantine with mode=accept, as the bytes they are', async () => {
    const bed = await openIngestBed()
    const bytes = Buffer.from([0x7b, 0xff, 0x00, 0x7d])
    const answer = await bed.post(bytes, { path: '/v1/acme/readings?mode=accept' })
    expect(answer).toMatchObject({
      status: 200,
      body: { records: 1, refused: [{ record: 0, code: 'record/not-utf8' }] },
    })
    expect((await bed.records('acme.readings')).map(({ value }) => value)).toEqual([bytes.toString('latin1')])
  })
})

describe('walls', () => {
  it('only a valid token is heard, and what is wrong with one is not told', async () => {
    let now = 1_000_000
    const bed = await openIngestBed({ clock: () => now })
    const token = await bed.token({ expiresMs: now + 1000 })
    const stranger = token.replace('smelt_acme_', 'smelt_nobody_')
    const copied = token.replace('smelt_acme_', 'smelt_globex_')
    expect((await bed.post(reading(1), { token })).status).toBe(200)
    now += 1001
    for (const wrong of [null, 'x', token, `${token.slice(0, -1)}x`, stranger, copied]) {
      const answer = await bed.post(reading(1), { token: wrong })
      expect(answer.status).toBe(401)
      expect(answer.body.error).toMatchObject({
        code: 'ingest/unauthorized',
        message: 'The request carries no valid token',
      })
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    }
  })

  it('a token opens its own topics alone; whether anything else exists cannot be told', async () => {
    const bed = await openIngestBed()
    const token = await bed.token({ topics: ['readings', 'gone'] })
    const refused = await Promise.all(
      ['acme/limits', 'acme/nothing', 'globex/secrets', 'globex/readings', 'nobody/readings'].map(async (place) => {
        const { status, body } = await bed.post(reading(1), { token, path: `/v1/${place}` })
        return { status, error: body.error }
      }),
    )
    expect(new Set(refused.map((each) => JSON.stringify(each))).size).toBe(1)
    expect(refused[0]).toMatchObject({ status: 403, error: { code: 'ingest/forbidden' } })
    // Its own topic that no pipeline reads: what is near is told, of what the token may see.
    const gone = await bed.post(reading(1), { token, path: '/v1/acme/gone' })
    expect(gone).toMatchObject({
      status: 404,
      body: { error: { code: 'ingest/unknown-topic', fix: 'Known topics: `readings`.' } },
    })
    const near = await bed.post(reading(1), { path: '/v1/acme/readigns' })
    expect(near.body.error?.fix).toBe('Did you mean `readings`?')
    expect(JSON.stringify([gone, near])).not.toContain('secrets')
  })

  it('a tenant that is suspended is refused by its own token, and taken from once it is resumed', async () => {
    let suspended = true
    const bed = await openIngestBed({ isActive: (tenant) => tenant !== 'acme' || !suspended })
    const refused = await bed.post(reading(1))
    expect(refused).toMatchObject({ status: 403, body: { error: { code: 'ingest/suspended' } } })
    expect((await bed.post(reading(1), { token: null })).status).toBe(401)
    const other = await bed.token({ tenant: 'globex' })
    expect((await bed.post(reading(1), { token: other, path: '/v1/globex/readings' })).status).toBe(200)
    suspended = false
    expect((await bed.post(reading(2))).status).toBe(200)
    expect(await bed.records('acme.readings')).toMatchObject([{ value: reading(2) }])
  })

  it('a token file in the lake of another tenant opens nothing', async () => {
    const bed = await openIngestBed()
    const token = await bed.token()
    const [, , id = ''] = token.split('_')
    const bytes = await bed.stores.get('acme')?.read(`state/.ingest/tokens/${id}.json`)
    await bed.stores.get('globex')?.create(`state/.ingest/tokens/${id}.json`, bytes ?? Buffer.of())
    const forged = token.replace('smelt_acme_', 'smelt_globex_')
    const answer = await bed.post(reading(1), { token: forged, path: '/v1/globex/readings' })
    expect(answer.status).toBe(401)
  })

  it('the log names the token by its id and holds no secret and no value', async () => {
    const bed = await openIngestBed()
    const token = await bed.token()
    await bed.post('{"id":"very private","celsius":1}', { token })
    await bed.post('{"id":"very private"}', { token })
    const text = JSON.stringify(bed.lines)
    expect(bed.lines).toMatchObject([
      { level: 'info', status: 200, token: token.split('_')[2], records: 1 },
      { level: 'warn', status: 400 },
    ])
    expect(text).not.toContain(token.slice(-64))
    expect(text).not.toContain('very private')
  })

  it('one tenant cannot take the room of the others', async () => {
    const { broker, release } = heldBroker()
    const bed = await openIngestBed({ broker, limits: { maxBytesInFlight: 2000, maxTenantBytesInFlight: 1000 } })
    const token = await bed.token({ tenant: 'globex' })
    const note = (bytes: number): string => JSON.stringify({ id: 'a', celsius: 1, note: 'x'.repeat(bytes) })
    const waiting = bed.post(note(800))
    await expect.poll(async () => (await bed.post(note(800))).status).toBe(429)
    const busy = await bed.post(note(800))
    expect(busy.body.error?.code).toBe('ingest/busy')
    expect(busy.headers.get('retry-after')).toBe('1')
    const other = bed.post(note(700), { token, path: '/v1/globex/readings' })
    release()
    expect([(await waiting).status, (await other).status]).toEqual([200, 200])
    expect((await bed.post(note(800))).status).toBe(200)
  })
})

describe('bodies', () => {
  it('what is not understood is told with its code', async () => {
    const bed = await openIngestBed({ limits: { maxBodyBytes: 2000, maxRecordBytes: 500 } })
    const bomb = gzipSync(Buffer.alloc(5_000_000))
    const gzip = { 'content-encoding': 'gzip' }
    const cases: [string | Uint8Array, Parameters<IngestBed['post']>[1], number, string][] = [
      ['x'.repeat(2001), {}, 413, 'ingest/body-too-large'],
      [bomb.subarray(0, 1900), { headers: gzip }, 413, 'ingest/body-too-large'],
      [reading('x'.repeat(600)), {}, 413, 'ingest/record-too-large'],
      ['no gzip', { headers: gzip }, 400, 'ingest/bad-body'],
      [gzipSync('{}').subarray(0, 12), { headers: gzip }, 400, 'ingest/bad-body'],
      ['', {}, 400, 'ingest/bad-body'],
      ['\n\r\n', { type: NDJSON }, 400, 'ingest/bad-body'],
      ['{}', { type: BATCH }, 400, 'ingest/bad-body'],
      ['{}', { type: 'text/csv' }, 415, 'ingest/unsupported-body'],
      ['{}', { headers: { 'content-encoding': 'br' } }, 415, 'ingest/unsupported-body'],
      ['{}', { path: '/v1/acme/readings?mode=lax' }, 400, 'ingest/bad-parameter'],
      ['{}', { path: '/v1/acme/readings?mode=accept&mode=strict' }, 400, 'ingest/bad-parameter'],
      ['{}', { headers: { 'idempotency-key': 'with blank' } }, 400, 'ingest/bad-parameter'],
      ['{}', { path: '/v1/acme' }, 404, 'ingest/unknown-path'],
      ['{}', { path: '/v1/acme/..%2freadings' }, 404, 'ingest/unknown-path'],
      ['{}', { method: 'PUT' }, 405, 'ingest/wrong-method'],
    ]
    for (const [body, options, status, code] of cases) {
      const answer = await bed.post(body, options)
      expect([code, answer.status, answer.body.error?.code]).toEqual([code, status, code])
    }
    expect((await bed.post('{}', { method: 'PUT' })).headers.get('allow')).toBe('POST')
    expect(await bed.broker.topic('acme.readings')).toBeUndefined()
  })

  it('a body that comes too slowly is given up, and one whose client goes away is not taken', async () => {
    const bed = await openIngestBed({ limits: { bodyTimeoutMs: 100 } })
    const token = await bed.token()
    const head = `POST /v1/acme/readings HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`
    const slow = await sendRaw(bed.server.url, head)
    expect(slow).toMatch(/^HTTP\/1\.1 408 /)
    expect(slow).toContain('ingest/body-timeout')
    expect(slow).toContain('Connection: close')
    expect(await bed.broker.topic('acme.readings')).toBeUndefined()
  })

  it('rubbish never gets a 5xx, and what is answered with 200 is in the topic', async () => {
    const bed = await openIngestBed()
    const random = seededRandom(20_261_122)
    const seeds = [
      reading('a'),
      `[{"value":${reading('b')},"key":"k"}]`,
      '{"id":"\\ud800","celsius":1e999}',
      '[[[[',
      '',
    ]
    let taken = 0
    for (let round = 0; round < 200; round++) {
      const bytes = Buffer.from(random.pick(seeds).repeat(1 + random.below(3)))
      for (let flips = random.below(4); flips > 0 && bytes.length > 0; flips--) {
        bytes[random.below(bytes.length)] = random.below(256)
      }
      const type = random.pick(['application/json', NDJSON, BATCH, 'x/y'])
      const headers = random.next() < 0.2 ? { 'content-encoding': random.pick(['gzip', 'identity']) } : {}
      const query = random.pick(['', '?mode=accept', '?key=id', '?key='])
      const answer = await bed.post(bytes, { type, headers, path: `/v1/acme/readings${query}` })
      expect(answer.status, `${round}: ${bytes.toString('latin1')}`).toBeLessThan(500)
      taken += answer.body.positions?.length ?? 0
    }
    expect(taken).toBeGreaterThan(10)
    expect(await bed.records('acme.readings')).toHaveLength(taken)
  })
})

describe('the server', () => {
  it('names each request, by the id it is given or a new one', async () => {
    const bed = await openIngestBed()
    const given = await bed.post(reading(1), { headers: { 'x-request-id': 'my:request.1' } })
    expect([given.headers.get('x-request-id'), given.body.request_id]).toEqual(['my:request.1', 'my:request.1'])
    const odd = await bed.post(reading(1), { headers: { 'x-request-id': 'no <good>' } })
    expect(odd.body.request_id).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('puts requests that wait into one append', async () => {
    const { broker, release, appends } = heldBroker()
    const bed = await openIngestBed({ broker })
    const first = bed.post(reading('first'))
    await expect.poll(appends).toBe(1)
    const others = Array.from({ length: 30 }, (_, id) => bed.post(reading(id)))
    // Answered at once, as it waits for no broker: those sent before it have been read.
    await bed.post('{}')
    release()
    const answers = await Promise.all([first, ...others])
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(appends()).toBeLessThan(10)
    const places = answers.flatMap(({ body }) =>
      body.positions?.map(({ partition, offset }) => `${partition}:${offset}`),
    )
    expect(new Set(places).size).toBe(31)
  })

  it('finishes what is in flight when it ends, and takes nothing new', async () => {
    const { broker, release, appends } = heldBroker()
    const bed = await openIngestBed({ broker })
    const token = await bed.token()
    const body = reading(2)
    const { hostname, port } = new URL(bed.server.url)
    const late = connect(Number(port), hostname)
    let answered = ''
    late.on('data', (chunk) => (answered += String(chunk)))
    const closed = once(late, 'close')
    late.write('POST /v1/acme/readings HTTP/1.1\r\nHost: x\r\n')
    const waiting = bed.post(reading(1))
    await expect.poll(appends).toBe(1)
    const drained = bed.server.drain()
    late.write(
      `Authorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    await closed
    expect(answered).toMatch(/^HTTP\/1\.1 503 /)
    expect(answered).toContain('ingest/draining')
    release()
    expect((await waiting).status).toBe(200)
    expect(await drained).toBe(true)
    await expect(fetch(`${bed.server.url}/healthz`)).rejects.toThrow()
    expect(await bed.records('acme.readings')).toHaveLength(1)
  })

  it('cuts off what takes too long to end, unacknowledged', async () => {
    const { broker, release } = heldBroker()
    const bed = await openIngestBed({ broker, limits: { drainMs: 50 } })
    const waiting = bed.post(reading(1)).catch(() => 'cut off')
    await expect.poll(() => broker.topic('acme.readings')).toBeDefined()
    const drained = bed.server.drain()
    expect(await waiting).toBe('cut off')
    release()
    expect(await drained).toBe(false)
  })

  it('tells that the address is taken', async () => {
    const bed = await openIngestBed()
    const { hostname, port } = new URL(bed.server.url)
    const options = {
      broker: bed.broker,
      topics: servedTopics(),
      tokens: new Map(),
      isActive: () => true,
      address: { host: hostname, port: Number(port) },
      stateFolder: bed.folder,
      partitions: 1,
      version: '0.0.0',
      clock: Date.now,
      log: () => undefined,
    }
    await expect(openIngest({ ...options, limits: DEFAULT_LIMITS })).rejects.toMatchObject({
      code: 'ingest/address-taken',
    })
  })

  it('says 503 with Retry-After while the broker is away, and nothing of where it is', async () => {
    const inner = openMemoryBroker()
    const broker: Broker = {
      ...inner,
      topic: () => Promise.reject(Object.assign(new Error('connect 10.0.0.7:9092'), { syscall: 'connect' })),
    }
    const bed = await openIngestBed({ broker })
    const answer = await bed.post(reading(1))
    expect(answer).toMatchObject({ status: 503, body: { error: { code: 'ingest/unavailable' } } })
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(JSON.stringify(answer.body)).not.toContain('10.0.0.7')
    expect(JSON.stringify(bed.lines)).toContain('10.0.0.7')
  })
})
