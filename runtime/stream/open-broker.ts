import type { BrokerConfig } from './config.ts'
import type { Broker } from './port.ts'

/**
 * Opens the broker that `config` names and checks that it answers. Throws stream/broker-unreachable or stream/denied.
 * Each adapter is loaded when it is first asked for.
 */
export async function openBroker(config: BrokerConfig): Promise<Broker> {
  switch (config.kind) {
    case 'topic-log': {
      const { openTopicLog } = await import('./topic-log/broker.ts')
      return openTopicLog(config)
    }
    case 'kafka': {
      const { openKafka } = await import('./kafka/broker.ts')
      return openKafka(config)
    }
  }
}
