import { isIP } from 'node:net'
import { Connection, type ConnectionOptions } from '@platformatic/kafka'
import { smeltError } from '#diagnostics'
import type { KafkaConfig } from '../config.ts'

/** Where a broker listens. */
export interface Address {
  readonly host: string
  readonly port: number
}

const CONNECT_TIMEOUT_MS = 5000
const DEFAULT_PORT = 9092

/** The addresses of `host:port` texts; the port may be left out. */
export function parseAddress(text: string): Address {
  const colon = text.lastIndexOf(':')
  const port = colon < 0 ? DEFAULT_PORT : Number(text.slice(colon + 1))
  const host = (colon < 0 ? text : text.slice(0, colon)).replace(/^\[(.*)\]$/, '$1')
  if (host === '' || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw smeltError('stream/broker-unreachable', { address: text, detail: 'this is no `host:port`' })
  }
  return { host, port }
}

export function addressText({ host, port }: Address): string {
  return `${host}:${port}`
}

/** Opens a connection to one broker. Throws stream/broker-unreachable or, when the identity is refused, stream/denied. */
export async function connect(config: KafkaConfig, address: Address): Promise<Connection> {
  const connection = new Connection(config.clientId ?? 'smelt', connectionOptions(config, address))
  // Without a listener a connection that breaks while nobody waits for it would end the process.
  connection.on('error', () => undefined)
  try {
    await connection.connect(address.host, address.port)
    return connection
  } catch (error) {
    await connection.close().catch(() => undefined)
    const detail = reasonOf(error)
    if (isAuthentication(error))
      throw smeltError('stream/denied', { topic: addressText(address), detail }, { cause: error })
    throw smeltError('stream/broker-unreachable', { address: addressText(address), detail }, { cause: error })
  }
}

function connectionOptions({ tls, sasl }: KafkaConfig, address: Address): ConnectionOptions {
  return {
    connectTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: 30_000,
    // A server name is sent for names only; TLS knows none for addresses.
    ...(tls && { tls: tls === true ? {} : tls, tlsServerName: isIP(address.host) === 0 }),
    ...(sasl && { sasl: { mechanism: sasl.mechanism, username: sasl.username, password: sasl.password } }),
  }
}

/** The innermost message: the outer ones only say that a connection failed. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause
  return inner === undefined ? error.message : reasonOf(inner)
}

/** The error code of the protocol that a refused request carries; undefined for a fault of the connection. */
export function protocolCode(error: unknown): number | undefined {
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error
  return inner instanceof Error && 'apiCode' in inner && typeof inner.apiCode === 'number' ? inner.apiCode : undefined
}

function isAuthentication(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && error.code === 'PLT_KFK_AUTHENTICATION') || isAuthentication(error.cause)
}
