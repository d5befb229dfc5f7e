import { stringify } from 'yaml'

/** A text as a YAML value on one line that reads back as the same text, in a block or flow mapping. */
export function yamlScalar(text: string): string {
  const written = text.replaceAll('${', '$${')
  const plain = stringify(written, { lineWidth: 0, defaultStringType: 'PLAIN' }).trimEnd()
  // Block texts, and what would end a value of a flow mapping, are put in double quotes, which YAML shares with JSON.
  return /^[|>]/.test(plain) || /[\n,[\]{}#]|: /.test(plain) ? JSON.stringify(written) : plain
}

/** A comment line: what is not printed in one is taken out. */
export function yamlComment(text: string): string {
  return `# ${text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')}`
}
