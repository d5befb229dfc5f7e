import { describe, expect, it } from 'vitest'
import { diagnostic, jsonReporter, type Diagnostic } from '#diagnostics'
import { FILE, problemAt } from '../fixtures.ts'

function report(...diagnostics: Diagnostic[]): unknown {
  const parsed: unknown = JSON.parse(jsonReporter(diagnostics, new Map()))
  return parsed
}

describe('the JSON reporter', () => {
  it('gives one object with every key of every problem, and counts', () => {
    expect(report(problemAt('name', { pointer: '/name' }))).toEqual({
      version: 1,
      diagnostics: [
        {
          code: 'yaml/duplicate-key',
          severity: 'error',
          title: 'Duplicate key',
          message: 'The key `name` stands twice in one mapping',
          why: 'Only one of the two could hold, and which one would be a guess.',
          help: 'Keep one of them.',
          domain: 'user',
          retry: 'never',
          span: { file: FILE, start: { offset: 9, line: 2, column: 1 }, end: { offset: 13, line: 2, column: 5 } },
          pointer: '/name',
          related: [],
          fix: null,
          cause: null,
        },
      ],
      counts: { error: 1, warning: 0, info: 0 },
    })
  })

  it('has null for what is not known, and sorts by place', () => {
    const placeless = diagnostic('yaml/empty', { kind: 'tenant' })
    expect(report(problemAt('topik'), problemAt('name'), placeless)).toMatchObject({
      diagnostics: [{ span: null, pointer: null }, { span: { start: { line: 2 } } }, { span: { start: { line: 5 } } }],
      counts: { error: 3 },
    })
  })

  it('is whole even without a problem', () => {
    expect(report()).toEqual({ version: 1, diagnostics: [], counts: { error: 0, warning: 0, info: 0 } })
  })
})
