import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readJson, type JsonNode } from '../../runtime/contract/json-reader.ts'

function valueOf(node: JsonNode): unknown {
  switch (node.kind) {
    case 'null':
      return null
    case 'true':
    case 'false':
      return node.kind === 'true'
    case 'number':
      return Number(node.text)
    case 'string':
      return node.value
    case 'array':
      return node.items.map(valueOf)
    case 'object':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, valueOf(value)]))
  }
}

function nativeValue(text: string): { ok: boolean; value?: unknown } {
  try {
    return { ok: true, value: JSON.parse(text) as unknown }
  } catch {
    return { ok: false }
  }
}

function expectAsNative(text: string): void {
  const reading = readJson(text)
  const native = nativeValue(text)
  expect(reading.ok, text).toBe(native.ok)
  if (reading.ok) expect(valueOf(reading.root)).toEqual(native.value)
}

describe('reading JSON', () => {
  it('agrees with the language on every text', () => {
    fc.assert(fc.property(fc.json(), expectAsNative), { numRuns: 300 })
  })

  it('agrees with the language on texts with a character changed, dropped or added', () => {
    const mangled = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.nat(2),
        fc.constantFrom(...Array.from('{}[]",:\\/0123456789.eE+-tfn \n\t\u0000\u00a0\ufeffu')),
      )
      .map(([text, at, drop, char]) => {
        const place = at % (text.length + 1)
        return text.slice(0, place) + (drop < 2 ? char : '') + text.slice(place + (drop > 0 ? 1 : 0))
      })
    fc.assert(fc.property(mangled, expectAsNative), { numRuns: 3000 })
  })

  it('keeps the places of all values', () => {
    const text = ' {"a": [1, "b"], "c": null} '
    const reading = readJson(text)
    if (!reading.ok || reading.root.kind !== 'object') throw new Error('no object')
    expect(reading.root.entries.map(({ value }) => text.slice(value.start, value.end))).toEqual(['[1, "b"]', 'null'])
    expect(text.slice(reading.root.start, reading.root.end)).toBe(text.trim())
  })

  it('survives any depth, and keeps no more than it must', () => {
    const deep = '[{"a":'.repeat(300_000)
    expect(readJson(deep)).toMatchObject({ ok: false, offset: deep.length })
    expect(readJson('['.repeat(128) + ']'.repeat(128))).toMatchObject({ ok: true, tooDeep: false })
    expect(readJson('['.repeat(129) + ']'.repeat(129))).toMatchObject({ ok: true, tooDeep: true })
    expect(readJson('{"a":'.repeat(129) + '1' + '}'.repeat(129))).toMatchObject({ ok: true, tooDeep: true })
  })

  it('says where a lone surrogate stands, and takes whole pairs', () => {
    expect(readJson('{"a":["x","\\ud800"]}')).toMatchObject({ loneSurrogate: { pointer: '/a/1', start: 10 } })
    const pair = readJson('"\\ud83d\\ude00"')
    expect(pair).toMatchObject({ ok: true, root: { value: '😀' } })
    expect(pair).not.toHaveProperty('loneSurrogate')
  })
})
