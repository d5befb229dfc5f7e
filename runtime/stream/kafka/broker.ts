import type { KafkaConfig } from '../config.ts'
import type { Broker } from '../port.ts'

export function openKafka(config: KafkaConfig): Promise<Broker> {
  return Promise.reject(new Error(config.brokers.join()))
}
