import { describe, expect, it } from 'vitest'
import type { Code } from '#diagnostics'
import { plain } from '../../../runtime/spec/schema/plain-value.ts'
import { ROOTS, type Root } from '../../../runtime/spec/schema/roots.ts'
import { readYaml } from '../../../runtime/spec/yaml/read-yaml.ts'
import { sourceText } from '../../../runtime/spec/yaml/source-text.ts'
import { parse, schemaVerdict, UNSEEN } from './verdicts.ts'

const PIPELINE = 'smelt: 1\nname: a\nsources: { a: { topic: a, contract: a.json, event_time: t } }\n'
const LEVELS = '{ bronze: gdpr, silver: internal, gold: public, quarantine: gdpr }'
const CLOUD = '{ region: us-east-1, account_id: "111122223333", vpc_ids: [vpc-1a2b3c4d] }'
const LOCAL = '{ broker: { topic_log: a }, lake: { folder: b } }'

/** What the schema of a file cannot see, and the parser does. Nothing else may differ: see `agreement.test.ts`. */
const LEFT_TO_CHECK: readonly (readonly [what: string, root: string, code: Code, text: string])[] = [
  ['a variable that is not set', 'pipeline', 'spec/missing-env', `${PIPELINE}description: \${env.X}\n`],
  ['a param that is not declared', 'pipeline', 'spec/unknown-param', `${PIPELINE}description: \${params.x}\n`],
  [
    'an environment that is not declared',
    'project',
    'spec/unknown-environment',
    `smelt: 1\ndefault_environment: b\nenvironments: { a: ${LOCAL} }\n`,
  ],
  [
    'a lake without `{tenant}`',
    'project',
    'spec/shared-lake',
    'smelt: 1\ndefault_environment: a\nenvironments: { a: { broker: { topic_log: a }, lake: { s3: { bucket: abc } } } }\n',
  ],
  [
    'a default that is not of the type of its param',
    'pipeline',
    'spec/wrong-type',
    `${PIPELINE}params: { a: { type: integer, default: b } }\n`,
  ],
  [
    'what the default of a placeholder brings',
    'pipeline',
    'spec/bad-value',
    PIPELINE.replace('event_time: t', 'event_time: t, watermark: "${env.X:-often}"'),
  ],
  [
    'two entries that a placeholder makes the same',
    'pipeline',
    'spec/duplicate-entry',
    `${PIPELINE}gold: { a: { from: a, latest_by: [a, "\${env.X:-a}"] } }\n`,
  ],
  [
    'two names that differ in case only',
    'pipeline',
    'spec/bad-name',
    `${PIPELINE}silver: { a: { from: a, columns: { id: id, ID: id } } }\n`,
  ],
  ['an id with a slip', 'tenant', 'tenant/bad-id', 'smelt: 1\nid: t-7kq3n9t4dhm\npipelines: { a: }\n'],
  [
    'a region outside the residency',
    'tenant',
    'tenant/outside-residency',
    `{ smelt: 1, id: t-7kq3m9t4dhm, residency: [eu], classification: ${LEVELS}, environments: { prod: ${CLOUD} }, pipelines: { a: {} } }\n`,
  ],
  [
    'a quarantine less sensitive than bronze',
    'tenant',
    'tenant/quarantine-less-sensitive',
    `{ smelt: 1, classification: ${LEVELS.replace('quarantine: gdpr', 'quarantine: public')}, pipelines: { a: {} } }\n`,
  ],
  [
    'how large a size is',
    'project',
    'spec/bad-value',
    `smelt: 1\ndefault_environment: a\nenvironments: { a: ${LOCAL.replace('} }', '}, engine: { memory_limit: 1MB } }')} }\n`,
  ],
  [
    'a quantity too large to count with',
    'pipeline',
    'spec/bad-value',
    PIPELINE.replace('event_time: t', 'event_time: t, watermark: 999999999999999w'),
  ],
  [
    'a whole number too large to be exact',
    'pipeline',
    'spec/bad-value',
    `${PIPELINE}params: { a: { type: number, default: 9007199254740993 } }\n`,
  ],
  [
    'a key without a value where `null` may stand',
    'pipeline',
    'spec/no-value',
    `${PIPELINE}silver:\n  a:\n    from: a\n    columns:\n      b:\n        lookup: c.d\n        on: [e]\n        missing:\n`,
  ],
]

function rootOf(name: string): Root {
  const root = ROOTS.find((each) => each.name === name)
  if (root === undefined) throw new Error(`no root ${name}`)
  return root
}

function schemaAccepts(root: Root, text: string): boolean {
  const { root: tree } = readYaml(sourceText('a.yaml', text), root.name)
  return tree !== undefined && schemaVerdict(root, plain(tree)).ok
}

describe('what only the parser sees', () => {
  it.each(LEFT_TO_CHECK)('%s', (_, name, code, text) => {
    const root = rootOf(name)
    expect(schemaAccepts(root, text)).toBe(true)
    expect(parse(root, text).map((each) => each.code)).toEqual([code])
  })

  it('is all that the comparison leaves out', () => {
    const codes = LEFT_TO_CHECK.map(([, , code]) => code)
    expect(Object.keys(UNSEEN).filter((code) => !codes.some((each) => each === code))).toEqual([])
  })

  it('an expression `null` is the one thing that only the schema refuses: the plan does, as a null without a type', () => {
    const root = rootOf('pipeline')
    const text = `${PIPELINE}silver: { a: { from: a, columns: { b: null } } }\n`
    expect(parse(root, text)).toEqual([])
    expect(schemaAccepts(root, text)).toBe(false)
  })
})
