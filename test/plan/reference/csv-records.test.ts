import fc from 'fast-check'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { csvRecords } from '../../../runtime/plan/reference/csv-records.ts'

const LIBRARY = { bom: true, skip_empty_lines: true, relax_column_count: true, record_delimiter: ['\r\n', '\n', '\r'] }

/** The library's records; undefined when it refuses the text. */
function byLibrary(text: string): string[][] | undefined {
  try {
    return parse(text, LIBRARY)
  } catch {
    return undefined
  }
}

const token = fc.constantFrom('a', 'b', '1', ' ', ',', ',', '"', '"', '""', '\n', '\r\n', '\r', '\u{FEFF}', 'é', '👍')
const anyText = fc.array(token, { maxLength: 24 }).map((tokens) => tokens.join(''))

describe('csvRecords', () => {
  it('reads and refuses what the CSV library does', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { records, fault } = csvRecords(text)
        const read = fault === undefined ? records.map((record) => record.map((cell) => cell.text)) : undefined
        expect(read).toEqual(byLibrary(text))
      }),
      { numRuns: 500 },
    )
  })

  it('places each value where it is written, quotes and all', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const { text: value, start, end } of csvRecords(text).records.flat()) {
          const written = text.slice(start, end)
          expect(written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written).toBe(value)
        }
      }),
    )
  })

  it.each([
    ['open', 'k,v\na,⟨"⟩x\nb,y\n'],
    ['text-after', 'k,v\na,"x"⟨y⟩\nb,y\n'],
    ['text-after', 'k,v\na,"x"⟨ ⟩,\n'],
    ['inside', 'k,v\na,5⟨"⟩ disk\n'],
  ])('says where a quote is out of place: %s in %j', (kind, marked) => {
    const at = { start: marked.indexOf('⟨'), end: marked.indexOf('⟩') - 1 }
    expect(csvRecords(marked.replaceAll(/[⟨⟩]/g, '')).fault).toEqual({ kind, at })
  })
})
