import type { YamlNode } from '../yaml/tree.ts'

/** What stands there, for messages after "not": `a list`, `the number \`5\``. */
export function describeNode(node: YamlNode): string {
  if (node.kind === 'mapping') return 'a mapping'
  if (node.kind === 'sequence') return 'a list'
  return describeValue(node.value, node.text)
}

/** A scalar in words, shortened so that a message stays one line. */
export function describeValue(value: string | number | boolean | null, text: string): string {
  if (value === null) return '`null`'
  const line = text.split('\n')[0] ?? ''
  const short = line.length > 60 || line.length < text.trimEnd().length ? `${line.slice(0, 60)}...` : line
  return typeof value === 'string' ? `the text \`${short}\`` : `the ${typeof value} \`${short}\``
}
