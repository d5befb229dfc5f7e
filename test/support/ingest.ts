import { connect } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { compileContract } from '#contract'
import {
  createToken,
  DEFAULT_LIMITS,
  openIngest,
  openTokenBook,
  saveToken,
  type IngestLimits,
  type IngestServer,
  type LogLine,
  type ServedTopic,
} from '#ingest'
import { openStore, type ObjectStore } from '#lake'
import { createRecordColumns, openBroker, type Broker } from '#stream'
import { recordsOf, type SeenRecord } from '../conformance/broker.ts'

/** A reading: a required id, a bounded number, and a note that may be left out. */
export const CONTRACT = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'celsius'],
  properties: {
    id: { type: 'string', minLength: 1 },
    celsius: { type: 'number', minimum: -90, maximum: 60 },
    note: { type: 'string' },
    count: { type: 'integer' },
  },
}

/** Topics `readings` and `limits` of acme, and `readings` and `secrets` of globex. */
export function servedTopics(): ServedTopic[] {
  const { contract } = compileContract({ file: 'reading.schema.json', text: JSON.stringify(CONTRACT) })
  if (contract === undefined) throw new Error('the contract does not compile')
  const source = (name: string, versioned = false) => ({ name, contract, maxRecordBytes: 100_000, versioned })
  return [
    { tenant: 'acme', topic: 'readings', sources: [source('weather/readings')], keyField: 'id' },
    { tenant: 'acme', topic: 'limits', sources: [source('weather/limits', true)], keyField: 'id' },
    { tenant: 'globex', topic: 'readings', sources: [source('weather/readings')] },
    { tenant: 'globex', topic: 'secrets', sources: [source('weather/secrets')] },
  ]
}

export interface IngestBed {
  readonly server: IngestServer
  readonly broker: Broker
  readonly stores: ReadonlyMap<string, ObjectStore>
  readonly lines: LogLine[]
  readonly folder: string
  /** Makes a token and gives it. */
  token(about?: { tenant?: string; topics?: 'all' | string[]; expiresMs?: number }): Promise<string>
  /** Sends to acme's readings, with a token for all of acme's topics, unless told otherwise. */
  post(body: string | Uint8Array, options?: PostOptions): Promise<Answered>
  /** Every record of a topic at the broker. */
  records(topic: string): Promise<SeenRecord[]>
}

export interface PostOptions {
  readonly path?: string
  readonly method?: string
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Another token; null for none. */
  readonly token?: string | null
}

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly body: AnswerBody
}

export interface AnswerBody {
  readonly request_id: string
  readonly records?: number
  readonly repeated?: boolean
  readonly positions?: readonly { partition: number; offset: number }[]
  readonly refused?: readonly { record: number; code: string; path: string; violations?: readonly { path: string }[] }[]
  readonly error?: { code: string; message: string; why: string; fix: string }
}

export const NDJSON = 'application/x-ndjson'
export const BATCH = 'application/vnd.smelt.batch+json'

/** A valid reading. */
export const reading = (id: string | number, celsius = 20): string => JSON.stringify({ id: String(id), celsius })

/** A server on a free port of loopback, over a topic log unless a broker is given; closed when the test is. */
export async function openIngestBed(
  options: {
    readonly broker?: Broker
    readonly limits?: Partial<IngestLimits>
    readonly clock?: () => number
    readonly folder?: string
    readonly isActive?: (tenant: string) => boolean
  } = {},
): Promise<IngestBed> {
  const folder = options.folder ?? (await mkdtemp(path.join(os.tmpdir(), 'smelt-ingest-')))
  const broker = options.broker ?? (await openBroker({ kind: 'topic-log', path: path.join(folder, 'topics') }))
  const clock = options.clock ?? Date.now
  const stores = new Map<string, ObjectStore>()
  for (const tenant of ['acme', 'globex']) {
    stores.set(tenant, await openStore({ kind: 'folder', path: path.join(folder, 'lake', tenant) }))
  }
  const lines: LogLine[] = []
  const server = await openIngest({
    broker,
    topics: servedTopics(),
    tokens: new Map([...stores].map(([tenant, store]) => [tenant, openTokenBook(store, clock)])),
    isActive: options.isActive ?? (() => true),
    address: { host: '127.0.0.1', port: 0 },
    stateFolder: path.join(folder, 'state'),
    partitions: 3,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    version: '0.0.0',
    clock,
    log: (line) => void lines.push(line),
  })
  onTestFinished(async () => {
    await server.drain()
    await broker.close()
    await rm(folder, { recursive: true, force: true })
  })
  const token: IngestBed['token'] = async ({ tenant = 'acme', topics = 'all', expiresMs } = {}) => {
    const about = { tenant, topics, createdMs: clock(), createdBy: 'tester' }
    const made = createToken(expiresMs === undefined ? about : { ...about, expiresMs })
    const store = stores.get(tenant)
    if (store === undefined || !(await saveToken(store, made.stored))) throw new Error('the token was not saved')
    return made.token
  }
  const own = await token()
  return {
    server,
    broker,
    stores,
    lines,
    folder,
    token,
    post: (body, post) => send(server.url, body, { token: own, ...post }),
    records: (topic) => readTopic(broker, topic),
  }
}

/** One request, and its answer. */
export async function send(url: string, body: string | Uint8Array, options: PostOptions): Promise<Answered> {
  const { path: place = '/v1/acme/readings', method = 'POST', type = 'application/json', headers = {} } = options
  const { token } = options
  const authorization = token === null || token === undefined ? {} : { authorization: `Bearer ${token}` }
  const response = await fetch(url + place, {
    method,
    headers: { 'content-type': type, ...authorization, ...headers },
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: Buffer.from(body) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? {} : JSON.parse(text)) as AnswerBody,
  }
}

/** Sends bytes as they are to a server and gives what comes back until it closes the connection. */
export function sendRaw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    let seen = ''
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    socket.on('data', (chunk) => (seen += String(chunk)))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(seen))
  })
}

/** Every record of a topic. */
export async function readTopic(broker: Broker, topic: string): Promise<SeenRecord[]> {
  const from = await broker.offsets(topic, 'earliest')
  const until = await broker.offsets(topic, 'latest')
  const seen: SeenRecord[] = []
  const reader = await broker.open(topic, from)
  try {
    const columns = createRecordColumns({ rows: 20_000, bytes: 8 << 20 })
    const open = new Map([...until].filter(([partition, end]) => end > (from.get(partition) ?? 0n)))
    while (open.size > 0) {
      columns.clear()
      const read = await reader.read(columns, { rows: 20_000, bytes: 8 << 20, deadlineMs: 5_000, until })
      if (!read.ok) throw new Error(read.code)
      seen.push(...recordsOf(columns))
      for (const { partition, next } of read.positions) if (next >= (until.get(partition) ?? 0n)) open.delete(partition)
    }
    return seen
  } finally {
    await reader.close()
  }
}
