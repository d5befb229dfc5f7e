import { describe, expect, it } from 'vitest'
import { githubReporter, jsonReporter, sarifReporter, terminalReporter } from '#diagnostics'
import { nounsOf, ROOTS } from '#spec'
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
