export { alertId, type Alert } from './alert.ts'
export {
  openOutbox,
  type DrainLimits,
  type Failing,
  type Outbox,
  type OutboxOptions,
  type OutboxState,
} from './outbox.ts'
export { openHttpClient } from './http-client.ts'
export { openSink, type SinkConfig } from './open-sink.ts'
export { signature } from './webhook.ts'
export type { Delivery, Refused, Retry, Sink } from './sink.ts'
