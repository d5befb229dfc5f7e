import { describe, expect, it } from 'vitest'
import { githubReporter, jsonReporter, sarifReporter, terminalReporter, type Diagnostic } from '#diagnostics'
import { nounsOf, ROOTS } from '#spec'
import { isAddress } from '../../runtime/spec/kinds/address.ts'
import type { Field } from '../../runtime/spec/kinds/kind.ts'
import { placesOf, smallest } from './schema/documents.ts'
import { parse } from './schema/verdicts.ts'

const SECRET = 'hunter2-Zx9'

/** Every field of every noun that is a secret, with a document that holds it, as YAML in block style. */
const fields = ROOTS.flatMap((root) =>
  placesOf(root).flatMap(({ noun, change }) =>
    Object.entries<Field>(noun.fields)
      .filter(([, { kind }]) => kind.shape.type === 'secret')
      .map(([key]) => {
        const document = change(() => ({ ...smallest(noun, key), [key]: '@' }))
        return [`${noun.name}: ${key}`, root, key, blockYaml(document)] as const
      }),
  ),
)

/** What may go wrong at or near a secret; `@` is its value, `KEY` its key. */
const FAULTS: readonly (readonly [what: string, change: (yaml: string, key: string) => string])[] = [
  ['written out', (yaml) => yaml.replace('"@"', SECRET)],
  ['written out in quotes, with a comment', (yaml) => yaml.replace('"@"', `'${SECRET}' # ${SECRET}`)],
  ['in a list', (yaml) => yaml.replace('"@"', `[${SECRET}]`)],
  ['in a mapping', (yaml) => yaml.replace('"@"', `{ value: ${SECRET} }`)],
  [
    'in a text of several lines',
    (yaml, key) => yaml.replace(/^( *)(.*)"@"/m, `$1$2|\n$1      ${SECRET}\n$1      ${SECRET}`).replace('KEY', key),
  ],
  ['with what looks like a placeholder', (yaml) => yaml.replace('"@"', `${SECRET}\${${SECRET}`)],
  ['beside a variable', (yaml) => yaml.replace('"@"', `${SECRET}\${env.X}`)],
  ['beside the name of a secret', (yaml) => yaml.replace('"@"', `${SECRET}\${secrets.X}`)],
  ['under a misspelt key', (yaml, key) => yaml.replace(`"${key}": "@"`, `${key.slice(0, -1)}: ${SECRET}`)],
  [
    'written twice',
    (yaml, key) => yaml.replace(/^( *)("\w+": )"@"/m, `$1"${key}": \${secrets.X}\n$1"${key}": ${SECRET}`),
  ],
  ['in a file that is not YAML', (yaml) => `${yaml.replace('"@"', SECRET)}  - ]: [\n`],
  ['before a line that is not YAML', (yaml) => yaml.replace(/^( *)(.*)"@"/m, `$1$2${SECRET}\n$1}: {`)],
  ['after a line that is not YAML', (yaml) => yaml.replace(/^( *)(.*)"@"/m, `$1: }{\n$1$2${SECRET}`)],
  ['beside an unknown field', (yaml) => yaml.replace(/^( *)(.*)"@"/m, `$1no_such_field: 1\n$1$2${SECRET}`)],
]

/** Block style, a key per line, so that a code frame shows the lines around. */
function blockYaml(value: unknown, indent = ''): string {
  if (Array.isArray(value)) return `${indent}${JSON.stringify(value)}\n`
  return Object.entries(value as Record<string, unknown>)
    .map(([key, each]) =>
      typeof each === 'object' && each !== null && !Array.isArray(each)
        ? `${indent}${JSON.stringify(key)}:\n${blockYaml(each, `${indent}  `)}`
        : `${indent}${JSON.stringify(key)}: ${JSON.stringify(each)}\n`,
    )
    .join('')
}

/** Every field that is an address, in its short form and beside others. */
const addresses = ROOTS.flatMap((root) =>
  placesOf(root).flatMap(({ noun, change }) =>
    Object.entries<Field>(noun.fields)
      .filter(([, { kind }]) => isAddress(kind.shape))
      .map(([key]) => {
        const document = change(() => ({ ...smallest(noun, key), [key]: '@' }))
        return [`${noun.name}: ${key}`, root, key, blockYaml(document)] as const
      }),
  ),
)

/** A user and a password as people write them, with characters that an address cannot hold too. */
const LOGINS = [
  `https://user:${SECRET}@search.example/x`,
  `http://${SECRET}@127.0.0.1:7070`,
  `user:${SECRET}@localhost:9092`,
  `kafka.example:9092,user:${SECRET}@localhost:9092`,
  `https://user:${SECRET}/a?b#c,d@search.example/x`,
  `https://user:a@${SECRET}@search.example/x`,
  `https://user:${'x'.repeat(90)}${SECRET}@search.example/x`,
]

/** What every reporter prints of the problems of a file. */
function printed(diagnostics: readonly Diagnostic[], text: string): string[] {
  const texts = new Map([['a.yaml', text]])
  const reporters = [terminalReporter(), jsonReporter, githubReporter, sarifReporter({ version: '0' })]
  return [...reporters.map((reporter) => reporter(diagnostics, texts)), JSON.stringify(diagnostics)]
}

describe('no reporter prints who logs in at an address', () => {
  it('of which all are found', () => {
    expect(addresses.map(([name]) => name).sort()).toEqual(
      ['Kafka broker: bootstrap', 'S3 lake: endpoint', 'search index: url', 'sink: webhook', 'webhook: url'].sort(),
    )
  })

  describe.each(addresses)('%s', (_, root, key, yaml) => {
    it.each(LOGINS)('%s', (login) => {
      const text = yaml.replace('"@"', `"${login}" # the rest`)
      const diagnostics = parse(root, text)
      expect(diagnostics.map(({ code }) => code)).toEqual(['spec/login-in-address'])
      for (const each of printed(diagnostics, text)) expect(each).not.toContain(SECRET.slice(0, 7))
    })

    it('of a variable', () => {
      const text = yaml.replace('"@"', '"${env.ADDRESS:-' + (LOGINS[0] ?? '') + '}"')
      const diagnostics = parse(root, text)
      expect(diagnostics.map(({ code }) => code)).toEqual(['spec/login-in-address'])
      for (const each of printed(diagnostics, text)) expect(each).not.toContain(SECRET.slice(0, 7))
    })

    it.each(FAULTS)('%s', (_what, change) => {
      const text = change(yaml, key).replaceAll(SECRET, LOGINS[0] ?? '')
      expect(text).toContain(SECRET)
      for (const each of printed(parse(root, text), text)) expect(each).not.toContain(SECRET.slice(0, 7))
    })
  })

  it('where a field is no address at all', () => {
    const [, root, , yaml] = fields.find(([name]) => name.startsWith('SASL')) ?? []
    if (root === undefined || yaml === undefined) throw new Error('no SASL setting')
    for (const login of LOGINS.slice(0, 3)) {
      const text = yaml.replace('"@"', '${secrets.X}').replace(/^( *)("username")/m, `$1proxy: ${login}\n$1$2`)
      const diagnostics = parse(root, text)
      expect(diagnostics).not.toEqual([])
      for (const each of printed(diagnostics, text)) expect(each).not.toContain(SECRET.slice(0, 7))
    }
  })
})

describe('no reporter prints a secret', () => {
  it('of which all are found', () => {
    expect(fields.map(([name]) => name)).toEqual(
      expect.arrayContaining([
        'tenant: pii_key',
        'TLS setting: key',
        'SASL setting: password',
        'S3 lake: secret_access_key',
      ]),
    )
    const all = ROOTS.flatMap(({ shape }) => nounsOf(shape)).flatMap((noun) => Object.values<Field>(noun.fields))
    expect(fields).toHaveLength(all.filter(({ kind }) => kind.shape.type === 'secret').length)
  })

  describe.each(fields)('%s', (_, root, key, yaml) => {
    it.each(FAULTS)('%s', (_what, change) => {
      const text = change(yaml, key)
      expect(text).toContain(SECRET)
      const diagnostics = parse(root, text)
      expect(diagnostics).not.toEqual([])
      const texts = new Map([['a.yaml', text]])
      for (const reporter of [terminalReporter(), jsonReporter, githubReporter, sarifReporter({ version: '0' })]) {
        expect(reporter(diagnostics, texts)).not.toContain(SECRET.slice(0, 7))
      }
      expect(JSON.stringify(diagnostics)).not.toContain(SECRET.slice(0, 7))
    })
  })

  it('and what is no secret stays readable', () => {
    const [, root, , yaml] = fields.find(([name]) => name.startsWith('SASL')) ?? []
    if (root === undefined || yaml === undefined) throw new Error('no SASL setting')
    const text = yaml.replace('"@"', '${secrets.X}').replace('"username": "smelt"', '"username": 5')
    const diagnostics = parse(root, text)
    expect(diagnostics.every(({ hides }) => hides === undefined)).toBe(true)
    expect(terminalReporter()(diagnostics, new Map([['a.yaml', text]]))).toContain('${secrets.X}')
  })
})
