import { elasticsearchSink, type ElasticsearchConfig } from './elasticsearch.ts'
import { kafkaSink, type KafkaSinkConfig } from './kafka.ts'
import { webhookSink, type SinkPorts, type WebhookConfig } from './webhook.ts'
import type { Broker } from '#stream'
import type { Sink } from './sink.ts'

/** Where alerts go, with every secret put in. Not for logs. */
export type SinkConfig = WebhookConfig | ElasticsearchConfig | KafkaSinkConfig

/** Opens a sink; nothing is sent before the first `deliver`. The broker stays the caller's. */
export function openSink(config: SinkConfig, ports: SinkPorts & { readonly broker: Broker }): Sink {
  switch (config.kind) {
    case 'webhook':
      return webhookSink(config, ports)
    case 'elasticsearch':
      return elasticsearchSink(config, ports)
    case 'kafka':
      return kafkaSink(config, ports.broker)
  }
}
