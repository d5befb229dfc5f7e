import { describe, expect, it } from 'vitest'
import { nearestMatch } from '#diagnostics'

const fields = ['topic', 'contract', 'event_time', 'watermark', 'on']

describe('nearestMatch', () => {
  it.each([
    ['topik', 'topic'],
    ['tpoic', 'topic'],
    ['Topic', 'topic'],
    ['event_tme', 'event_time'],
    ['eventtime', 'event_time'],
    ['watermrak', 'watermark'],
  ])('%s is probably %s', (name, expected) => {
    expect(nearestMatch(name, fields)).toBe(expected)
  })

  it.each(['owner', 'x', 'constant_values', '', 'ab'])('%j is nothing that is known', (name) => {
    expect(nearestMatch(name, fields)).toBeUndefined()
  })

  it('has no answer without candidates, and the nearest of several', () => {
    expect(nearestMatch('topic', [])).toBeUndefined()
    expect(nearestMatch('devices', ['device', 'devises', 'device_ids'])).toBe('device')
  })
})
