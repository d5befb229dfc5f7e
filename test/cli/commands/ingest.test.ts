import { rmSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openBroker } from '#stream'
import { NDJSON, readTopic, send, type PostOptions } from '../../support/ingest.ts'
import { smelt } from '../support/buffer-host.ts'
import { runSmelt, startSmelt, type RunningSmelt } from '../support/child.ts'
import { project } from '../support/project.ts'

/** A server of its own process, and where it listens. */
async function startIngest(folder: string, ...args: string[]): Promise<{ child: RunningSmelt; url: string }> {
  const child = startSmelt(['ingest', '--port', '0', ...args], { folder })
  await child.seen('"listening"')
  const line =
    child
      .out()
      .split('\n')
      .find((each) => each.includes('"listening"')) ?? '{}'
  return { child, url: (JSON.parse(line) as { url: string }).url }
}

async function tokenFor(folder: string, topic: string): Promise<string> {
  return (await smelt(['token', 'create', 'acme', '--topic', topic], { folder })).out.trim()
}

/** By topic partition and offset: a reader takes partitions in any order. */
const records = async (folder: string, topic: string) => {
  const broker = await openBroker({ kind: 'topic-log', path: path.join(folder, '.smelt/topics') })
  const found = await readTopic(broker, topic).finally(() => broker.close())
  return found.sort((a, b) => a.partition - b.partition || Number(a.offset - b.offset))
}

const line = (id: string): string => JSON.stringify({ id, by: 'nobody' })

describe('smelt ingest', () => {
  it('killed under load it has lost no acknowledged record, and a repeated request is stored once', async () => {
    const folder = project()
    const token = await tokenFor(folder, 'inventory')
    const first = await startIngest(folder, '--log', 'none')
    const options: PostOptions = { token, type: NDJSON, path: '/v1/acme/inventory?mode=accept&key=id' }
    const acknowledged = new Map<string, string>()
    const unanswered: { readonly key: string; readonly ids: readonly string[] }[] = []
    let sent = 0
    const body = (ids: readonly string[]): string => ids.map(line).join('\n')
    const post = (url: string, key: string, ids: readonly string[]): Promise<boolean> =>
      send(url, body(ids), { ...options, headers: { 'idempotency-key': key } }).then(
        ({ status, body: { positions = [] } }) => {
          for (const [index, id] of ids.entries()) {
            const place = positions[index]
            if (status === 200 && place !== undefined) acknowledged.set(id, `${place.partition}:${place.offset}`)
          }
          return status === 200
        },
        () => false,
      )
    const client = async (name: string): Promise<void> => {
      for (let round = 0; ; round++) {
        const ids = Array.from({ length: 40 }, (_, index) => `${name}-${round}-${index}`)
        sent += 1
        if (await post(first.url, `${name}-${round}`, ids)) continue
        unanswered.push({ key: `${name}-${round}`, ids })
        return
      }
    }
    const clients = ['a', 'b', 'c', 'd'].map(client)
    await expect.poll(() => acknowledged.size, { timeout: 30_000 }).toBeGreaterThan(400)
    first.child.signal('SIGKILL')
    await Promise.all(clients)
    await first.child.ended
    expect(unanswered).toHaveLength(4)

    const second = await startIngest(folder, '--log', 'none')
    for (const { key, ids } of unanswered) expect(await post(second.url, key, ids)).toBe(true)
    second.child.signal('SIGTERM')
    expect((await second.child.ended).code).toBe(0)

    const stored = await records(folder, 'acme.inventory')
    const places = new Map(stored.map(({ partition, offset, value }) => [`${partition}:${offset}`, value]))
    for (const [id, place] of acknowledged) expect(places.get(place)).toBe(line(id))
    // Each record of each request once: none is missing, none is there twice.
    expect(stored).toHaveLength(sent * 40)
    expect(new Set(stored.map(({ value }) => value)).size).toBe(sent * 40)
  })

  it('drains on SIGTERM and logs one line for each request', async () => {
    const folder = project()
    const token = await tokenFor(folder, 'inventory')
    const { child, url } = await startIngest(folder, 'acme')
    const refused = await send(url, '{}', { token, path: '/v1/acme/inventory' })
    expect(refused.body.error?.code).toBe('ingest/records-refused')
    expect((await send(url, '', { method: 'GET', path: '/readyz' })).body).toEqual({ status: 'ready' })
    const other = startSmelt(['ingest', '--port', '0'], { folder })
    const { code, err } = await other.ended
    expect([code, err]).toEqual([1, expect.stringContaining('ingest/already-running')])
    child.signal('SIGTERM')
    const ended = await child.ended
    expect(ended).toMatchObject({ code: 0, err: '' })
    const events = ended.out
      .trimEnd()
      .split('\n')
      .map((each) => JSON.parse(each) as Record<string, unknown>)
    expect(events.map(({ event, status, level }) => [event, status, level])).toEqual([
      ['listening', undefined, 'info'],
      ['request', 400, 'warn'],
      ['request', 200, 'info'],
      ['draining', undefined, 'info'],
      ['ended', undefined, 'info'],
    ])
    expect(ended.out).not.toContain(token.slice(-64))
  })

  it('refuses a tenant that is suspended while it serves, and takes from it again once it is resumed', async () => {
    const folder = project()
    const token = await tokenFor(folder, 'inventory')
    const { url } = await startIngest(folder, '--log', 'none')
    const post = async (): Promise<string | number> => {
      const { status, body } = await send(url, line('one'), { token, path: '/v1/acme/inventory?mode=accept' })
      return body.error?.code ?? status
    }
    const tenant = async (verb: string): Promise<void> =>
      expect(await runSmelt(['tenant', verb, 'acme'], { folder })).toMatchObject({ code: 0, err: '' })
    expect(await post()).toBe(200)
    await tenant('suspend')
    await expect.poll(post, { timeout: 20_000 }).toBe('ingest/suspended')
    const stored = await records(folder, 'acme.inventory')
    expect(await post()).toBe('ingest/suspended')
    expect(await records(folder, 'acme.inventory')).toEqual(stored)
    await tenant('resume')
    await expect.poll(post, { timeout: 20_000 }).toBe(200)
  })

  it.each([
    [['ingest', '--port', '99999'], 2, '`--port` must be a number from 0 to 65535'],
    [['ingest', '--max-body', 'huge'], 2, '`--max-body` must be a size'],
    [['ingest', '--max-body', '8MiB', '--memory', '9MiB'], 2, '`--memory` must be at least twice `--max-body`'],
    [['ingest', 'acm'], 1, 'Did you mean `acme`?'],
  ])('%j is refused and says why', async (args, code, text) => {
    const refused = await smelt(args, { folder: project() })
    expect(refused.code).toBe(code)
    expect(refused.err).toContain(text)
  })

  it('has nothing to serve in a project without tenants', async () => {
    const folder = project()
    rmSync(path.join(folder, 'tenants'), { recursive: true })
    const refused = await smelt(['ingest'], { folder })
    expect(refused.err).toContain('ingest/nothing-to-serve')
  })
})
