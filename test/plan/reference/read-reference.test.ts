import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readReference, type ReferenceReading } from '../../../runtime/plan/reference/read-reference.ts'

const START = { offset: 0, line: 1, column: 1 }

function located(value: string) {
  return { value, span: { file: 'pipeline.yaml', start: START, end: START }, pointer: '' }
}

function read(text: string, key = ['k'], file = 'r.csv'): ReferenceReading {
  return readReference({ file, text, name: located(file), key: key.map(located) })
}

/** What is wrong with the marked text, and whether it is told at the mark. */
function faultsOf(marked: string, key?: string[], file?: string): { detail: string; marked: string }[] {
  const text = marked.replaceAll(/[⟨⟩]/g, '')
  return read(text, key, file).diagnostics.map(({ message, span }) => {
    const [start, end] = [span?.start.offset ?? 0, span?.end.offset ?? 0]
    const detail = message.replace(/^.* cannot be used: /, '')
    return { detail, marked: `${text.slice(0, start)}⟨${text.slice(start, end)}⟩${text.slice(end)}` }
  })
}

describe('readReference', () => {
  it('reads the same values with quotes and line ends of any kind as without', () => {
    const value = fc.constantFrom('a', 'b', '', 'c d', '1', '2.5')
    const rows = fc.uniqueArray(fc.tuple(fc.nat(99), value), { selector: ([key]) => key, maxLength: 6 })
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n', '\r'), fc.boolean(), (list, end, quoted) => {
        const plain = ['k,v', ...list.map(([key, each]) => `${key},${each}`)].join('\n')
        const other = plain.replaceAll('\n', end).replaceAll(/[^,\r\n]+/g, (each) => (quoted ? `"${each}"` : each))
        expect(read(`\uFEFF${other}${end}`).table).toEqual(read(plain).table)
      }),
    )
  })

  it('reads a table, empty values as null', () => {
    const { table, diagnostics } = read('k, v ,w\na,1,\nb,2,"x, y"\n')
    expect(diagnostics).toEqual([])
    expect(table?.fields).toEqual([
      { name: 'k', type: { kind: 'string' }, nullable: false },
      { name: 'v', type: { kind: 'long' }, nullable: false },
      { name: 'w', type: { kind: 'string' }, nullable: true },
    ])
    expect(table?.rows).toEqual([
      ['a', '1', null],
      ['b', '2', 'x, y'],
    ])
  })

  it.each([
    ['⟨⟩', 'it is empty'],
    ['⟨⟩\n\n', 'it is empty'],
    ['k,v\na,1\nb,2,⟨3,4⟩\n', 'line 3 has 4 values, and the header names 2 columns'],
    ['k,v\na,1\n⟨b⟩\n', 'line 3 has 1 value, and the header names 2 columns'],
    ['k,v\na,"1\n2"\n⟨"b"⟩\n', 'line 4 has 1 value, and the header names 2 columns'],
    ['k,v\na,⟨"⟩1\nb,2\n', 'a value begins with a quote that is never closed'],
    ['k,v\na,"1"⟨x⟩\n', 'a value goes on after its closing quote'],
    ['k,v\na,1⟨"⟩\n', 'a quote stands within a value that is not in quotes'],
    ['k,v,⟨⟩\na,1,2\n', 'column 3 has no name'],
    ['k,v,⟨v⟩\na,1,2\n', 'it has the column `v` twice'],
    ['k,v,⟨V⟩\na,1,2\n', 'its columns `v` and `V` differ only in case'],
    ['k,⟨_found⟩\na,1\n', '`_found` is a name that Smelt keeps for itself'],
    ['⟨key,v⟩\na,1\n', 'it has no column `k`, which `key` names'],
    ['k,v\na,1\n⟨⟩,2\n', '`k` is part of the key and empty here'],
    ['k,v\na,1\nb,2\n\n⟨a⟩,3\n', 'lines 2 and 5 have the same key `a`'],
  ])('places the fault of %j', (marked, detail) => {
    expect(faultsOf(marked)).toEqual([{ detail, marked }])
  })

  it('tells a fault on every line, up to ten, and how many more', () => {
    const lines = ['k,v', ...Array.from({ length: 14 }, (_, index) => `${index}`)]
    const told = read(lines.join('\n')).diagnostics
    expect(told.map(({ span }) => span?.start.line)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(told.at(-1)?.message).toMatch(/\(and 4 more like it\)$/)
  })

  it('marks a key of several columns from the first to the last, and says where it was before', () => {
    expect(faultsOf('a,v,b\n1,x,2\n⟨1,y,2⟩\n', ['b', 'a'])).toEqual([
      { detail: 'lines 2 and 3 have the same key `2`, `1`', marked: 'a,v,b\n1,x,2\n⟨1,y,2⟩\n' },
    ])
    const [fault] = read('a,b\n1,2\n1,2\n', ['a', 'b']).diagnostics
    expect(fault?.related?.map(({ message, span }) => [message, span.file, span.start.line])).toEqual([
      ['The key is here first', 'r.csv', 2],
      ['The pipeline reads it here', 'pipeline.yaml', 1],
    ])
  })

  it.each([
    ['[{"k":"a"},⟨}⟩]', 'it is not JSON: `}` stands where a value is expected'],
    ['⟨{"k":"a"}⟩', 'it is not a JSON array of objects'],
    ['[{"k":"a"},⟨7⟩]', 'it is not a JSON array of objects'],
    ['⟨[]⟩', 'it is empty'],
    ['[{"k":"a","v":⟨[1]⟩}]', '`v` is not a plain value'],
    ['[{⟨"key"⟩:"a"}]', 'it has no column `k`, which `key` names'],
    ['[{"k":"a"},⟨{"v":1}⟩]', '`k` is part of the key and empty here'],
    ['[{"k":"a"},\n{"k":⟨"a"⟩}]', 'lines 1 and 2 have the same key `a`'],
  ])('places the fault of the JSON %j', (marked, detail) => {
    expect(faultsOf(marked, ['k'], 'r.json')).toEqual([{ detail, marked }])
  })

  it('offers the name of the key column that is probably meant, and commas for another separator', () => {
    const [misspelt] = read('country,v\na,1\n', ['contry']).diagnostics
    expect(misspelt?.help).toBe('Did you mean `country`?')
    expect(misspelt?.fix?.edits[0]).toMatchObject({ span: { file: 'pipeline.yaml' }, text: 'country' })
    expect(read('country;v\na;1\n', ['country']).diagnostics[0]?.help).toBe('Separate the values by commas.')
  })

  it('warns of the one value that made a column text, at the value, and reads the table', () => {
    const text = 'k,d\na,2025-10-14\nb,2031-10-14\nc,2025-13-14\nd,\ne,2026-09-30\nf,2025-05-31\n'
    const { table, diagnostics } = read(text)
    expect(table?.fields[1]).toEqual({ name: 'd', type: { kind: 'string' }, nullable: true })
    expect(diagnostics).toMatchObject([
      {
        code: 'plan/odd-reference-value',
        severity: 'warning',
        message: '`d` is text because of `2025-13-14`: 4 of its 5 values are of type `date`',
        span: { file: 'r.csv', start: { line: 4, column: 3 }, end: { line: 4, column: 13 } },
      },
    ])
    expect(read(text.replace('13-14', '12-14'))).toMatchObject({ table: { fields: [{}, { type: { kind: 'date' } }] } })
  })

  it('warns of a value of a JSON file too', () => {
    const dates = ['2025-10-14', '2031-10-14', '2025-13-14', '2026-09-30', '2025-05-31']
    const text = JSON.stringify(dates.map((d, k) => ({ k, d })))
    const [warning] = read(text, ['k'], 'r.json').diagnostics
    expect(text.slice(warning?.span?.start.offset, warning?.span?.end.offset)).toBe('"2025-13-14"')
  })
})
