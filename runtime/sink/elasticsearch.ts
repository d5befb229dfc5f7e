import { post, retryOf, shortText } from './http.ts'
import type { Alert } from './alert.ts'
import type { Delivery, Refused, Sink } from './sink.ts'
import type { SinkPorts } from './webhook.ts'

export interface ElasticsearchConfig {
  readonly kind: 'elasticsearch'
  /** Of Elasticsearch or OpenSearch, without the path of an API. */
  readonly url: string
  readonly index: string
  /** The value of the `Authorization` header. */
  readonly authorization?: string
  readonly timeoutMs: number
}

/** The most bytes of one bulk request; servers take 100 MB, and small ones keep their memory low. */
const BULK_BYTES = 5_000_000

/**
 * Indexes alerts by the bulk API, the alert's id as document id and its checkpoint as external version: what is there
 * already, or newer, stays. Items are looked at one by one: those that the server had no room for are tried again, those
 * that it cannot take are refused. Speaks plain HTTP, which Elasticsearch and OpenSearch answer alike.
 */
export function elasticsearchSink(config: ElasticsearchConfig, ports: SinkPorts): Sink {
  return {
    async deliver(alerts, signal): Promise<Delivery> {
      const delivered: string[] = []
      const refused: Refused[] = []
      for (const chunk of chunks(alerts)) {
        const result = await bulk(config, ports, chunk, signal)
        delivered.push(...result.delivered)
        refused.push(...result.refused)
        if (result.retry !== undefined) return { delivered, refused, retry: result.retry }
      }
      return { delivered, refused }
    },
    close: () => Promise.resolve(),
  }
}

async function bulk(
  config: ElasticsearchConfig,
  { fetch, clock }: SinkPorts,
  alerts: readonly Alert[],
  signal: AbortSignal,
): Promise<Delivery> {
  const { authorization, timeoutMs } = config
  const headers = {
    'content-type': 'application/x-ndjson',
    ...(authorization === undefined ? {} : { authorization }),
  }
  const url = `${config.url.replace(/\/+$/, '')}/${encodeURIComponent(config.index)}/_bulk`
  const answer = await post(fetch, { url, headers, body: bulkBody(alerts), timeoutMs, signal, nowMs: clock() })
  const retry = retryOf(answer)
  if (retry !== undefined || answer.status === undefined) {
    return { delivered: [], refused: [], retry: retry ?? { reason: 'it gave no answer' } }
  }
  if (answer.status !== 200) {
    const reason = shortText(`${answer.status} ${answer.text}`)
    return { delivered: [], refused: alerts.map(({ id }) => ({ id, reason })) }
  }
  return outcome(alerts, answer.text)
}

function bulkBody(alerts: readonly Alert[]): string {
  return alerts.map((alert) => `${actionOf(alert)}\n${documentOf(alert)}\n`).join('')
}

function actionOf({ id, checkpoint }: Alert): string {
  return JSON.stringify({ index: { _id: id, version: checkpoint, version_type: 'external' } })
}

function documentOf({ tenant, pipeline, table, row }: Alert): string {
  return JSON.stringify({ ...row, smelt: { tenant, pipeline, table } })
}

/** One item of the server's answer. */
interface Item {
  readonly index?: { readonly status?: number; readonly error?: { readonly type?: string; readonly reason?: string } }
}

/** Item by item, in the order they were sent: a conflict means that this version, or a newer one, is there. */
function outcome(alerts: readonly Alert[], text: string): Delivery {
  const items = itemsOf(text)
  if (items?.length !== alerts.length)
    return { delivered: [], refused: [], retry: { reason: 'its answer is no answer to a bulk request' } }
  const delivered: string[] = []
  const refused: Refused[] = []
  let busy: number | undefined
  alerts.forEach(({ id }, at) => {
    const { status = 0, error } = items[at]?.index ?? {}
    if ((status >= 200 && status < 300) || status === 409) delivered.push(id)
    else if (status === 429 || status >= 500) busy = status
    else refused.push({ id, reason: shortText(`${status} ${error?.type ?? ''}: ${error?.reason ?? ''}`) })
  })
  return { delivered, refused, ...(busy === undefined ? {} : { retry: { reason: `it answered ${busy} for some` } }) }
}

function itemsOf(text: string): readonly Item[] | undefined {
  try {
    const { items } = JSON.parse(text) as { items?: unknown }
    return Array.isArray(items) ? (items as readonly Item[]) : undefined
  } catch {
    return undefined
  }
}

function* chunks(alerts: readonly Alert[]): Generator<Alert[]> {
  let chunk: Alert[] = []
  let bytes = 0
  for (const alert of alerts) {
    const size = Buffer.byteLength(documentOf(alert)) + 200
    if (chunk.length > 0 && bytes + size > BULK_BYTES) {
      yield chunk
      chunk = []
      bytes = 0
    }
    chunk.push(alert)
    bytes += size
  }
  if (chunk.length > 0) yield chunk
}
