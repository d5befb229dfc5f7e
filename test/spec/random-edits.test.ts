import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasErrors, terminalReporter, type Diagnostic } from '#diagnostics'
import { parsePipeline, parseProject, parseTenant } from '#spec'

interface Parsed {
  readonly node?: object
  readonly diagnostics: readonly Diagnostic[]
}

const FILE = 'a.yaml'
const env = (): undefined => undefined
const files: readonly (readonly [string, (text: string) => Parsed])[] = [
  ['pipelines/inventory-compliance/pipeline.yaml', (text) => parsePipeline({ file: FILE, text, env })],
  ['smelt.yaml', (text) => parseProject({ file: FILE, text, env })],
  ['tenants/globex.yaml', (text) => parseTenant({ file: FILE, text, env })],
]
const pieces = [
  '',
  ' ',
  '\n',
  '\n  ',
  ':',
  ': ',
  '- ',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  '#',
  '&a ',
  '*a',
  '!t ',
  '${',
  '${params.',
  '|',
  '>',
  '\t',
  '\r',
  '\0',
  '\uFEFF',
  '\uD800',
  '---\n',
  '? ',
  '<<: ',
  'null',
  '%',
  '0x',
]

describe.each(files)('any edit of %s', (file, parse) => {
  const text = readFileSync(file, 'utf8')
  const edit = fc.record({ at: fc.nat(text.length), remove: fc.nat(12), insert: fc.constantFrom(...pieces) })

  it('is read or refused, with every mark inside the file, and never throws', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        const edited = edits.reduce(
          (old, { at, remove, insert }) => old.slice(0, at) + insert + old.slice(at + remove),
          text,
        )
        const { node, diagnostics } = parse(edited)
        expect(node === undefined).toBe(hasErrors(diagnostics))
        const lines = edited.split('\n')
        for (const { start, end } of diagnostics.flatMap(({ span }) => span ?? [])) {
          expect(start.offset).toBeLessThanOrEqual(end.offset)
          expect(end.offset).toBeLessThanOrEqual(edited.length)
          expect(lines[start.line - 1]?.length).toBeGreaterThanOrEqual(start.column - 1)
        }
        expect(terminalReporter()(diagnostics, new Map([[FILE, edited]]))).not.toBe('')
      }),
      { numRuns: 400, seed: 11 },
    )
  })
})
