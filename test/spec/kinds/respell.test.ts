import { describe, expect, it } from 'vitest'
import { parseDuration, parseSize } from '#spec'
import { respellBoolean, respellDuration, respellInteger, respellSize } from '../../../runtime/spec/kinds/respell.ts'

describe('respellDuration', () => {
  it.each([
    ['30 minutes', '30m'],
    ['1 hour', '1h'],
    ['24H', '24h'],
    ['5min', '5m'],
    ['90 secs', '90s'],
    ['1h30m', '90m'],
    ['1h 30m', '90m'],
    ['1.5h', '90m'],
    ['0.5 days', '12h'],
    ['2 weeks', '2w'],
    ['PT5M', '5m'],
    ['P1DT12H', '36h'],
    ['250 millis', '250ms'],
    ['0.1s', '100ms'],
    ['007d', '7d'],
  ])('%s is %s', (text, expected) => {
    expect(respellDuration(text)).toEqual({ text: expected, confidence: 'safe' })
    expect(parseDuration(expected)).toBeGreaterThan(0)
  })

  it.each([
    '5',
    '',
    '5M',
    'P1M',
    'P1Y',
    '1 month',
    '1y',
    '1h2h',
    'soon',
    '-5m',
    '1,5h',
    '0.0001ms',
    '1h soon',
    'P',
    '5m!',
  ])('%j has none', (text) => {
    expect(respellDuration(text)).toBeUndefined()
  })
})

describe('respellSize', () => {
  it.each([
    ['256 mb', '256MB', 'safe'],
    ['256mb', '256MB', 'safe'],
    ['1 gib', '1GiB', 'safe'],
    ['512Mi', '512MiB', 'safe'],
    ['1.5GB', '1500MB', 'safe'],
    ['1.5GiB', '1536MiB', 'safe'],
    ['100 bytes', '100B', 'safe'],
    ['2 gigabytes', '2GB', 'safe'],
    ['256M', '256MB', 'maybe'],
    ['1g', '1GB', 'maybe'],
    ['256Mb', '256MB', 'maybe'],
  ])('%s is %s, %s', (text, expected, confidence) => {
    expect(respellSize(text)).toEqual({ text: expected, confidence })
    expect(parseSize(expected)).toBeGreaterThan(0)
  })

  it.each(['256', 'MB', '1.3333GB', '1 parsec', '-1MB'])('%j has none', (text) => {
    expect(respellSize(text)).toBeUndefined()
  })
})

describe('respellBoolean and respellInteger', () => {
  it('know the words and marks of other formats, and no more', () => {
    expect(['yes', 'On', 'TRUE'].map((text) => respellBoolean(text)?.text)).toEqual(['true', 'true', 'true'])
    expect(['no', 'off', 'False'].map((text) => respellBoolean(text)?.text)).toEqual(['false', 'false', 'false'])
    expect(['y', '1', ''].map(respellBoolean)).toEqual([undefined, undefined, undefined])
    expect(['16', '1_000', '007'].map((text) => respellInteger(text)?.text)).toEqual(['16', '1000', '7'])
    expect(['1,000', '1_0', '1.5', '-1', '1e3', ''].filter((text) => respellInteger(text) !== undefined)).toEqual([])
  })
})
