import { describe, expect, it } from 'vitest'
import { codeEntry, CODES, type Code } from '#diagnostics'
import { smelt } from '../support/buffer-host.ts'

describe('smelt explain-code', () => {
  it.each(Object.keys(CODES) as Code[])('explains %s', async (code) => {
    const { code: exit, out } = await smelt(['explain-code', code])
    expect(exit).toBe(0)
    expect(out).toMatch(new RegExp(`^${code}: .+\n  severity: .+\n  who can mend it: .+\n  retry: .+\n  why: .+\\.\n`))
    expect(out).toMatch(new RegExp(`^    (error|warning|info)\\[${code}\\]: `, 'm'))
    const { fix } = codeEntry(code)
    if (typeof fix === 'string') expect(out).toContain(`\n  help: ${fix}\n`)
    else expect(out).toMatch(/\n {2}help, in the example: .+\n/)
  })

  it('shows the change that provokes a code, and what is then printed', async () => {
    const { out } = await smelt(['explain-code', 'plan/unknown-column'])
    expect(out).toContain(
      '\n    +      extra: upper(contry)\n\ngives\n\n    error[plan/unknown-column]: No column `contry`',
    )
  })

  it('lists all of them', async () => {
    const { out } = await smelt(['explain-code'])
    expect(out.trimEnd().split('\n')).toHaveLength(Object.keys(CODES).length)
    const { out: json } = await smelt(['explain-code', '--json'])
    expect(JSON.parse(json)).toHaveLength(Object.keys(CODES).length)
  })

  it('gives programs the same', async () => {
    const { out } = await smelt(['explain-code', 'plan/unknown-column', '--json'])
    expect(JSON.parse(out)).toMatchObject({
      code: 'plan/unknown-column',
      fix: null,
      deprecated: null,
      example: { help: 'Did you mean `country`?' },
    })
  })

  it('shows the nearest code for a misspelt one', async () => {
    const { code, err } = await smelt(['explain-code', 'record/lat'])
    expect(code).toBe(1)
    expect(err).toContain('Did you mean `record/late`?')
  })
})
