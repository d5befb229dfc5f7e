import { stringify } from 'yaml'

/** A text as a YAML value on one line that reads back as the same text; `flow`: within `{ }` or `[ ]`. */
export function yamlScalar(text: string, { flow = false } = {}): string {
  const written = text.replaceAll('${', () => '$${')
  const plain = stringify(written, { lineWidth: 0, singleQuote: true }).trimEnd()
  // What takes lines, and what would end a value of a flow mapping, is put in double quotes, which YAML shares with JSON.
  const broken = /^[|>]/.test(plain) || plain.includes('\n') || (flow && !/^['"]/.test(plain) && /[,[\]{}]/.test(plain))
  return broken ? JSON.stringify(written) : plain
}

/** A comment line: what is not printed in one is taken out. */
export function yamlComment(text: string): string {
  return `# ${text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')}`
}
