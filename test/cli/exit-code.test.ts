import { describe, expect, it } from 'vitest'
import { CODES, type Code } from '#diagnostics'
import { exitCodeOf, worstExit } from '../../runtime/cli/exit-code.ts'

describe('exit codes', () => {
  it.each<[Code, number]>([
    ['spec/unknown-field', 1],
    ['cli/bad-usage', 2],
    ['stream/broker-unreachable', 3],
    ['checkpoint/fenced', 4],
    ['checkpoint/already-running', 4],
    ['internal/bug', 70],
  ])('%s ends with %i', (code, exit) => {
    expect(exitCodeOf({ code, severity: 'error' })).toBe(exit)
  })

  it('a warning is no failure', () => {
    for (const code of Object.keys(CODES) as Code[]) expect(exitCodeOf({ code, severity: 'warning' })).toBe(0)
  })

  it('the worst of several counts', () => {
    expect(worstExit([])).toBe(0)
    expect(worstExit([0, 1, 4])).toBe(4)
    expect(worstExit([3, 4, 1])).toBe(3)
    expect(worstExit([70, 3])).toBe(70)
  })
})
