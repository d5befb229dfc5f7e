import type { LineageNode, LineageStep, LineageTrace, RowRule } from '#plan'
import { exposureText } from './exposure-text.ts'
import { outlineText, type OutlineEntry, type OutlineLine } from './outline.ts'

/** A trace as trees for terminals: one per column asked for, then the rules that decide which rows there are. */
export function lineageText({ direction, roots, rows }: LineageTrace, width: number): string {
  const trees = roots.map((root) => outlineText(stepEntry(root, direction === 'on'), width))
  const title = direction === 'back' ? 'Rows depend on' : 'Rows that depend on it'
  const rules = rows.length === 0 ? [] : [outlineText({ title, lines: rows.flatMap(ruleLines), below: [] }, width)]
  return [...trees, ...rules].join('\n')
}

function stepEntry({ node, role, steps }: LineageStep, onwards: boolean): OutlineEntry {
  const part = role === undefined || role === 'value' ? '' : `${role}: `
  const ends = onwards && steps.length === 0 && role === undefined ? [{ text: 'nothing reads it', indent: 0 }] : []
  return {
    title: `${part}${node.id}  ${nodeText(node)}`,
    lines: [...nodeLines(node), ...ends],
    below: steps.map((step) => stepEntry(step, onwards)),
  }
}

function nodeText({ type, nullable, personal, pii }: LineageNode): string {
  const hidden = pii !== undefined && personal !== undefined ? ' here' : ''
  const marks = personal === undefined ? '' : `  [${exposureText(personal)}${hidden}]`
  return `${type}${nullable ? '' : ' not null'}${marks}`
}

function nodeLines({ value, declared, name }: LineageNode): OutlineLine[] {
  const made = value === undefined || value === name ? [] : [{ text: `= ${value}`, indent: 0, whole: true as const }]
  if (declared === undefined) return made
  const place = declared.place.startsWith('/') ? `#${declared.place}` : `column ${declared.place}`
  return [...made, { text: `${declared.file} ${place}`, indent: 0, whole: true }]
}

function ruleLines({ operator, table, rule, inputs }: RowRule): OutlineLine[] {
  const reads = inputs.length === 0 ? [] : [{ text: `reads ${inputs.join(', ')}`, indent: 2 }]
  const where = operator.startsWith(`${table}/`) ? '' : ` for ${table}`
  return [{ text: `${operator}${where}: ${rule}`, indent: 0, whole: true }, ...reads]
}
