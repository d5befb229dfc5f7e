import { describe, expect, it } from 'vitest'
import { diagnostic, terminalReporter, type Diagnostic } from '#diagnostics'
import { FILE, problemAt, spanOf, TEXT } from '../fixtures.ts'

const texts = new Map([[FILE, TEXT]])

function report(...diagnostics: Diagnostic[]): string {
  return terminalReporter()(diagnostics, texts)
}

/** The columns (from 0) at which the first mark stands, and what stands above them. */
function markedBy(output: string): string {
  const lines = output.split('\n')
  const mark = lines.findIndex((line) => /\| *\^+$/.test(line))
  const from = lines[mark]?.indexOf('^') ?? -1
  return (lines[mark - 1] ?? '').slice(from, (lines[mark]?.lastIndexOf('^') ?? -1) + 1)
}

describe('the terminal reporter', () => {
  it('shows severity, code, message, place, frame, why and help', () => {
    expect(report(problemAt('topik'))).toBe(`error[yaml/duplicate-key]: The key \`topik\` stands twice in one mapping
  pipelines/a/pipeline.yaml:5:5
    4 |   s:
    5 |     topik: t
      |     ^^^^^
    6 | \ttab: x
  why: Only one of the two could hold, and which one would be a guess.
  help: Keep one of them.

1 error
`)
  })

  it.each(['smelt: 1', 'topik', 't\n', '    topic: t', 'name'])('marks exactly %j', (part) => {
    expect(markedBy(report(problemAt(part)))).toBe(part.trimEnd())
  })

  it('marks a span of no length by one mark', () => {
    const span = spanOf(FILE, TEXT, 'name')
    expect(markedBy(report(problemAt('name', { span: { ...span, end: span.start } })))).toBe('n')
  })

  it('keeps tabs before the mark, so that it stands below on any screen', () => {
    expect(report(problemAt('tab'))).toContain('\n      | \t^^^\n')
  })

  it('shows only what it knows: no place, or no text of the file', () => {
    expect(report(diagnostic('yaml/empty', { kind: 'tenant' }))).not.toContain('|')
    const elsewhere = problemAt('name', { span: spanOf('other.yaml', TEXT, 'name') })
    expect(report(elsewhere)).toContain('  other.yaml:2:1\n  why')
  })

  it('sorts by file and place, and counts', () => {
    const warning = problemAt('smelt', { severity: 'warning' })
    const other = problemAt('name', { span: spanOf('a.yaml', TEXT, 'topic') })
    const output = report(problemAt('topik'), warning, other)
    expect(output.match(/^ {2}\S+:\d+:\d+$/gm)).toEqual(['  a.yaml:7:5', `  ${FILE}:1:1`, `  ${FILE}:5:5`])
    expect(output).toMatch(/\n2 errors, 1 warning\n$/)
    expect(report()).toBe('no problems\n')
  })

  it('shows related places and the cause', () => {
    const related = [{ message: 'it stands here first', span: spanOf(FILE, TEXT, 'name') }]
    const output = report(problemAt('topik', { related, cause: 'disk\nfull' }))
    expect(output).toContain(
      '  it stands here first: pipelines/a/pipeline.yaml:2:1\n    1 | smelt: 1\n    2 | name: a\n      | ^^^^\n',
    )
    expect(output).toContain('  cause: disk full\n')
  })

  it('uses colours only when asked to', () => {
    const escape = '\u001B['
    expect(report(problemAt('name'))).not.toContain(escape)
    const coloured = terminalReporter({ colours: true })([problemAt('name')], texts)
    expect(coloured).toContain(escape)
    const bare = coloured.split(escape).map((part, index) => (index === 0 ? part : part.replace(/^\d+m/, '')))
    expect(bare.join('')).toBe(report(problemAt('name')))
  })

  it('lets no value move the cursor', () => {
    const output = report(diagnostic('yaml/duplicate-key', { key: 'a\u001B[2Jb\u2028c' }))
    expect(output).toContain('`a\u00B7[2Jb\u00B7c`')
  })

  it('cuts long lines around the mark', () => {
    const long = `${'x'.repeat(500)}HERE${'y'.repeat(500)}`
    const span = spanOf(FILE, long, 'HERE')
    const output = terminalReporter()([problemAt('name', { span })], new Map([[FILE, long]]))
    expect(markedBy(output)).toBe('HERE')
    expect(Math.max(...output.split('\n').map((line) => line.length))).toBeLessThan(160)
  })

  it('shows lines that end with a carriage return without it', () => {
    const text = 'a: 1\r\nname: b\r\nc: 2\r\n'
    const output = terminalReporter()(
      [problemAt('name', { span: spanOf(FILE, text, 'name') })],
      new Map([[FILE, text]]),
    )
    expect(output).toContain('    1 | a: 1\n    2 | name: b\n      | ^^^^\n    3 | c: 2\n')
  })

  it('never shows a text that may be a secret, not even beside another problem', () => {
    const text = 'a: 1\npii_key: hunter2\nb: 2\n'
    const secret = diagnostic('spec/plain-secret', { field: 'pii_key' }, { span: spanOf('t.yaml', text, 'hunter2') })
    const beside = problemAt('name', { span: spanOf('t.yaml', text, 'b: 2') })
    const output = terminalReporter()([secret, beside], new Map([['t.yaml', text]]))
    expect(output).not.toContain('hunter2')
    expect(output).toContain('2 | pii_key: *******\n')
  })
})
