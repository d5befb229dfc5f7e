import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { DuckDBConnection } from '@duckdb/node-api'
import { compileContract } from '#contract'
import { readJson, type JsonNode } from '../../runtime/contract/json-reader.ts'
import { describeWithParts } from '../support/parts.ts'
import { judge, openEngine } from './both-paths.ts'

interface Group {
  readonly name: string
  readonly schema: string
  readonly cases: readonly { readonly name: string; readonly data: string; readonly valid: boolean }[]
}

/** Verdicts that differ from the suite on purpose, by group and case, with the reason. */
const DIFFERENCES: readonly (readonly [RegExp, string])[] = [
  [/^optional\/bignum\.json: integer: a (negative )?bignum is an integer$/, 'integers are 64-bit'],
  [/^ref\.json: naive replacement .*: match the enum exactly$/, 'wrapping moves the reference that the data quotes'],
  [/^optional\/float-overflow\.json: /, 'integers are 64-bit'],
  [/^format\.json: .* is only an annotation by default$/, 'formats assert'],
  [/^optional\/format\/(date-time|time)\.json: .*leap second/, 'no table format holds leap seconds'],
]

/** Types to declare beside a schema that has none, and what the suite's data of that type are. */
const TYPED: readonly (readonly [string, (value: unknown) => boolean])[] = [
  ['string', (value) => typeof value === 'string'],
  ['integer', (value) => Number.isInteger(value)],
  ['number', (value) => typeof value === 'number'],
  ['array', (value) => Array.isArray(value)],
  ['object', (value) => typeof value === 'object' && value !== null && !Array.isArray(value)],
]

describeWithParts(['json-schema-suite'], 'the public JSON Schema test suite', (folders) => {
  const folder = path.join(folders['json-schema-suite'] ?? '', 'draft2020-12')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .sort()
  let connection: DuckDBConnection
  const summary = new Map<string, string[]>()
  const differences: string[] = []
  const fast = { accepted: [] as string[], refused: [] as string[] }

  beforeAll(async () => {
    connection = await openEngine()
  })
  afterAll(() => connection.closeSync())

  it.each(files)('%s', async (file) => {
    const wrong: string[] = []
    for (const group of groupsOf(file, readFileSync(path.join(folder, file), 'utf8'))) {
      const title = `${file}: ${group.name}`
      const { contract, diagnostics } = compileContract({ file, text: wrap(group.schema) })
      if (contract === undefined) {
        const [first] = diagnostics.filter((each) => each.severity === 'error')
        note(summary, `refused ${first?.code ?? ''}`, title)
        continue
      }
      for (const reason of contract.rowByRow) note(summary, `row by row: ${reason.keyword}`, title)
      if (contract.rowByRow.length === 0) note(summary, 'vectorised', title)
      const values = group.cases.map(({ data }) => Buffer.from(`{"v": ${data}}`))
      const judgements = await judge(connection, contract, values)
      judgements.forEach(({ accepted, verdict, same }, at) => {
        const each = group.cases[at]
        const name = `${title}: ${each?.name ?? ''}`
        if (accepted && (!verdict.ok || same !== true)) wrong.push(`${name}: accepted, but the reference differs`)
        if (verdict.ok === each?.valid) return
        const reason = DIFFERENCES.find(([pattern]) => pattern.test(name))?.[1]
        if (reason === undefined) wrong.push(`${name}: reference says ${verdict.ok ? 'valid' : verdict.message}`)
        else differences.push(`${name} (${reason})`)
      })
    }
    expect(wrong).toEqual([])
  })

  it.each(files)('%s, with the type of the value declared', async (file) => {
    const wrong: string[] = []
    for (const group of groupsOf(file, readFileSync(path.join(folder, file), 'utf8'))) {
      for (const [type, matches] of group.schema.startsWith('{') ? TYPED : []) {
        const typed = group.schema.replace(/^\{/, `{"type": "${type}",`)
        const { contract, diagnostics } = compileContract({ file, text: wrap(typed) })
        if (contract?.vectorised === undefined || diagnostics.length > 0) continue
        const values = group.cases.map(({ data }) => Buffer.from(`{"v":${data}}`))
        const judgements = await judge(connection, contract, values)
        judgements.forEach(({ accepted, verdict, same }, at) => {
          const each = group.cases[at]
          const name = `${file}: ${group.name}: ${each?.name ?? ''}`
          const valid = each?.valid === true && matches(JSON.parse(each.data))
          if (accepted && (!verdict.ok || same !== true))
            wrong.push(`${type}: ${name}: accepted, but the reference differs`)
          if (verdict.ok !== valid && !DIFFERENCES.some(([pattern]) => pattern.test(name)))
            wrong.push(`${type}: ${name}`)
          if (verdict.ok) fast[accepted ? 'accepted' : 'refused'].push(`${type}: ${name}`)
        })
      }
    }
    expect(wrong).toEqual([])
  })

  it('takes the valid values of typed schemas the fast way, but for those the golden file names', async () => {
    expect(fast.accepted.length).toBeGreaterThan(100)
    await expect([...fast.refused, ''].join('\n')).toMatchFileSnapshot('./json-schema-suite-refused.golden.txt')
  })

  it('goes row by row, refuses and differs exactly where the golden file says', async () => {
    const lines = [...summary.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([heading, titles]) => [heading, ...[...new Set(titles)].map((title) => `  ${title}`), ''])
    await expect(
      [...lines, 'verdicts that differ', ...differences.map((each) => `  ${each}`), ''].join('\n'),
    ).toMatchFileSnapshot('./json-schema-suite.golden.txt')
  })
})

function note(summary: Map<string, string[]>, heading: string, title: string): void {
  summary.set(heading, [...(summary.get(heading) ?? []), title])
}

/** The suite's schema as that of a record's one field, its references moved along. */
function wrap(schema: string): string {
  const field = schema.replaceAll(/"\$ref": *"#(?=\/|")/g, '"$ref": "#/properties/v')
  return `{"type": "object", "properties": {"v": ${field}}, "required": ["v"]}`
}

/** Groups of cases, their schemas and data as the text that stands in the file, so that no digit is lost. */
function groupsOf(file: string, text: string): Group[] {
  const reading = readJson(text)
  if (!reading.ok || reading.root.kind !== 'array') throw new Error(`${file} is no test file`)
  const source = (node: JsonNode | undefined): string => (node === undefined ? '' : text.slice(node.start, node.end))
  return reading.root.items.map((group) => ({
    name: textOf(member(group, 'description')),
    schema: source(member(group, 'schema')),
    cases: itemsOf(member(group, 'tests')).map((each) => ({
      name: textOf(member(each, 'description')),
      data: source(member(each, 'data')),
      valid: member(each, 'valid')?.kind === 'true',
    })),
  }))
}

function member(node: JsonNode, key: string): JsonNode | undefined {
  return node.kind === 'object' ? node.entries.find((entry) => entry.key === key)?.value : undefined
}

function itemsOf(node: JsonNode | undefined): readonly JsonNode[] {
  return node?.kind === 'array' ? node.items : []
}

function textOf(node: JsonNode | undefined): string {
  return node?.kind === 'string' ? node.value : ''
}
