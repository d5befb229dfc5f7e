import { describe, expect, it } from 'vitest'
import { nounsOf, ROOTS, type Field } from '#spec'
import { nounPages } from '../../../runtime/cli/generate/noun-pages.ts'

const pages = new Map(nounPages.files())
const nouns = ROOTS.flatMap((root) =>
  nounsOf(root.shape).map((noun) => [`${root.name}: ${noun.name}`, root, noun] as const),
)

/** The part of the page of `root` about one noun. */
function sectionOf(root: string, noun: string, first: boolean): string {
  const [head = '', ...rest] = (pages.get(`docs/reference/${root}.md`) ?? '').split(/^## /m)
  return first ? head : (rest.find((each) => each.startsWith(`${noun}\n`)) ?? '')
}

describe('the pages of the YAML files', () => {
  it('are one for each kind of file', () => {
    expect([...pages.keys()]).toEqual(ROOTS.map(({ name }) => `docs/reference/${name}.md`))
  })

  it.each(nouns)('%s stands there with every field', (_, root, noun) => {
    const section = sectionOf(root.name, noun.name, noun === root.shape)
    expect(section).toContain(noun.doc)
    for (const [key, field] of Object.entries<Field>(noun.fields)) {
      if (field.presence === 'later') {
        expect(section).toContain(`- \`${key}\`: ${field.doc} ${field.meanwhile ?? ''}`)
        continue
      }
      const row = section.split('\n').find((line) => line.startsWith(`| \`${key}\` |`)) ?? ''
      const cell = (text: string): string => text.replace(/\|/g, '\\|')
      expect(row).toContain(cell(field.doc))
      expect(row).toContain(cell(field.default ?? field.example))
      expect(row).toContain(field.since)
      expect(row.includes('| required |')).toBe(field.presence === 'required')
    }
    expect(section.match(/^- (Needs|`\w+` (excludes|needs)) /gm)?.length ?? 0).toBe(noun.rules.length)
  })

  it('say where no placeholder may stand', () => {
    const fields = '`id`, `residency`, `classification`, `environments`, `tags`'
    expect(pages.get('docs/reference/tenant.md')).toContain(`may stand in any value but those of ${fields}, which`)
    expect(pages.get('docs/reference/project.md')).toContain('may stand in any value; ')
  })

  it('have links that lead somewhere', () => {
    for (const [file, page] of pages) {
      for (const [, anchor = ''] of page.matchAll(/\]\(#([^)]+)\)/g)) {
        const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, title = '']) =>
          title.toLowerCase().replace(/ /g, '-'),
        )
        expect(headings, file).toContain(anchor)
      }
    }
  })
})
