import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { CODES, codeEntry, diagnostic, misspelling, sarifReporter, type Code, type Diagnostic } from '#diagnostics'
import { FILE, problemAt, spanOf, TEXT } from '../fixtures.ts'
import { describeWithParts } from '../../support/parts.ts'

interface Region {
  readonly startLine: number
  readonly startColumn: number
  readonly endLine: number
  readonly endColumn: number
  readonly charOffset: number
  readonly charLength: number
}

interface Place {
  readonly physicalLocation?: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId: string }
    readonly region: Region
  }
  readonly message?: { readonly text: string }
}

interface Result {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: string
  readonly message: { readonly text: string }
  readonly locations: readonly Place[]
  readonly relatedLocations?: readonly Place[]
  readonly fixes?: readonly {
    readonly properties: { readonly confidence: string }
    readonly artifactChanges: readonly {
      readonly replacements: readonly {
        readonly deletedRegion: Region
        readonly insertedContent: { readonly text: string }
      }[]
    }[]
  }[]
}

interface Run {
  readonly tool: { readonly driver: { readonly version: string; readonly rules: readonly { readonly id: string }[] } }
  readonly columnKind: string
  readonly results: readonly Result[]
}

const print = (problems: readonly Diagnostic[]): string =>
  sarifReporter({ version: '1.2.3' })(problems, new Map([[FILE, TEXT]]))

function runOf(problems: readonly Diagnostic[]): Run {
  const log = JSON.parse(print(problems)) as { readonly runs: readonly [Run] }
  return log.runs[0]
}

const first = (problem: Diagnostic): Result => runOf([problem]).results[0] as Result

/** The stretch of `text` that lines and columns name, counted in UTF-16 units. */
function stretch(text: string, { startLine, startColumn, endLine, endColumn }: Region): string {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]
  return text.slice((starts[startLine - 1] ?? 0) + startColumn - 1, (starts[endLine - 1] ?? 0) + endColumn - 1)
}

/** Something of everything that a diagnostic can hold. */
const FULL: readonly Diagnostic[] = [
  problemAt('topik', {
    pointer: '/sources/s/topik',
    related: [{ message: 'it stands here first', span: spanOf(FILE, TEXT, 'topic') }],
    cause: 'a {cause}',
    ...misspelling(spanOf(FILE, TEXT, 'topik'), 'topik', 'topic'),
  }),
  problemAt('name: a\nsources', { severity: 'warning' }),
  diagnostic('yaml/empty', { kind: 'tenant' }),
  diagnostic('contract/row-by-row', { keyword: 'not' }, { pointer: '/properties/a/not' }),
]

describe('the SARIF reporter', () => {
  it('names the rule of each result by its place in the table of rules', () => {
    const { tool, results } = runOf(FULL)
    expect(tool.driver).toMatchObject({ name: 'Smelt', version: '1.2.3' })
    expect(tool.driver.rules.map(({ id }) => id)).toEqual([...new Set(FULL.map(({ code }) => code))].sort())
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId)
    expect(results.map(({ level }) => level)).toEqual(['error', 'note', 'warning', 'error'])
  })

  it('says what, why and what to do, with braces doubled as they hold the place of arguments', () => {
    const { message } = first(diagnostic('spec/unknown-param', { param: 'a', nearest: undefined, known: [] }))
    expect(message.text).toBe(
      'The pipeline declares no param `a`.\nA param must be declared with its type before it is used.\nThere are no params here.',
    )
    const placeholder = first(diagnostic('spec/bad-placeholder', { text: '${x}' }))
    expect(placeholder.message.text).toContain('`${{x}}` is not a placeholder.')
    expect(first(FULL[0] as Diagnostic).message.text).toContain('\nCause: a {{cause}}\n')
  })

  it('gives the region by lines and columns and by offset, in UTF-16 units, its end excluded', () => {
    const text = 'a: "😀é漢" # ← here\nb: 👩‍🌾x\n'
    for (const part of ['😀é漢', 'here', '👩‍🌾', 'x', 'here\nb']) {
      const { locations } = first({ ...problemAt('name'), span: spanOf('a.yaml', text, part) })
      const region = locations[0]?.physicalLocation?.region as Region
      expect(stretch(text, region)).toBe(part)
      expect(text.slice(region.charOffset, region.charOffset + region.charLength)).toBe(part)
    }
    expect(runOf([]).columnKind).toBe('utf16CodeUnits')
  })

  it('writes paths as URIs below the root of the project', () => {
    const { locations } = first({ ...problemAt('name'), span: spanOf('pipelines/ä b#1/pipeline.yaml', TEXT, 'name') })
    expect(locations[0]?.physicalLocation?.artifactLocation).toEqual({
      uri: 'pipelines/%C3%A4%20b%231/pipeline.yaml',
      uriBaseId: 'PROJECTROOT',
    })
  })

  it('has no location where there is none', () => {
    expect(first(diagnostic('yaml/empty', { kind: 'tenant' })).locations).toEqual([])
  })

  it('carries related places and the mend as edits', () => {
    const { relatedLocations, fixes } = first(FULL[0] as Diagnostic)
    expect(relatedLocations).toMatchObject([{ id: 1, message: { text: 'it stands here first' } }])
    const [fix] = fixes ?? []
    expect(fix?.properties).toEqual({ confidence: 'maybe' })
    const [replacement] = fix?.artifactChanges[0]?.replacements ?? []
    expect(replacement?.insertedContent.text).toBe('topic')
    expect(stretch(TEXT, replacement?.deletedRegion as Region)).toBe('topik')
  })

  it('holds no text of a file, so no secret', () => {
    const secret = problemAt('topik', { code: 'spec/plain-secret', message: 'no value here' })
    expect(print([secret])).not.toContain('topik')
  })
})

describeWithParts(['sarif-schema'], 'SARIF output', (folders) => {
  const text = readFileSync(path.join(folders['sarif-schema'] ?? '', 'sarif-schema-2.1.0.json'), 'utf8')
  const ajv = new Ajv({
    strict: false,
    // Its pattern of a language is none with the flag.
    unicodeRegExp: false,
    allErrors: true,
    formats: { uri: (value: string) => URL.canParse(value), 'uri-reference': isReference, 'date-time': true },
  })
  const validate = ajv.compile(JSON.parse(text) as object)
  const faults = (log: string): unknown => (validate(JSON.parse(log)) ? [] : validate.errors)

  it('satisfies the schema of SARIF 2.1.0', () => {
    expect(faults(print(FULL))).toEqual([])
    expect(faults(print([]))).toEqual([])
  })

  it('satisfies it for every code', () => {
    const problems = (Object.keys(CODES) as Code[]).map((code): Diagnostic => {
      const { severity, why } = codeEntry(code)
      return { code, severity, message: 'M', why, help: 'H' }
    })
    expect(faults(print(problems))).toEqual([])
  })

  it('would not, if it were wrong', () => {
    expect(faults(print(FULL).replace('"level": "error"', '"level": "fatal"'))).not.toEqual([])
    expect(faults(print(FULL).replace('"ruleId"', '"rule"'))).not.toEqual([])
  })
})

function isReference(text: string): boolean {
  return URL.canParse(text, 'file:///project/')
}
