import { describe, expect, it } from 'vitest'
import { diagnostic, githubReporter } from '#diagnostics'
import { FILE, problemAt, TEXT, spanOf } from '../fixtures.ts'

const texts = new Map<string, string>()

describe('the GitHub reporter', () => {
  it('writes one workflow command per problem', () => {
    expect(githubReporter([problemAt('topik'), problemAt('name', { severity: 'warning' })], texts)).toBe(
      `::warning file=${FILE},line=2,endLine=2,col=1,endColumn=5,title=yaml/duplicate-key::The key \`name\` stands twice in one mapping%0AOnly one of the two could hold, and which one would be a guess.%0AKeep one of them.
::error file=${FILE},line=5,endLine=5,col=5,endColumn=10,title=yaml/duplicate-key::The key \`topik\` stands twice in one mapping%0AOnly one of the two could hold, and which one would be a guess.%0AKeep one of them.
`,
    )
  })

  it('escapes what would end a property or a line', () => {
    const span = spanOf('a,b:c%.yaml', TEXT, 'name')
    const output = githubReporter([{ ...problemAt('name', { severity: 'info' }), span, message: '50%\r\nmore' }], texts)
    expect(output).toContain('::notice file=a%2Cb%3Ac%25.yaml,line=2')
    expect(output).toContain('::50%25%0D%0Amore%0A')
  })

  it('leaves out a place that is not known, and columns across lines', () => {
    expect(githubReporter([diagnostic('yaml/empty', { kind: 'tenant' })], texts)).toMatch(
      /^::error title=yaml\/empty::/,
    )
    expect(githubReporter([problemAt('name: a\nsources')], texts)).toContain(',line=2,endLine=3,title=')
    expect(githubReporter([], texts)).toBe('')
  })
})
