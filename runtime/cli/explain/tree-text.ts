import type { ExplainColumn, ExplainNode, ExplainOperator, ExplainOutcome, ExplainReference, ExplainTree } from '#plan'
import { exposureText } from './exposure-text.ts'
import { alignedLines, outlineText, type OutlineEntry, type OutlineLine } from './outline.ts'

/** An explained plan as a tree for terminals: sources, the tables made of them, and what happens in between. */
export function treeText(tree: ExplainTree, width: number): string {
  const { tenant, pipeline, planHash, sources, references, quarantine } = tree
  const hash = planHash === undefined ? 'for any tenant, params at their defaults' : `plan ${planHash.slice(0, 12)}`
  const trees = sources.map((source) => outlineText(nodeEntry(source), width))
  const others = references.map((reference) => outlineText(referenceEntry(reference), width))
  const refused = outlineText({ title: `${quarantine.id}  ${quarantine.holds}`, lines: [], below: [] }, width)
  return [`${tenant}/${pipeline}  ${hash}\n`, ...trees, ...others, refused].join('\n')
}

function nodeEntry(node: ExplainNode): OutlineEntry {
  const { id, title, kind, columns, partitionBy, operators, accounting, readBy } = node
  return {
    title: `${id}  ${title}`,
    lines: [
      ...operators.flatMap(operatorLines),
      { text: kind === 'source' ? 'fields' : 'columns', indent: 0 },
      ...columnLines(columns),
      ...(partitionBy.length === 0 ? [] : [{ text: `partitioned by ${partitionBy.join(', ')}`, indent: 0 }]),
      ...(accounting === undefined ? [] : [{ text: `accounting: ${accounting}`, indent: 0 }]),
      { text: '', indent: 0 },
    ],
    below: readBy.map(nodeEntry),
  }
}

function referenceEntry({ name, file, key, columns, contentHash }: ExplainReference): OutlineEntry {
  const title = `reference.${name}  ${file} by ${key.join(', ')}, content ${contentHash.slice(0, 12)}`
  return { title, lines: columnLines(columns), below: [] }
}

function operatorLines({ kind, title, rules, outcomes, state }: ExplainOperator): OutlineLine[] {
  const kept =
    state === undefined
      ? []
      : [
          { text: `state: ${state.holds}`, indent: 2 },
          { text: `keys: ${state.keys.join(', ')}`, indent: 4 },
          { text: `bound: ${state.bound}`, indent: 4 },
        ]
  return [
    { text: `${kind}: ${title}`, indent: 0, whole: true },
    ...rules.map((text) => ({ text, indent: 2 })),
    ...outcomes.map((each) => ({ text: outcomeText(each), indent: 2 })),
    ...kept,
  ]
}

function outcomeText({ becomes, when, codes }: ExplainOutcome): string {
  const named = codes.length === 0 ? '' : ` (${codes.join(', ')})`
  return `${becomes === 'stops' ? 'the pipeline stops' : becomes} when ${when}${named}`
}

function columnLines(columns: readonly ExplainColumn[]): OutlineLine[] {
  return alignedLines(
    columns.map(({ name, type, nullable, value, personal }) => [
      name,
      type,
      nullable ? '' : 'not null',
      [
        ...(value === undefined || value === name ? [] : [`= ${value}`]),
        ...(personal === undefined ? [] : [`[${exposureText(personal)}]`]),
      ].join('  '),
    ]),
    2,
  )
}
