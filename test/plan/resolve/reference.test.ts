import fc from 'fast-check'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { readReference } from '../../../runtime/plan/resolve/reference.ts'

describe('readReference', () => {
  it('reads a file without quotes as the CSV library does', () => {
    const cell = fc.constantFrom('a', 'b', '', ' ', 'c d', '1', '\r', '"', '\u{FEFF}', '\n')
    const line = fc.array(cell, { minLength: 1, maxLength: 3 }).map((cells) => cells.join(','))
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), fc.boolean(), (lines, ended) => {
        const text = `k,v\n${lines.join('\n')}${ended ? '\n' : ''}`
        const found = readReference({ file: 'r.csv', text, key: ['k'] })
        let expected: string[][] | string
        try {
          expected = parse(text, { bom: true, skip_empty_lines: true }).slice(1)
        } catch (error) {
          expected = error instanceof Error ? error.message : String(error)
        }
        if (typeof found === 'string') {
          if (typeof expected === 'string') expect(found).toBe(expected)
          else expect(found).toMatch(/^rows? .* key/)
        } else
          expect(found.rows).toEqual(Array.isArray(expected) && expected.map((row) => row.map((each) => each || null)))
      }),
    )
  })
})
