import { describe, expect, it } from 'vitest'
import { diagnostic, hasErrors, isSmeltError, smeltError } from '#diagnostics'

describe('smeltError', () => {
  it('carries the diagnostic of its code and the fault underneath', () => {
    const cause = new TypeError('socket closed')
    const error = smeltError('internal/bug', { detail: 'x' }, { cause })
    expect(error).toBeInstanceOf(Error)
    expect(error.message).toBe('Smelt met a state it does not handle: x')
    expect(error.cause).toBe(cause)
    expect(error.diagnostic).toMatchObject({ code: 'internal/bug', severity: 'error', cause: 'socket closed' })
    expect(smeltError('internal/bug', { detail: 'x' }).diagnostic).not.toHaveProperty('cause')
  })

  it('is told from other errors, by code if wanted', () => {
    const error = smeltError('internal/bug', { detail: 'x' })
    expect(isSmeltError(error)).toBe(true)
    expect(isSmeltError(error, 'yaml/syntax', 'internal/bug')).toBe(true)
    expect(isSmeltError(error, 'yaml/syntax')).toBe(false)
    for (const other of [new Error('x'), null, undefined, 'x', { code: 'internal/bug' }])
      expect(isSmeltError(other)).toBe(false)
  })
})

describe('diagnostic', () => {
  it('takes severity, message and help from the table', () => {
    expect(diagnostic('yaml/syntax', { detail: 'no end' }, { pointer: '/a' })).toEqual({
      code: 'yaml/syntax',
      severity: 'error',
      message: 'The file is not valid YAML: no end',
      why: 'Nothing in a file that does not parse can be trusted, so nothing of it is used.',
      help: 'Mend the syntax at the marked place.',
      pointer: '/a',
    })
  })

  it('makes a command fail only when it is an error', () => {
    const problem = diagnostic('yaml/syntax', { detail: 'x' })
    expect(
      hasErrors([
        { ...problem, severity: 'warning' },
        { ...problem, severity: 'info' },
      ]),
    ).toBe(false)
    expect(hasErrors([{ ...problem, severity: 'warning' }, problem])).toBe(true)
    expect(hasErrors([])).toBe(false)
  })
})
