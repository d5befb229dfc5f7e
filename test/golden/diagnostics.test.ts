import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { BASE, readGoldenCase, reportOf } from '../support/golden-case.ts'

/**
 * Each folder beside `base` is a case (`test/support/golden-case.ts` says what it may hold), and `expected.txt` is what
 * the terminal says. UPDATE_GOLDEN=1 writes the expected files; review what it wrote. These cases show problems beside
 * each other, and those named `one-cause` a mistake that much else rests on. The case of each code stands in
 * `test/golden/<area>/error-<name>`.
 */
const root = path.dirname(BASE)
const cases = readdirSync(root).filter((name) => name !== 'base' && statSync(path.join(root, name)).isDirectory())

describe('golden diagnostics', () => {
  it('has a base project without a fault', () => {
    expect(reportOf(readGoldenCase(BASE))).toBe('no problems\n')
  })

  it.each(cases)('%s', (name) => {
    const folder = path.join(root, name)
    const expected = path.join(folder, 'expected.txt')
    const actual = reportOf(readGoldenCase(folder))
    if (process.env['UPDATE_GOLDEN'] !== undefined) writeFileSync(expected, actual)
    expect(actual).toBe(readFileSync(expected, 'utf8'))
    expect(actual, 'a case must show at least one problem').not.toBe('no problems\n')
    if (name.startsWith('one-cause')) expect(actual, 'one cause is told once').toMatch(/\n1 error\n$/)
  })
})
