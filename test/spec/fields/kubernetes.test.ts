import { isIP } from 'node:net'
import { describe, expect, it } from 'vitest'
import { CIDR, DISK_SIZE, NEIGHBOUR, parseProject, POD_IMAGE } from '#spec'
import { seededRandom } from '../../support/random.ts'

describe('a network', () => {
  it('is what this machine takes for an address, with the length of its prefix', () => {
    const pieces = ['0', '1', 'a', 'fe80', ':', '::', '.', '255', '256', '10', '2001', 'ffff']
    const random = seededRandom(7)
    let known = 0
    const wrong: string[] = []
    for (let tries = 0; tries < 100_000; tries++) {
      const address = Array.from({ length: 1 + random.below(16) }, () => random.pick(pieces)).join('')
      const version = isIP(address)
      // The old form that mixes both is for nobody's network.
      if (version === 6 && address.includes('.')) continue
      if (version !== 0) known++
      if (CIDR.test(`${address}/8`) !== (version !== 0)) wrong.push(address)
    }
    expect(wrong).toEqual([])
    expect(known).toBeGreaterThan(500)
  })

  it.each(['10.0.0.0/0', '10.0.0.0/32', '::/0', 'fd00::/128'])('is %s', (text) => expect(CIDR.test(text)).toBe(true))
  it.each(['10.0.0.0', '10.0.0.0/33', '10.0.0.0/08', '::/129', '::/', 'fd00::1/0x8', ' 10.0.0.0/8'])(
    'is not %j',
    (text) => expect(CIDR.test(text)).toBe(false),
  )
})

describe('names', () => {
  it.each(['ingress-nginx', '10.0.0.0/8', 'a'])('of who may send: %s', (text) =>
    expect(NEIGHBOUR.test(text)).toBe(true),
  )
  it.each(['-a', 'a-', 'A', 'a.b', '*', '10.0.0.0/99'])('and not %j', (text) =>
    expect(NEIGHBOUR.test(text)).toBe(false),
  )
  it.each(['smelt:0.1.0', 'r.example.org:5000/a/b:v1', `smelt@sha256:${'a'.repeat(64)}`])('of an image: %s', (text) =>
    expect(POD_IMAGE.test(text)).toBe(true),
  )
  it.each(['smelt', 'smelt:latest', 'r.example.org:5000/a', 'smelt:', 'smelt@sha256:abc'])('and not %j', (text) =>
    expect(POD_IMAGE.test(text)).toBe(false),
  )
  it.each(['20Gi', '512Mi', '1Ti'])('of a size: %s', (text) => expect(DISK_SIZE.test(text)).toBe(true))
})

describe('the bucket of an environment', () => {
  const problems = (bucket: string): string[] => {
    const text = `smelt: 1
default_environment: prod
environments:
  prod: { broker: { topic_log: topics }, lake: { s3: { bucket: "${bucket}" } } }
`
    return parseProject({ file: 'smelt.yaml', text, env: () => undefined }).diagnostics.map(({ code }) => code)
  }
  it.each(['lake-{tenant}', '{tenant}', 'a-{tenant_id}-{account_id}-{region}-an'])('may be %s', (bucket) =>
    expect(problems(bucket)).toEqual([]),
  )
  it.each([
    ['lake-{tennant}', 'spec/bad-value'],
    ['lake-{tenant', 'spec/bad-value'],
    ['Lake-{tenant}', 'spec/bad-value'],
    ['lake', 'spec/shared-lake'],
    ['lake-{region}-{account_id}', 'spec/shared-lake'],
  ])('may not be %s', (bucket, code) => expect(problems(bucket)).toEqual([code]))
})
