import { isSmeltError } from '#diagnostics'
import type { Broker, OutgoingRecord, Producer } from '#stream'
import type { Alert } from './alert.ts'
import type { Delivery, Sink } from './sink.ts'

export interface KafkaSinkConfig {
  readonly kind: 'kafka'
  /** With the tenant in front. */
  readonly topic: string
}

/** Sends alerts as JSON records keyed by the alert's key, so that those of one key stay in order. */
export function kafkaSink({ topic }: KafkaSinkConfig, broker: Broker): Sink {
  let opened: Promise<Producer> | undefined
  return {
    async deliver(alerts): Promise<Delivery> {
      try {
        opened ??= broker.producer()
        await (await opened).send(topic, alerts.map(recordOf))
        return { delivered: alerts.map(({ id }) => id), refused: [] }
      } catch (error) {
        if (!isSmeltError(error)) throw error
        // A producer that failed may not know what it sent: the next try begins with a new one.
        await opened?.then((producer) => producer.close()).catch(() => undefined)
        opened = undefined
        return { delivered: [], refused: [], retry: { reason: error.message } }
      }
    },
    async close() {
      await opened?.then((producer) => producer.close()).catch(() => undefined)
    },
  }
}

function recordOf(alert: Alert): OutgoingRecord {
  return {
    key: Buffer.from(JSON.stringify(alert.key)),
    value: Buffer.from(JSON.stringify(alert)),
    headers: [['smelt-alert-id', Buffer.from(alert.id)]],
  }
}
