import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { smeltError } from '#diagnostics'
import type { Broker } from '#stream'
import { json, problemAnswer, storedAnswer, type Answer } from './answer.ts'
import { Appender } from './appender.ts'
import { authenticate, authorise } from './authorise.ts'
import { createBudget, type Budget } from './budget.ts'
import { openGate } from './gate.ts'
import type { IngestLimits } from './limits.ts'
import { openApi } from './openapi.ts'
import { ClientGone, discardRest } from './read-body.ts'
import { levelOf, type LogLine, type RequestLine } from './request-log.ts'
import { faultOf, placeOf, requestIdOf, urlOf, wrongMethod } from './request-parts.ts'
import { brokerTopic, type ServedTopic } from './served-topic.ts'
import { plain, takeRecords, type OpenTopic } from './take-records.ts'
import type { TokenBook } from './token-book.ts'
import { allowsTopic } from './token.ts'

export interface IngestOptions {
  readonly broker: Broker
  readonly topics: readonly ServedTopic[]
  /** The tokens of each tenant that is served. */
  readonly tokens: ReadonlyMap<string, TokenBook>
  /** Whether a tenant takes records at this moment. */
  readonly isActive: (tenant: string) => boolean
  readonly address: { readonly host: string; readonly port: number }
  /** A folder of this server alone: which requests were answered. */
  readonly stateFolder: string
  /** Topic partitions of a topic that has to be created. */
  readonly partitions: number
  readonly limits: IngestLimits
  readonly version: string
  readonly clock: () => number
  readonly log: (line: LogLine) => void
}

/** A server that takes records. */
export interface IngestServer {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string
  /**
   * Takes no new requests, finishes those in flight, and closes. False when some had to be cut off because they took longer
   * than `drainMs`; none of those was acknowledged.
   */
  drain(): Promise<boolean>
}

/** Opens a server; it takes requests when this resolves. Throws ingest/address-taken. The broker stays the caller's. */
export async function openIngest(options: IngestOptions): Promise<IngestServer> {
  const topics = new Map<string, OpenTopic>()
  for (const served of options.topics) topics.set(brokerTopic(served), await openTopic(served, options))
  const ingest = new Ingest(options, topics)
  await ingest.listen()
  return ingest
}

async function openTopic(served: ServedTopic, options: IngestOptions): Promise<OpenTopic> {
  const { broker, partitions, stateFolder, clock, limits } = options
  const topic = brokerTopic(served)
  const ledgerFile = path.join(stateFolder, `${topic}.keys.ndjson`)
  const appender = new Appender({ broker, topic, partitions, ledgerFile, clock, limits })
  return { served, gate: await openGate(served.sources), appender }
}

/** What is known of a request while it is answered, for its line in the log. */
type About = { -readonly [field in keyof RequestLine]?: RequestLine[field] }

class Ingest implements IngestServer {
  readonly #options: IngestOptions
  readonly #topics: ReadonlyMap<string, OpenTopic>
  readonly #budget: Budget
  readonly #server: Server
  #draining = false
  #url = ''

  constructor(options: IngestOptions, topics: ReadonlyMap<string, OpenTopic>) {
    const { limits } = options
    this.#options = options
    this.#topics = topics
    this.#budget = createBudget({ total: limits.maxBytesInFlight, perTenant: limits.maxTenantBytesInFlight })
    // Node's own time-out is behind ours, for what comes before a body.
    const timeouts = { requestTimeout: limits.bodyTimeoutMs + 10_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 }
    this.#server = createServer(timeouts, (request, response) => void this.#serve(request, response))
    this.#server.maxConnections = limits.maxConnections
  }

  get url(): string {
    return this.#url
  }

  listen(): Promise<void> {
    const { host, port } = this.#options.address
    return new Promise((resolve, reject) => {
      const onError = ({ message }: Error): void => {
        reject(smeltError('ingest/address-taken', { address: `${host}:${port}`, detail: message }))
      }
      this.#server.once('error', onError)
      this.#server.listen(port, host, () => {
        this.#server.off('error', onError)
        const bound = this.#server.address() as AddressInfo
        this.#url = `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`
        resolve()
      })
    })
  }

  async drain(): Promise<boolean> {
    this.#draining = true
    let whole = true
    await new Promise<void>((resolve) => {
      const cut = setTimeout(() => {
        whole = false
        this.#server.closeAllConnections()
      }, this.#options.limits.drainMs)
      this.#server.close(() => {
        clearTimeout(cut)
        resolve()
      })
      this.#server.closeIdleConnections()
    })
    for (const { appender } of this.#topics.values()) await appender.close()
    return whole
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startMs = performance.now()
    const requestId = requestIdOf(request)
    const about: About = {}
    let answer: Answer | undefined
    try {
      answer = await this.#answer(request, requestId, about)
    } catch (error) {
      Object.assign(about, faultOf(error))
      if (!(error instanceof ClientGone)) answer = problemAnswer(requestId, error)
    }
    if (answer !== undefined) await this.#send(request, response, requestId, answer)
    this.#options.log({
      event: 'request',
      level: levelOf(answer?.status),
      request_id: requestId,
      method: request.method ?? '',
      path: plain(request.url ?? ''),
      ...(answer !== undefined && { status: answer.status }),
      ms: Math.round(performance.now() - startMs),
      ...about,
    })
  }

  async #answer(request: IncomingMessage, requestId: string, about: About): Promise<Answer> {
    const url = urlOf(request.url ?? '')
    const read = this.#reads.get(url.pathname)
    if (read !== undefined) return wrongMethod(request, requestId, 'GET') ?? read(request)
    const place = placeOf(url.pathname)
    if (place === undefined) throw smeltError('ingest/unknown-path', { path: plain(url.pathname) })
    const wrong = wrongMethod(request, requestId, 'POST')
    if (wrong !== undefined) return wrong
    const token = await authenticate(request.headers.authorization, this.#options.tokens)
    about.token = token.id
    about.tenant = token.tenant
    const topic = authorise(token, place, this.#topics)
    about.topic = place.topic
    if (!this.#options.isActive(token.tenant)) throw smeltError('ingest/suspended', {})
    if (this.#draining) throw smeltError('ingest/draining', {})
    return this.#take(request, { requestId, query: url.searchParams, topic, about })
  }

  async #take(
    request: IncomingMessage,
    call: {
      readonly requestId: string
      readonly query: URLSearchParams
      readonly topic: OpenTopic
      readonly about: About
    },
  ): Promise<Answer> {
    const { requestId, query, topic, about } = call
    const { limits, clock } = this.#options
    const hold = this.#budget.open(topic.served.tenant)
    try {
      const taken = await takeRecords(request, { topic, query, hold, limits, clock })
      const { stored, refused, refusedCount, records, bytes } = taken
      Object.assign(about, { records, bytes, ...(refusedCount > 0 && { refused: refusedCount }) })
      if (stored !== undefined) return storedAnswer({ requestId, topic: topic.served.topic, refused }, stored)
      about.code = 'ingest/records-refused'
      return problemAnswer(requestId, smeltError('ingest/records-refused', { refused: refusedCount, records }), refused)
    } finally {
      hold.release()
    }
  }

  readonly #reads = new Map<string, (request: IncomingMessage) => Answer | Promise<Answer>>([
    ['/healthz', () => json(200, '{"status":"ok"}\n')],
    ['/readyz', () => (this.#draining ? json(503, '{"status":"draining"}\n') : json(200, '{"status":"ready"}\n'))],
    ['/v1/openapi.json', (request) => this.#document(request)],
  ])

  /** Without a token the general form: what topics there are is for those who may write them. */
  async #document({ headers: { authorization } }: IncomingMessage): Promise<Answer> {
    const { limits, version, tokens, topics } = this.#options
    const token = authorization === undefined ? undefined : await authenticate(authorization, tokens)
    const own = topics.filter(({ tenant, topic }) => tenant === token?.tenant && allowsTopic(token, topic))
    return json(200, `${JSON.stringify(openApi(own, { limits, version }))}\n`)
  }

  /** A connection goes on when its request was read to the end, and the server does too. */
  async #send(request: IncomingMessage, response: ServerResponse, requestId: string, answer: Answer): Promise<void> {
    const isWhole = await discardRest(request)
    if (response.destroyed) return
    response.writeHead(answer.status, {
      ...answer.headers,
      'Content-Length': Buffer.byteLength(answer.body),
      'X-Request-Id': requestId,
      ...((this.#draining || !isWhole) && { Connection: 'close' }),
    })
    await new Promise<void>((resolve) => {
      response.once('close', resolve)
      response.end(answer.body, resolve)
    })
  }
}
