import { describe, expect, it } from 'vitest'
import { parseDuration, parseSize } from '#spec'

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['10s', 10_000],
    ['5m', 300_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
    ['0s', 0],
    ['5 m', 300_000],
  ])('%s', (text, value) => {
    expect(parseDuration(text)).toBe(value)
  })

  it.each(['', '5', 'm', '-5m', '1.5h', '5M', '5 minutes', '5m 3s', ' 5m', '1e3s', '999999999999999w', '５m'])(
    'refuses %j',
    (text) => {
      expect(parseDuration(text)).toBeUndefined()
    },
  )
})

describe('parseSize', () => {
  it.each([
    ['1B', 1],
    ['64kB', 64_000],
    ['64KB', 64_000],
    ['256MB', 256_000_000],
    ['1GiB', 1_073_741_824],
    ['2 MiB', 2_097_152],
  ])('%s', (text, value) => {
    expect(parseSize(text)).toBe(value)
  })

  it.each(['', '256', 'MB', '1.5GB', '1mb', '1G', '-1MB', '999999999999TiB'])('refuses %j', (text) => {
    expect(parseSize(text)).toBeUndefined()
  })
})
