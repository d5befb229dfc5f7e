import { describe, expect, it } from 'vitest'
import { CODES } from '#diagnostics'
import { smelt } from '../support/buffer-host.ts'

describe('smelt explain-code', () => {
  it.each(Object.keys(CODES))('explains %s', async (code) => {
    const { code: exit, out } = await smelt(['explain-code', code])
    expect(exit).toBe(0)
    expect(out).toMatch(new RegExp(`^${code}: .+\n  severity: .+\n  who can mend it: .+\n  retry: .+\n  why: .+\\.\n`))
  })

  it('lists all of them', async () => {
    const { out } = await smelt(['explain-code'])
    expect(out.trimEnd().split('\n')).toHaveLength(Object.keys(CODES).length)
    const { out: json } = await smelt(['explain-code', '--json'])
    expect(JSON.parse(json)).toHaveLength(Object.keys(CODES).length)
  })

  it('shows the nearest code for a misspelt one', async () => {
    const { code, err } = await smelt(['explain-code', 'record/lat'])
    expect(code).toBe(1)
    expect(err).toContain('Did you mean `record/late`?')
  })
})
