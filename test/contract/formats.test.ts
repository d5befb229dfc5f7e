import { describe, expect, it } from 'vitest'
import { FORMATS, portablePattern } from '#contract'
import { canonicalInstant, satisfiesFormat } from '../../runtime/contract/formats.ts'

describe('date-time', () => {
  it.each([
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z'],
    ['2026-01-02t03:04:05z', '2026-01-02T03:04:05Z'],
    ['2026-01-02T03:04:05.5Z', '2026-01-02T03:04:05.5Z'],
    ['2026-01-02T03:04:05.123456Z', '2026-01-02T03:04:05.123456Z'],
    ['2026-01-02T03:04:05.999999999Z', '2026-01-02T03:04:05.999999Z'],
    ['2026-01-02T03:04:05+05:30', '2026-01-01T21:34:05Z'],
    ['2026-01-02T03:04:05-00:00', '2026-01-02T03:04:05Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
    ['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z'],
    ['1969-12-31T23:59:59.25Z', '1969-12-31T23:59:59.25Z'],
  ])('%s is %s', (text, instant) => {
    expect(canonicalInstant(text)).toBe(instant)
    expect(satisfiesFormat('date-time', text)).toBe(true)
  })

  it.each([
    '2026-02-30T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-12-31T23:59:60Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:00',
    '2026-01-01T00:00:00.Z',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00+0100',
    '2026-01-01 00:00:00Z',
    '2026-01-01',
    '26-01-01T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '2026-01-01T00:00:00Z\n',
    ' 2026-01-01T00:00:00Z',
    '',
  ])('%j is none', (text) => {
    expect(canonicalInstant(text)).toBeUndefined()
    expect(satisfiesFormat('date-time', text)).toBe(false)
  })
})

describe('date', () => {
  it.each(['2026-01-01', '2024-02-29', '0001-01-01', '9999-12-31'])('%s is one', (text) => {
    expect(satisfiesFormat('date', text)).toBe(true)
  })
  it.each(['2026-02-30', '1900-02-29', '0000-01-01', '2026-1-1', '2026-01-01Z', '٢٠٢٦-01-01', ''])(
    '%s is none',
    (text) => {
      expect(satisfiesFormat('date', text)).toBe(false)
    },
  )
})

describe('time', () => {
  it.each(['00:00:00Z', '23:59:59.123456789+01:00'])('%s is one', (text) => {
    expect(satisfiesFormat('time', text)).toBe(true)
  })
  it.each(['24:00:00Z', '23:59:60Z', '12:00:00', '12:00Z'])('%s is none', (text) => {
    expect(satisfiesFormat('time', text)).toBe(false)
  })
})

it('writes every format in the subset that all regular expressions share', () => {
  for (const [name, source] of FORMATS) expect(portablePattern(source), name).toMatchObject({ ok: true })
})
