import { createHmac, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { alertKey } from './violation-truth.ts'

/** Takes alerts on this machine: as a webhook, and in place of a search server. */
export interface AlertReceiver {
  readonly hookUrl: string
  readonly searchUrl: string
  /** With which the webhook's requests must be signed. */
  readonly key: string
  /** What came for a tenant so far. */
  received(tenant: string): ReceivedAlerts
  /** Requests that were turned away, because they were not signed with the key or not now. */
  turnedAway(): number
  close(): Promise<void>
}

export interface ReceivedAlerts {
  /** Which alert an id stands for, by `alertKey`; of each id once. */
  readonly hook: ReadonlyMap<string, ReceivedAlert>
  /** The same of the documents in the index. */
  readonly index: ReadonlyMap<string, ReceivedAlert>
  /** Times that the webhook got an alert again. */
  readonly repeated: number
}

export interface ReceivedAlert {
  readonly key: string
  readonly rule: string
}

/** A row of `gold.violations` as an alert tells it. */
interface ViolationRow {
  readonly device_id: string
  readonly rule_id: string
  readonly reported_at: string
}

/** How old a signature may be: a request that somebody recorded is worth nothing later. */
const MAX_AGE_S = 300

class Inbox implements ReceivedAlerts {
  readonly hook = new Map<string, ReceivedAlert>()
  readonly index = new Map<string, ReceivedAlert & { readonly version: number }>()
  repeated = 0

  take(id: string, row: ViolationRow): void {
    if (this.hook.has(id)) this.repeated += 1
    this.hook.set(id, alertOf(row))
  }

  /** A document of an older version changes nothing. */
  put(id: string, version: number, row: ViolationRow): number {
    if (version <= (this.index.get(id)?.version ?? -1)) return 409
    this.index.set(id, { ...alertOf(row), version })
    return 201
  }
}

/** Listens on a free port of the loopback address until it is closed. */
export async function openAlertReceiver(key: string, clock: () => number): Promise<AlertReceiver> {
  const inboxes = new Map<string, Inbox>()
  let turnedAway = 0
  const inboxOf = (tenant: string): Inbox => {
    const inbox = inboxes.get(tenant) ?? new Inbox()
    inboxes.set(tenant, inbox)
    return inbox
  }
  const takeAlert = (request: IncomingMessage, body: string): number => {
    if (!isSigned(request.headers['smelt-signature'], body, key, clock())) {
      turnedAway += 1
      return 401
    }
    const { id, tenant, row } = JSON.parse(body) as { id: string; tenant: string; row: ViolationRow }
    if (request.headers['idempotency-key'] !== id) return 400
    inboxOf(tenant).take(id, row)
    return 204
  }
  const takeBulk = (body: string): string => {
    const lines = body.trimEnd().split('\n')
    const items = []
    for (let at = 0; at + 1 < lines.length; at += 2) {
      const { index } = JSON.parse(lines[at] ?? '') as { index: { _id: string; version: number } }
      const row = JSON.parse(lines[at + 1] ?? '') as ViolationRow & { smelt: { tenant: string } }
      items.push({ index: { _id: index._id, status: inboxOf(row.smelt.tenant).put(index._id, index.version, row) } })
    }
    return JSON.stringify({ items })
  }
  const server = createServer((request, response) => {
    void answer(request, response, (body) => {
      if (request.url === '/hook') return { status: takeAlert(request, body) }
      if (request.url?.endsWith('/_bulk') === true) return { status: 200, text: takeBulk(body) }
      return { status: 404 }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    hookUrl: `${url}/hook`,
    searchUrl: url,
    key,
    received: inboxOf,
    turnedAway: () => turnedAway,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

interface Answer {
  readonly status: number
  readonly text?: string
}

/** Reads the request and answers it. A sender that goes away in the middle is its own affair. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  take: (body: string) => Answer,
): Promise<void> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { status, text } = take(Buffer.concat(chunks).toString('utf8'))
    response.writeHead(status, text === undefined ? {} : { 'content-type': 'application/json' }).end(text)
  } catch {
    if (!response.headersSent) response.writeHead(400)
    response.end()
  }
}

/** `t=<Unix seconds>,v1=<hex>`, as a receiver has to check it: the key's owner said this, and said it now. */
function isSigned(header: string | readonly string[] | undefined, body: string, key: string, nowMs: number): boolean {
  const [, time, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(header)) ?? []
  if (time === undefined || signature === undefined) return false
  const right = createHmac('sha256', key).update(`${time}.${body}`).digest()
  return timingSafeEqual(right, Buffer.from(signature, 'hex')) && Math.abs(nowMs / 1000 - Number(time)) <= MAX_AGE_S
}

function alertOf({ device_id, rule_id, reported_at }: ViolationRow): ReceivedAlert {
  return { key: alertKey(device_id, rule_id, Date.parse(reported_at)), rule: rule_id }
}
