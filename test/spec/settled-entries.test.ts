import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openPipeline, parsePipeline, type GivenParams } from '#spec'
import { EVENTS_PIPELINE } from '../support/events.ts'

const env = (name: string): string | undefined => (name === 'SET' ? 'set' : undefined)
const shipped = readFileSync('pipelines/inventory-compliance/pipeline.yaml', 'utf8')

/** A pipeline whose text the YAML library reads: texts over several lines, quotes with escapes, a placeholder last. */
const FOLDED = `smelt: 1
name: folded
params: { p: { type: string, default: a } }
sources:
  s: { topic: "a\\x2db", contract: c.json, event_time: at }
  t:
    contract: "\${env.SET}.json"
    event_time: |-
      coalesce(
        at, now)
    topic: >-
      \${params.p}
silver:
  b: { from: s, where: "note = '$\${params.p}'", columns: { x: x, y: "\${params.p}" } }
`

/** Values that stand alone after a key: where a placeholder may be put. */
function places(text: string): { start: number; end: number }[] {
  return [...text.matchAll(/(?<=: )(?!\$)[\w./() ]+(?=$| [}#]|,)/gm)].map(({ index, 0: found }) => ({
    start: index,
    end: index + found.length,
  }))
}

/** The text with \`\${params.z}\` at one of its places. */
function withPlaceholder(text: string, at: number): string {
  const { start = 0, end = 0 } = places(text)[at] ?? {}
  const edited = `${text.slice(0, start)}\${params.z}${text.slice(end)}`
  const param = `z: { type: string, default: ${JSON.stringify(text.slice(start, end))} }`
  return /^params:/m.test(edited)
    ? edited.replace(/^params:\s*(?:\{ )?/m, (found) =>
        found.includes('{') ? `${found}${param}, ` : `params:\n  ${param}\n  `,
      )
    : `${edited}\nparams: { ${param} }\n`
}

function sameAsAlone(text: string, given: readonly (GivenParams | undefined)[]): void {
  const input = { file: 'p.yaml', text, env }
  const file = openPipeline(input)
  for (const params of given) expect(file.parse(params)).toEqual(parsePipeline({ ...input, ...(params && { params }) }))
}

describe('a file that is read for one tenant after the other', () => {
  it.each([
    ['shipped', shipped],
    ['of every noun', EVENTS_PIPELINE],
    ['folded', FOLDED],
  ])('means what it means when it is read for one alone: the %s pipeline, a placeholder anywhere', (_, text) => {
    const value = fc.constantFrom('a', 'amount', '1h', '7', 'null', '', 'a b', '${params.p}')
    const given = fc.array(fc.option(value, { nil: undefined }), { minLength: 2, maxLength: 3 })
    fc.assert(
      fc.property(fc.nat(places(text).length - 1), given, (at, values) => {
        const params = values.map((each) => (each === undefined ? undefined : new Map([['z', each]])))
        sameAsAlone(withPlaceholder(text, at), [undefined, ...params, undefined])
      }),
      { numRuns: 60 },
    )
  })

  it('reads once what holds no placeholder', () => {
    const file = openPipeline({ file: 'p.yaml', text: FOLDED, env })
    const [first, second] = ['b', 'c'].map((p) => file.parse(new Map([['p', p]])).node)
    expect(second?.silver[0]?.node.columns?.[0]).toBe(first?.silver[0]?.node.columns?.[0])
    expect([first, second].map((node) => node?.sources[1]?.node.topic.value)).toEqual(['b', 'c'])
  })
})
