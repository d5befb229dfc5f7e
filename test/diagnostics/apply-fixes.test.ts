import { describe, expect, it } from 'vitest'
import { applyFixes, diagnostic, groundFixes, misspeltWord, type Diagnostic, type Edit, type Span } from '#diagnostics'

function span(start: number, end: number, file = 'a.yaml'): Span {
  return { file, start: { offset: start, line: 1, column: start + 1 }, end: { offset: end, line: 1, column: end + 1 } }
}

function edit(start: number, replaces: string, text: string, file?: string): Edit {
  return { span: span(start, start + replaces.length, file), text, replaces }
}

function problem(confidence: 'safe' | 'maybe', ...edits: Edit[]): Diagnostic {
  const fix = { title: 'Mend it', confidence, edits }
  return diagnostic('spec/unsupported-version', { version: '2' }, { ...(edits[0] && { span: edits[0].span }), fix })
}

const texts = new Map([
  ['a.yaml', 'one two three'],
  ['b.yaml', 'four'],
])

describe('applyFixes', () => {
  it('makes several changes of several files, of the confidences asked for', () => {
    const guess = problem('maybe', edit(8, 'three', '3'))
    const sure = problem('safe', edit(0, 'one', '1'), edit(0, 'four', '4', 'b.yaml'))
    const { texts: changed, fixed } = applyFixes([guess, sure], texts, ['safe'])
    expect([...changed]).toEqual([
      ['a.yaml', '1 two three'],
      ['b.yaml', '4'],
    ])
    expect(fixed).toEqual([sure])
    expect(applyFixes([guess, sure], texts, ['safe', 'maybe']).texts.get('a.yaml')).toBe('1 two 3')
  })

  it('makes the first of two that touch, and leaves the other whole', () => {
    const first = problem('safe', edit(4, 'two', '2'))
    const second = problem('safe', edit(7, ' three', ' 3'), edit(0, 'four', '4', 'b.yaml'))
    expect([...applyFixes([second, first], texts, ['safe']).texts]).toEqual([['a.yaml', 'one 2 three']])
  })

  it('makes no change where another text stands', () => {
    expect(applyFixes([problem('safe', edit(0, 'two', '2'))], texts, ['safe'])).toEqual({ texts: new Map(), fixed: [] })
    expect(applyFixes([problem('safe', edit(0, 'x', 'y', 'c.yaml'))], texts, ['safe']).fixed).toEqual([])
  })
})

describe('groundFixes', () => {
  const files = new Map([['a.yaml', `from: 'one' \${x}`]])

  it('keeps a name within its quotes, and drops what does not stand there', () => {
    const [quoted] = groundFixes([problem('safe', { ...edit(6, '12345', 'two'), replaces: 'one' })], files)
    expect(applyFixes(quoted ? [quoted] : [], files, ['safe']).texts.get('a.yaml')).toBe(`from: 'two' \${x}`)
    const [filled] = groundFixes([problem('safe', { ...edit(12, '${x}', 'two'), replaces: 'one' })], files)
    expect(filled?.fix).toBeUndefined()
  })
})

describe('misspeltWord', () => {
  const words = ['watermark', 'max_ahead', 'max_skew', 'topic', 'min']
  it.each([
    ['watermrk', 'watermark', 'safe'],
    ['waetrmark', 'watermark', 'safe'],
    ['maxAhead', 'max_ahead', 'safe'],
    ['max-skew', 'max_skew', 'safe'],
    ['max_sewk', 'max_skew', 'maybe'],
    ['mn', 'min', 'maybe'],
  ])('takes %s for %s: %s', (word, nearest, confidence) => {
    expect(misspeltWord(span(0, word.length), word, nearest, words).fix?.confidence).toBe(confidence)
  })

  it('is not sure where two words are as near', () => {
    expect(misspeltWord(span(0, 5), 'tipic', 'topic', ['topic', 'tonic']).fix?.confidence).toBe('maybe')
  })
})
