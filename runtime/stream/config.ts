import type { Diagnostic } from '#diagnostics'
import type { ConnectionOptions as TlsOptions } from 'node:tls'

/** How to reach a broker. `onNotice` hears what is worth telling and is no failure: a repaired log, a lost connection. */
export type BrokerConfig = TopicLogConfig | KafkaConfig

export interface TopicLogConfig {
  readonly kind: 'topic-log'
  /** The folder that holds one folder per topic. */
  readonly path: string
  /** Bytes after which a segment file is closed and the next begun. Default 64 MiB. */
  readonly segmentBytes?: number
  readonly onNotice?: (notice: Diagnostic) => void
}

export interface KafkaConfig {
  readonly kind: 'kafka'
  /** `host:port` of one or more brokers to start from. */
  readonly brokers: readonly string[]
  readonly clientId?: string
  /** True for TLS with the machine's trust store, or the options of node:tls. */
  readonly tls?: boolean | TlsOptions
  readonly sasl?: SaslConfig
  readonly onNotice?: (notice: Diagnostic) => void
}

export interface SaslConfig {
  readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
  readonly username: string
  readonly password: string
}
