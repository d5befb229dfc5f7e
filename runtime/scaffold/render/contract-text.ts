import type { Finding } from '../infer/finding.ts'
import { prettyJson } from './json-text.ts'

/** The contract of the records, as the text of its file. Fields nobody has seen yet stay allowed. */
export function contractText(title: string, origin: string, findings: readonly Finding[]): string {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title,
    description: `Inferred from ${origin}. Each $comment says what was seen: tighten or loosen it to what the producer promises.`,
    ...objectSchema(findings),
  }
  return `${prettyJson(schema)}\n`
}

function objectSchema(findings: readonly Finding[]): Record<string, unknown> {
  const required = findings.filter((each) => each.required).map(nameOf)
  return {
    type: 'object',
    ...(required.length > 0 && { required }),
    properties: Object.fromEntries(findings.map((each) => [nameOf(each), fieldSchema(each)])),
  }
}

function fieldSchema(finding: Finding): Record<string, unknown> {
  const { kind, format, values, items, nullable } = finding
  const $comment = finding.evidence
  if (kind === 'any') return { $comment }
  const type = (name: string): string | string[] => (nullable ? [name, 'null'] : name)
  switch (kind) {
    case 'object':
      return { ...objectSchema(finding.fields), type: type('object'), $comment }
    case 'list': {
      const item = items?.kind ?? 'string'
      return { type: type('array'), items: { type: items?.nullable === true ? [item, 'null'] : item }, $comment }
    }
    default: {
      const allowed = values && { enum: nullable ? [...values, null] : values }
      return { type: type(kind), ...(format !== undefined && { format }), ...allowed, $comment }
    }
  }
}

function nameOf({ path }: Finding): string {
  return path.at(-1) ?? ''
}
