import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseProject, type EnvironmentNode } from '#spec'

const shipped = readFileSync('smelt.yaml', 'utf8')

function parse(text: string, env: Record<string, string> = {}, environment?: string): ReturnType<typeof parseProject> {
  const asked = environment === undefined ? {} : { environment }
  return parseProject({ file: 'smelt.yaml', text, env: (name) => env[name], ...asked })
}

function only(environment: string, env: Record<string, string> = {}): EnvironmentNode | undefined {
  const text = `smelt: 1\ndefault_environment: e\nenvironments:\n  e: ${environment}\n`
  const { node, diagnostics } = parse(text, env)
  expect(diagnostics).toEqual([])
  return node?.environments[0]?.node
}

function codes(environment: string): string[] {
  const text = `smelt: 1\ndefault_environment: e\nenvironments:\n  e: ${environment}\n`
  return parse(text).diagnostics.map(({ code, pointer }) => `${code} ${pointer ?? ''}`)
}

describe('the shipped project', () => {
  it('has four environments without any variable set', () => {
    const { node, diagnostics } = parse(shipped)
    expect(diagnostics).toEqual([])
    expect(node?.environments.map(({ name }) => name)).toEqual(['local', 'kafka', 's3', 'prod'])
  })

  it('takes brokers, bucket and store from the environment', () => {
    const env = { SMELT_KAFKA: 'a:1,b:2', SMELT_S3_BUCKET: 'lake', SMELT_S3_ENDPOINT: 'http://127.0.0.1:9' }
    const s3 = parse(shipped, env, 's3').node?.environments[2]?.node
    expect(s3?.broker).toMatchObject({ kind: 'kafka', bootstrap: [{ value: 'a:1' }, { value: 'b:2' }] })
    expect(s3?.lake).toMatchObject({
      bucket: { value: 'lake-{tenant}' },
      endpoint: 'http://127.0.0.1:9',
      pathStyle: true,
      accessKeyId: { secret: 'S3_ACCESS_KEY_ID' },
      secretAccessKey: { secret: 'S3_SECRET_ACCESS_KEY' },
    })
  })
})

describe('an environment', () => {
  it('has defaults for everything but the broker and the lake', () => {
    const node = only('{ broker: { topic_log: t }, lake: { folder: l } }')
    expect(node?.secrets).toEqual({ kind: 'env', prefix: 'SMELT_SECRET_' })
    expect(node?.engine).toEqual({
      memoryLimitBytes: 512_000_000,
      batchRows: 245_760,
      batchBytes: 96_000_000,
      checkpointEveryMs: 10_000,
    })
  })

  it('takes TLS and SASL with secrets by name only', () => {
    const kafka = '{ bootstrap: [a:1], tls: { ca: ca.pem }, sasl: { username: me, password: "${secrets.P}" } }'
    expect(only(`{ broker: { kafka: ${kafka} }, lake: { folder: l } }`)?.broker).toMatchObject({
      tls: { ca: 'ca.pem' },
      sasl: { mechanism: 'scram-sha-512', username: 'me', password: { secret: 'P' } },
    })
    expect(only('{ broker: { kafka: { bootstrap: a:1, tls: true } }, lake: { folder: l } }')?.broker).toMatchObject({
      tls: true,
    })
  })

  it('takes numbers from the environment', () => {
    const node = only('{ broker: { topic_log: t }, lake: { folder: l }, engine: { threads: "${env.N}" } }', { N: '3' })
    expect(node?.engine.threads).toBe(3)
  })

  it.each([
    ['{ broker: { topic_log: t }, lake: { s3: { bucket: lake } } }', 'spec/shared-lake /environments/e/lake/s3/bucket'],
    [
      '{ broker: { topic_log: t }, lake: { s3: { bucket: "b-{tenant}", access_key_id: A } } }',
      'spec/missing-field /environments/e/lake/s3',
    ],
    [
      '{ broker: { topic_log: t, kafka: { bootstrap: a:1 } }, lake: { folder: l } }',
      'spec/conflicting-fields /environments/e/broker/kafka',
    ],
    [
      '{ broker: { kafka: { bootstrap: "a:1,b" } }, lake: { folder: l } }',
      'spec/bad-value /environments/e/broker/kafka/bootstrap',
    ],
    [
      '{ broker: { topic_log: t }, lake: { folder: l }, secrets: { folder: s, env_prefix: P } }',
      'spec/conflicting-fields /environments/e/secrets/env_prefix',
    ],
    [
      '{ broker: { topic_log: t }, lake: { folder: l }, engine: { memory_limit: 1MB } }',
      'spec/bad-value /environments/e/engine/memory_limit',
    ],
    ['{ broker: { topic_log: t } }', 'spec/missing-field /environments/e'],
  ])('is refused: %s', (environment, problem) => {
    expect(codes(environment)).toEqual([problem])
  })

  it.each(['"lake-{tenant}"', 'lake, prefix: "a/{tenant}/b"'])('on S3 keeps tenants apart: %s', (bucket) => {
    expect(only(`{ broker: { topic_log: t }, lake: { s3: { bucket: ${bucket} } } }`)?.lake.kind).toBe('s3')
  })
})

describe('the environment that is used', () => {
  const text = `smelt: 1
default_environment: local
environments:
  local: { broker: { topic_log: t }, lake: { folder: l } }
  prod: { broker: { kafka: { bootstrap: "\${env.KAFKA}" } }, lake: { folder: l } }
`

  it('is the only one that needs its variables', () => {
    const { node, diagnostics } = parse(text)
    expect(diagnostics).toEqual([])
    expect(node?.environments.map(({ name }) => name)).toEqual(['local'])
    expect(parse(text, {}, 'prod').diagnostics.map(({ code }) => code)).toEqual(['spec/missing-env'])
    expect(parse(text, { KAFKA: 'a:1' }, 'prod').node?.environments).toHaveLength(2)
  })

  it('is not told from another by a common beginning of the name', () => {
    const twins = text.replace(
      'local: {',
      'prod-eu: { broker: { topic_log: "${env.T}" }, lake: { folder: l } }\n  local: {',
    )
    expect(parse(twins, { KAFKA: 'a:1' }, 'prod').diagnostics).toEqual([])
  })

  it('must be declared', () => {
    expect(parse(text, {}, 'prd')).toMatchObject({
      diagnostics: [{ code: 'spec/unknown-environment', help: 'Known environments: `local`.' }],
    })
    expect(parse(text.replace('default_environment: local', 'default_environment: locl')).diagnostics).toMatchObject([
      { code: 'spec/unknown-environment', span: { start: { line: 2, column: 22 } }, help: 'Did you mean `local`?' },
    ])
  })
})
