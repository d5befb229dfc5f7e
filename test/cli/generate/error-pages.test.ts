import { describe, expect, it } from 'vitest'
import { codeEntry, CODES, type Code } from '#diagnostics'
import { errorPages } from '../../../runtime/cli/generate/error-pages.ts'

const pages = new Map(errorPages.files())
const codes = Object.keys(CODES) as Code[]
const overview = pages.get('docs/reference/errors/README.md') ?? ''
const pageOf = (code: string): string => pages.get(`docs/reference/errors/${code.split('/')[0] ?? ''}.md`) ?? ''
const sectionOf = (code: string): string => pageOf(code).split(`\n## ${code}\n`)[1]?.split('\n## ')[0] ?? ''

describe('the error pages', () => {
  it('have a section for each code, and for nothing else', () => {
    const sections = [...pages]
      .filter(([file]) => !file.endsWith('README.md'))
      .flatMap(([, text]) => [...text.matchAll(/^## (.*)$/gm)].map(([, code]) => code))
    expect(sections.sort()).toEqual([...codes].sort())
  })

  it.each(codes)('say of %s what, why, what to do, and show it printed', (code) => {
    const { title, why, fix } = codeEntry(code)
    const section = sectionOf(code)
    expect(section).toContain(`**${title}.** ${why}\n\n${typeof fix === 'string' ? fix : 'In the example: '}`)
    expect(section).toMatch(new RegExp(`^(error|warning|info)\\[${code}\\]: `, 'm'))
    expect(section).not.toMatch(/In the example: \n/)
  })

  it('are linked from the overview, to a heading that is there', () => {
    const links = [...overview.matchAll(/\]\((\w+)\.md#([a-z0-9-]+)\)/g)]
    expect(links).toHaveLength(codes.length)
    for (const [, area = '', anchor = ''] of links) {
      const headings = [...(pages.get(`docs/reference/errors/${area}.md`) ?? '').matchAll(/^## (.*)$/gm)]
      expect(headings.map(([, text = '']) => text.toLowerCase().replace(/[^a-z0-9 -]/g, ''))).toContain(anchor)
    }
  })

  it('show the project that the examples change', () => {
    expect(overview).toContain('`pipelines/orders/pipeline.yaml`\n\n```yaml\nsmelt: 1\n')
  })
})
