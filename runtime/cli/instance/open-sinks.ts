import { smeltError } from '#diagnostics'
import type { Plan, SinkPlan } from '#plan'
import type { Sink, SinkConfig } from '#sink'
import type { Broker } from '#stream'
import type { Host } from '../host.ts'
import { revealed, type Secrets } from '../secrets.ts'

/**
 * The sinks of a plan with their secrets put in, by name. Not for logs. Throws cli/missing-secret, and cli/bad-sink-address
 * when the secret is no address, without telling what it is.
 */
export function sinkConfigs({ sinks = [] }: Plan, secrets: Secrets): ReadonlyMap<string, SinkConfig> {
  return new Map(sinks.map((sink) => [sink.name, sinkConfig(sink, secrets)]))
}

/** Opens the sinks; nothing is sent before the first alert. The broker stays the caller's. */
export async function openSinks(
  host: Host,
  configs: ReadonlyMap<string, SinkConfig>,
  broker: Broker,
): Promise<ReadonlyMap<string, Sink>> {
  const { openHttpClient, openSink } = await import('#sink')
  const ports = { fetch: openHttpClient(), clock: host.clock, broker }
  return new Map([...configs].map(([name, config]) => [name, openSink(config, ports)]))
}

function sinkConfig({ name, receiver }: SinkPlan, secrets: Secrets): SinkConfig {
  if (receiver.kind === 'kafka') return receiver
  const { timeoutMs } = receiver
  const url = addressOf(name, receiver.url, secrets)
  const authorization = receiver.authorization && revealed(receiver.authorization, secrets)
  if (receiver.kind === 'elasticsearch') {
    const { kind, index } = receiver
    return { kind, url, index, timeoutMs, ...(authorization === undefined ? {} : { authorization }) }
  }
  const signingKey = receiver.signingKey && revealed(receiver.signingKey, secrets)
  return {
    kind: 'webhook',
    url,
    timeoutMs,
    ...(signingKey === undefined ? {} : { signingKey }),
    ...(authorization === undefined ? {} : { headers: { authorization } }),
  }
}

type Receiver = Exclude<SinkPlan['receiver'], { readonly kind: 'kafka' }>

function addressOf(sink: string, value: Receiver['url'], secrets: Secrets): string {
  const url = revealed(value, secrets)
  if (typeof value === 'string' || isAddress(url)) return url
  throw smeltError('cli/bad-sink-address', { sink, secret: value.secret, place: secrets.place(value.secret) })
}

/** HTTP or HTTPS without a user or a password, which requests may not have in their address. */
function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === ''
}
