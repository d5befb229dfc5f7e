import type { ExplainNode, ExplainOperator, ExplainTree } from './types.ts'

const LAYERS = ['bronze', 'silver', 'gold'] as const

/** An arrow; `dotted` is the way of refused records. */
interface Edge {
  readonly from: string
  readonly to: string
  readonly label: readonly string[]
  readonly dotted?: true
}

/** A plan as a Mermaid flowchart: topics, references and tables, and what stands between them. */
export function mermaidText(tree: ExplainTree): string {
  const ids = new Map<string, string>()
  const idOf = (name: string): string => {
    const id = ids.get(name) ?? `n${ids.size}`
    ids.set(name, id)
    return id
  }
  const all = tree.sources.flatMap(withReaders)
  const box = (name: string, lines: readonly string[], [open, close]: readonly [string, string]): string =>
    `${idOf(name)}${open}"${label([name, ...lines])}"${close}`
  const sources = tree.sources.map((node) => box(node.id, [node.title], ['([', '])']))
  const references = tree.references.map(({ name, file }) => box(`reference.${name}`, [file], ['[[', ']]']))
  const layers = LAYERS.flatMap((layer) => {
    const tables = all.filter(({ id }) => id.startsWith(`${layer}.`))
    if (tables.length === 0) return []
    const boxes = tables.map((node) => `    ${box(node.id, tableLines(node), ['[(', ')]'])}`)
    return [`  subgraph layer_${layer} ["${layer}"]`, ...boxes, '  end']
  })
  const quarantine = box(tree.quarantine.id, [], ['[(', ')]'])
  const edges = edgesOf(tree, all).map(({ from, to, label: lines, dotted }) => {
    const text = lines.length === 0 ? '' : `|"${label(lines)}"|`
    return `  ${idOf(from)} ${dotted ? '-.->' : '-->'}${text} ${idOf(to)}`
  })
  const boxes = [...sources, ...references].map((line) => `  ${line}`)
  return `${['flowchart LR', ...boxes, ...layers, `  ${quarantine}`, ...edges].join('\n')}\n`
}

function withReaders(node: ExplainNode): ExplainNode[] {
  return [node, ...node.readBy.flatMap(withReaders)]
}

function tableLines({ columns, partitionBy }: ExplainNode): string[] {
  const partitions = partitionBy.length === 0 ? [] : [`by ${partitionBy.join(', ')}`]
  return [`${columns.length} columns`, ...partitions]
}

function edgesOf(tree: ExplainTree, all: readonly ExplainNode[]): Edge[] {
  const quarantine = tree.quarantine.id
  const refused = (node: ExplainNode): Edge[] => {
    const codes = new Set(node.operators.flatMap(({ outcomes }) => outcomes.flatMap((outcome) => outcome.codes)))
    if (codes.size === 0) return []
    const label = node.kind === 'source' ? ['refused'] : [...codes]
    return [{ from: node.id, to: quarantine, label, dotted: true }]
  }
  const reads = all.flatMap((node) =>
    node.readBy.map((reader): Edge => ({ from: node.id, to: reader.id, label: reader.operators.flatMap(onArrow) })),
  )
  const lookups = all.flatMap((node) =>
    node.operators.flatMap(({ kind, id }): Edge[] =>
      kind === 'lookup' ? [{ from: `reference.${id.split('/lookup.')[1] ?? ''}`, to: node.id, label: ['lookup'] }] : [],
    ),
  )
  const joins = all.flatMap((node) =>
    node.operators.flatMap(({ kind, reads: from }): Edge[] =>
      from === undefined ? [] : [{ from, to: node.id, label: [kind === 'interval' ? 'rows' : 'versions'] }],
    ),
  )
  return [...reads, ...lookups, ...joins, ...all.flatMap(refused)]
}

function onArrow({ kind, title }: ExplainOperator): string[] {
  if (kind === 'where' || kind === 'dedupe' || kind === 'latest') return [`${kind} ${title}`]
  return kind === 'window' || kind === 'as-of' || kind === 'interval' ? [title] : []
}

/**
 * Lines as the text of a quoted Mermaid label. Everything but letters, digits and a few marks becomes an entity by its
 * code point: quotes and brackets would end the label, `<` would be markup, a backtick starts Markdown. The colon is
 * among them because Mermaid drops the end of an entity after `style`, a colon and `#`.
 */
function label(lines: readonly string[]): string {
  const escaped = (text: string): string =>
    text
      .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ')
      .replace(/[^\p{L}\p{N}\p{M} _.,/()-]/gu, (character) => `#${character.codePointAt(0) ?? 0};`)
  return lines.map(escaped).join('<br/>')
}
