import { describe, expect, it } from 'vitest'
import type { Plan, SinkPlan } from '#plan'
import { sinkConfigs } from '../../../runtime/cli/instance/open-sinks.ts'
import type { Secrets } from '../../../runtime/cli/secrets.ts'

const VALUES: Readonly<Record<string, string>> = {
  HOOK_URL: 'https://example.org/hook/token',
  WITH_PASSWORD: 'https://me:word@example.org/hook',
  NO_URL: 'a token',
  KEY: 'signing key',
  SEARCH: 'ApiKey abc',
}

const secrets: Secrets = {
  read: (name) => VALUES[name] ?? '',
  has: (name) => name in VALUES,
  place: (name) => `the file \`secrets/${name}\``,
}

function configs(...receivers: SinkPlan['receiver'][]): unknown[] {
  const sinks = receivers.map((receiver, index) => ({
    name: `sink_${index}`,
    receiver,
    maxBacklog: 1,
    onFull: 'stop' as const,
  }))
  const plan: Plan = {
    version: 1,
    tenant: 'acme',
    pipeline: 'p',
    sources: [],
    references: [],
    silver: [],
    gold: [],
    sinks,
  }
  return [...sinkConfigs(plan, secrets).values()]
}

const hook = (secret: string): SinkPlan['receiver'] => ({ kind: 'webhook', url: { secret }, timeoutMs: 10 })

describe('sinkConfigs', () => {
  it('puts the values of secrets in, and what is left out stays out', () => {
    expect(
      configs(
        {
          kind: 'webhook',
          url: { secret: 'HOOK_URL' },
          timeoutMs: 10,
          signingKey: { secret: 'KEY' },
          authorization: { secret: 'SEARCH' },
        },
        hook('HOOK_URL'),
        {
          kind: 'elasticsearch',
          url: 'http://localhost:9200',
          index: 'acme.found',
          authorization: { secret: 'SEARCH' },
          timeoutMs: 20,
        },
        { kind: 'kafka', topic: 'acme.alerts' },
      ),
    ).toEqual([
      {
        kind: 'webhook',
        url: 'https://example.org/hook/token',
        timeoutMs: 10,
        signingKey: 'signing key',
        headers: { authorization: 'ApiKey abc' },
      },
      { kind: 'webhook', url: 'https://example.org/hook/token', timeoutMs: 10 },
      {
        kind: 'elasticsearch',
        url: 'http://localhost:9200',
        index: 'acme.found',
        timeoutMs: 20,
        authorization: 'ApiKey abc',
      },
      { kind: 'kafka', topic: 'acme.alerts' },
    ])
  })

  it.each(['NO_URL', 'WITH_PASSWORD'])('refuses %s as an address, without its value', (secret) => {
    let message = ''
    try {
      configs(hook(secret))
    } catch (error) {
      message = `${String(error)} ${JSON.stringify(error)}`
      expect(error).toMatchObject({ code: 'cli/bad-sink-address' })
    }
    expect(message).toContain(`secrets/${secret}`)
    expect(message).not.toContain(VALUES[secret])
    expect(message).not.toContain('word@')
  })
})
