import type { Admin, KafkaConfig as ClientConfig, SASLOptions } from 'kafkajs'
import { smeltError, type SmeltError } from '#diagnostics'
import type { KafkaConfig } from '../config.ts'

/** Runs one administrative request, on a connection that is closed afterwards. */
export async function withAdmin<T>(
  config: KafkaConfig,
  request: string,
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const { Kafka, logLevel } = await import('kafkajs')
  const admin = new Kafka({ ...clientConfig(config), logLevel: logLevel.NOTHING }).admin()
  try {
    await admin.connect()
    return await work(admin)
  } catch (error) {
    throw adminError(config, request, error)
  } finally {
    await admin.disconnect()
  }
}

function clientConfig({ brokers, clientId, tls, sasl }: KafkaConfig): ClientConfig {
  return {
    brokers: [...brokers],
    clientId: clientId ?? 'smelt',
    ...(tls && { ssl: tls }),
    ...(sasl && { sasl: saslOptions(sasl) }),
  }
}

function saslOptions({ mechanism, username, password }: NonNullable<KafkaConfig['sasl']>): SASLOptions {
  switch (mechanism) {
    case 'PLAIN':
      return { mechanism: 'plain', username, password }
    case 'SCRAM-SHA-256':
      return { mechanism: 'scram-sha-256', username, password }
    case 'SCRAM-SHA-512':
      return { mechanism: 'scram-sha-512', username, password }
  }
}

function adminError(config: KafkaConfig, request: string, error: unknown): SmeltError {
  const inner = innermost(error)
  const detail = inner.message
  const type = 'type' in inner && typeof inner.type === 'string' ? inner.type : ''
  if (inner.name === 'KafkaJSSASLAuthenticationError' || type.endsWith('AUTHORIZATION_FAILED')) {
    return smeltError('stream/denied', { topic: request, detail }, { cause: error })
  }
  if (inner.name === 'KafkaJSConnectionError') {
    return smeltError('stream/broker-unreachable', { address: config.brokers.join(', '), detail }, { cause: error })
  }
  return smeltError('stream/request-failed', { request, detail }, { cause: error })
}

/** kafkajs wraps what happened in errors about retries and about several topics. */
function innermost(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  const first: unknown = 'errors' in error && Array.isArray(error.errors) ? error.errors[0] : error.cause
  return first instanceof Error ? innermost(first) : error
}
