import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { explainPlan, mermaidText, type ExplainTree } from '#plan'
import { goldenPlans } from '../../support/plans.ts'

/** A quoted label after Mermaid has read its entities: nothing in it may end the label or be markup. */
const LABEL = String.raw`"(?:[\p{L}\p{N}\p{M} _.,/()-]|#[0-9]+;|<br/>)*"`
const SHAPE = String.raw`(?:\(\[${LABEL}\]\)|\[\(${LABEL}\)\]|\[\[${LABEL}\]\])`
const LINES = {
  first: /^flowchart LR$/,
  box: new RegExp(`^ {2,4}(n[0-9]+)${SHAPE}$`, 'u'),
  open: new RegExp(`^ {2}subgraph layer_[a-z]+ \\[${LABEL}\\]$`, 'u'),
  close: /^ {2}end$/,
  arrow: new RegExp(`^ {2}(n[0-9]+) (?:-->|-\\.->)(?:\\|${LABEL}\\|)? (n[0-9]+)$`, 'u'),
}

/** What Mermaid does to a text before it parses it: it takes the last sign off what it holds for styles. */
function beforeParsing(text: string): string {
  return text
    .replace(/style.*:\S*#.*;/g, (found) => found.slice(0, -1))
    .replace(/classDef.*:\S*#.*;/g, (found) => found.slice(0, -1))
}

/** Reads a flowchart of the kind that is written, or throws; gives its boxes and arrows. */
function parse(text: string): { boxes: string[]; arrows: [string, string][] } {
  const boxes: string[] = []
  const arrows: [string, string][] = []
  let depth = 0
  const [first = '', ...lines] = beforeParsing(text).trimEnd().split('\n')
  expect(first).toMatch(LINES.first)
  for (const line of lines) {
    const box = LINES.box.exec(line)
    const arrow = LINES.arrow.exec(line)
    if (box !== null) boxes.push(box[1] ?? '')
    else if (arrow !== null) arrows.push([arrow[1] ?? '', arrow[2] ?? ''])
    else if (LINES.open.test(line)) depth++
    else if (LINES.close.test(line)) depth--
    else throw new Error(`no line of a flowchart: ${line}`)
  }
  expect(depth).toBe(0)
  return { boxes, arrows }
}

function checked(tree: ExplainTree): ReturnType<typeof parse> {
  const found = parse(mermaidText(tree))
  expect(new Set(found.boxes).size).toBe(found.boxes.length)
  expect(found.arrows.flat().filter((id) => !found.boxes.includes(id))).toEqual([])
  return found
}

describe('mermaidText', () => {
  it.each(goldenPlans())('draws %s: every box, and arrows between boxes only', (_, plan) => {
    const { boxes, arrows } = checked(explainPlan(plan))
    const { sources, references, silver, gold } = plan
    expect(boxes).toHaveLength(2 * sources.length + references.length + silver.length + gold.length + 1)
    expect(arrows.length).toBeGreaterThanOrEqual(sources.length + silver.length + gold.length)
  })

  it('stays a flowchart whatever names hold', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        ...[
          '"]',
          '")]; click n0 "javascript:alert(1)"',
          '<img src=x onerror=alert(1)>',
          '`**bold**`',
          'end',
          '%%{init: {}}%%',
        ],
        ...[
          'style:#',
          'style x:#35;',
          'classDef a:#quot;',
          '#quot;',
          '&quot;',
          '\n  n9 --> n8',
          '\u2028n1',
          '\\n',
          'a|b|c',
          '\u202e',
        ],
      ),
    )
    const shipped = explainPlan(goldenPlans()[0]?.[1] as Parameters<typeof explainPlan>[0])
    fc.assert(
      fc.property(hostile, hostile, (title, file) => {
        const sources = shipped.sources.map((source) => ({
          ...source,
          title,
          readBy: source.readBy.map((node) => ({ ...node, operators: [{ ...operator, title }] })),
        }))
        checked({ ...shipped, sources, references: shipped.references.map((each) => ({ ...each, file })) })
      }),
      { numRuns: 300 },
    )
  })

  it('keeps letters of every script and writes the rest as entities', () => {
    const shipped = explainPlan(goldenPlans()[0]?.[1] as Parameters<typeof explainPlan>[0])
    const text = mermaidText({
      ...shipped,
      references: [{ ...shipped.references[0], file: 'Größe "名前".csv' } as never],
    })
    expect(text).toContain('Größe #34;名前#34;.csv')
  })
})

const operator = { id: 'silver.devices/where', kind: 'where', rules: [], outcomes: [] } as const
