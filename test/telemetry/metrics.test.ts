import { describe, expect, it } from 'vitest'
import { METRICS } from '#telemetry'

describe('metrics', () => {
  it('have names of their own, in the common form, and say what they count', () => {
    expect(new Set(METRICS.map(({ name }) => name)).size).toBe(METRICS.length)
    for (const { name, unit, description, attributes } of METRICS) {
      expect(name).toMatch(/^(smelt|process)(\.[a-z]+)+$/)
      expect(unit).toMatch(/^(\{[a-z]+\}|1|ms|By)$/)
      expect(description).toMatch(/^[A-Z].*\.$/)
      for (const attribute of attributes) expect(attribute).toMatch(/^smelt\.[a-z]+$/)
    }
  })
})
