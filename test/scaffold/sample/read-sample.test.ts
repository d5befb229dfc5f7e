import { describe, expect, it } from 'vitest'
import { readSample, type Sample, type SampleRefusal } from '#scaffold'

function read(text: string | Buffer, options: Partial<Parameters<typeof readSample>[0]> = {}): Sample | SampleRefusal {
  return readSample({ bytes: Buffer.from(text), cut: false, file: 'events.json', maxRecords: 100, ...options })
}

function sample(...args: Parameters<typeof read>): Sample {
  const found = read(...args)
  if ('fix' in found) throw new Error(found.detail)
  return found
}

const refusal = (...args: Parameters<typeof read>): string => {
  const found = read(...args)
  return 'fix' in found ? found.detail : 'no refusal'
}

const texts = ({ records }: Sample): string[] => records.map(({ text }) => text)
const faults = (found: Sample): string[] => found.faults.map(({ line, detail }) => `${line}: ${detail}`)

describe('readSample', () => {
  it('reads JSON lines, passes over blank ones, and tells the line of each that is broken', () => {
    const found = sample('{"a":1}\n\n{"a":\n{"a":1,"a":2}\n[1]\n{"a":1e999}\n{"a":"\\ud800"}\r\n{"a":2}')
    expect(found.form).toEqual({ kind: 'lines' })
    expect(texts(found)).toEqual(['{"a":1}', '{"a":2}'])
    expect(faults(found)).toEqual([
      expect.stringMatching(/^3: it is not JSON: /),
      '4: it has the key "a" twice',
      '5: it is no JSON object',
      '6: a number in it is too large to be held',
      '7: a text in it holds half of a surrogate pair',
    ])
  })

  it('tells a line that is not UTF-8, and not one that holds U+FFFD', () => {
    const found = sample(
      Buffer.concat([Buffer.from('{"a":"\ufffd"}\n{"a":"'), Buffer.from([0xff]), Buffer.from('"}\n{"a":1}\n')]),
    )
    // Once bytes are broken, the mark of damage cannot be told from the character; both are left out.
    expect(faults(found).at(-1)).toBe('2: it is not UTF-8')
    expect(texts(sample('{"a":"\ufffd"}\n{"a":1}'))).toHaveLength(2)
  })

  it('reads a list, however it is broken into lines, and keeps every digit', () => {
    const found = sample('[\n  {\n "a" : 9007199254740993.10, "b": "x  y\\" z" },\n  5,\n  {"a": [1, {"c": "]"}]}\n]\n')
    expect(found.form).toEqual({ kind: 'list' })
    expect(texts(found)).toEqual(['{"a":9007199254740993.10,"b":"x  y\\" z"}', '{"a": [1, {"c": "]"}]}'])
    expect(found.records.map(({ line }) => line)).toEqual([2, 5])
    expect(faults(found)).toEqual(['4: it is no JSON object'])
  })

  it('takes the whole elements of a list that is cut off, and refuses one that should be whole', () => {
    const cut = sample('[{"a":1},{"a":2},{"a"', { cut: true })
    expect(texts(cut)).toEqual(['{"a":1}', '{"a":2}'])
    expect(cut.cut).toBe(true)
    expect(refusal('[{"a":1},\n{"a"')).toContain('is not closed where the file ends, on line 2')
  })

  it('finds the one list of objects in a document, or the one that is named', () => {
    const envelope = '{"meta":{"n":2},"features":[{"id":1},\n{"id":2}]}'
    const found = sample(envelope)
    expect(found.form).toEqual({ kind: 'list-within', path: 'features' })
    expect(found.records.map(({ line }) => line)).toEqual([1, 2])
    const two = '{"a":[{"x":1}],"data":{"b":[{"y":1}]},"c":[{"z":1}]}'
    expect(refusal(two)).toBe('it has several lists of objects: `a`, `c`')
    expect(texts(sample(two, { path: 'data.b' }))).toEqual(['{"y":1}'])
    expect(refusal(two, { path: 'data.x' })).toBe('it has no list at `data.x`')
    expect(texts(sample('{\n "a": 1,\n "b": [1, 2]\n}'))).toEqual(['{"a":1,"b":[1,2]}'])
  })

  it('reads CSV: numbers where every cell is one, texts where a code has a leading zero, null where it is empty', () => {
    const found = sample('id,zip,price,ok,note\n1,00501,2.50,true,"a, ""b"""\n2,10001,,false,\n3,1,x\n', {
      file: 'a.csv',
    })
    expect(texts(found)).toEqual([
      '{"id":1,"zip":"00501","price":2.50,"ok":true,"note":"a, \\"b\\""}',
      '{"id":2,"zip":"10001","price":null,"ok":false,"note":null}',
    ])
    expect(faults(found)).toEqual(['4: it has 3 cells where the header has 5'])
    expect(texts(sample('\ufeffa;b\n1;2\n', { file: 'a.csv' }))).toEqual(['{"a":1,"b":2}'])
    expect(refusal('a,a\n1,2\n', { file: 'a.csv' })).toBe('its header has the column "a" twice')
    expect(refusal('a,b\n"1,2\n', { file: 'a.csv' })).toMatch(/^it is no CSV: /)
  })

  it('takes no more records than it is told to', () => {
    for (const [text, file] of [
      ['{"a":1}\n'.repeat(5), 'a.ndjson'],
      [`[${'{"a":1},'.repeat(5)}{"a":1}]`, 'a.json'],
      [`a,b\n${'1,2\n'.repeat(5)}`, 'a.csv'],
    ] as const) {
      const found = sample(text, { file, maxRecords: 3 })
      expect(found.records).toHaveLength(3)
      expect(found.cut).toBe(true)
    }
    expect(sample('{"a":1}\n{"a":2}\n', { maxRecords: 2 }).cut).toBe(false)
  })

  it('refuses what has no record', () => {
    expect(refusal('')).toBe('it holds nothing')
    expect(refusal(' \n\n')).toBe('it holds nothing')
    expect(sample('not json\n', { file: 'a.json' }).records).toEqual([])
    expect(refusal('{"a": 1,\n "b"\n}')).toMatch(/^line 3 is not JSON: /)
    expect(refusal('{"a":', { cut: true })).toContain('too large')
  })

  it('is not brought down by nesting', () => {
    const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`
    expect(faults(sample(`{"a":1}\n${deep}\n`))).toEqual(['2: it is nested too deeply'])
    expect(faults(sample(`[{"a":1},${'['.repeat(200_000)}${']'.repeat(200_000)}]`))).toHaveLength(1)
  })
})
