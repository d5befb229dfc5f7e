import { createHmac } from 'node:crypto'
import { post, retryOf, shortText, type Fetch } from './http.ts'
import type { Alert } from './alert.ts'
import type { Delivery, Refused, Sink } from './sink.ts'

export interface WebhookConfig {
  readonly kind: 'webhook'
  readonly url: string
  /** Signs each request: see `signature`. */
  readonly signingKey?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs: number
}

/** What a sink takes from its caller. */
export interface SinkPorts {
  readonly fetch: Fetch
  /** Milliseconds since the Unix epoch. */
  readonly clock: () => number
}

/**
 * Posts each alert as one JSON object, in order, with its id as `Idempotency-Key`. A 2xx is delivered; 408, 425, 429,
 * 5xx and no answer are tried again; everything else is refused.
 */
export function webhookSink(config: WebhookConfig, { fetch, clock }: SinkPorts): Sink {
  const { url, timeoutMs } = config
  return {
    async deliver(alerts, signal): Promise<Delivery> {
      const delivered: string[] = []
      const refused: Refused[] = []
      for (const alert of alerts) {
        const body = JSON.stringify(alert)
        const headers = headersOf(config, alert, body, clock())
        const answer = await post(fetch, { url, headers, body, timeoutMs, signal, nowMs: clock() })
        const retry = retryOf(answer)
        if (retry !== undefined) return { delivered, refused, retry }
        const { status = 0, text = '' } = answer.status === undefined ? {} : answer
        if (status >= 200 && status < 300) delivered.push(alert.id)
        else refused.push({ id: alert.id, reason: shortText(`${status} ${text}`) })
      }
      return { delivered, refused }
    },
    close: () => Promise.resolve(),
  }
}

function headersOf(config: WebhookConfig, alert: Alert, body: string, nowMs: number): Record<string, string> {
  const { signingKey } = config
  return {
    ...config.headers,
    'content-type': 'application/json',
    'idempotency-key': alert.id,
    ...(signingKey === undefined ? {} : { 'smelt-signature': signature(signingKey, body, nowMs) }),
  }
}

/**
 * `t=<Unix seconds>,v1=<hex>`: the HMAC-SHA-256 under the key of the time, a full stop and the body. The time is part of
 * it so that a receiver can refuse what somebody recorded and sends again.
 */
export function signature(key: string, body: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000)
  return `t=${seconds},v1=${createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')}`
}
