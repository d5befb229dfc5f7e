import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { isSmeltError } from '#diagnostics'
import { openEnvironment } from '../../runtime/cli/environment.ts'
import { openProject } from '../../runtime/cli/project.ts'
import { bufferHost } from './support/buffer-host.ts'
import { project, write } from './support/project.ts'

const SMELT_YAML = `smelt: 1
default_environment: prod
environments:
  prod:
    broker:
      kafka:
        bootstrap: [kafka-1:9093, kafka-2:9093]
        tls: { ca: certs/ca.pem, cert: certs/client.pem, key: "\${secrets.CLIENT_KEY}" }
        sasl: { mechanism: scram-sha-256, username: smelt, password: "\${secrets.KAFKA_PASSWORD}" }
    lake:
      s3:
        bucket: lake-{tenant}
        prefix: v1/{tenant}
        region: eu-central-1
        access_key_id: \${secrets.KEY_ID}
        secret_access_key: \${secrets.KEY}
    secrets: { env_prefix: PROD_ }
  local:
    broker: { topic_log: topics }
    lake: { folder: lake }
    secrets: { folder: keys }
`
const VARIABLES = { PROD_CLIENT_KEY: 'pem', PROD_KAFKA_PASSWORD: 'pass\nword', PROD_KEY_ID: 'id', PROD_KEY: 'key' }

function open(env?: string, variables: Readonly<Record<string, string>> = VARIABLES) {
  const folder = project({ 'smelt.yaml': SMELT_YAML, 'certs/ca.pem': 'CA', 'certs/client.pem': 'CERT' })
  const host = bufferHost({ folder, variables })
  const globals = { json: false, colours: false, ...(env === undefined ? {} : { env }) }
  return { folder, environment: openEnvironment(host, globals, openProject(host, globals)) }
}

describe('openEnvironment', () => {
  it('gives a broker and a store per tenant, with the values of secrets', () => {
    const { environment } = open()
    expect(environment.broker()).toEqual({
      kind: 'kafka',
      brokers: ['kafka-1:9093', 'kafka-2:9093'],
      clientId: 'smelt',
      tls: { ca: 'CA', cert: 'CERT', key: 'pem' },
      sasl: { mechanism: 'SCRAM-SHA-256', username: 'smelt', password: 'pass\nword' },
    })
    expect(environment.store('acme')).toEqual({
      kind: 's3',
      bucket: 'lake-acme',
      prefix: 'v1/acme',
      region: 'eu-central-1',
      accessKeyId: 'id',
      secretAccessKey: 'key',
    })
  })

  it('gives each tenant a folder of its own', () => {
    const { folder, environment } = open('local')
    expect(environment.broker()).toEqual({ kind: 'topic-log', path: path.join(folder, 'topics') })
    expect(environment.store('globex')).toEqual({ kind: 'folder', path: path.join(folder, 'lake', 'globex') })
  })

  it('reads a secret from a file without its last line end, and nothing but that', () => {
    const { folder, environment } = open('local')
    write(folder, { 'keys/A': ' va lue \n\r\n', 'keys/B': 'no line end', 'keys/EMPTY': '\n' })
    expect(environment.secrets.read('A')).toBe(' va lue \n')
    expect(environment.secrets.read('B')).toBe('no line end')
    expect(environment.secrets.has('A')).toBe(true)
    expect(environment.secrets.has('EMPTY')).toBe(false)
    expect(() => environment.secrets.read('EMPTY')).toThrow(
      'The secret `EMPTY` is empty: it was looked for in the file `keys/EMPTY`',
    )
    expect(() => environment.secrets.read('NONE')).toThrow(
      'The secret `NONE` is not set: it was looked for in the file `keys/NONE`',
    )
  })

  it('names a missing secret and its variable, and no value', () => {
    const { environment } = open('prod', { ...VARIABLES, PROD_KEY: '' })
    try {
      environment.store('acme')
      expect.unreachable()
    } catch (error) {
      expect(isSmeltError(error, 'cli/missing-secret')).toBe(true)
      const text = isSmeltError(error) ? JSON.stringify(error.diagnostic) : ''
      expect(text).toContain('the environment variable `PROD_KEY`')
      for (const value of ['pass', '"id"', 'pem"']) expect(text).not.toContain(value)
    }
  })
})
