import type { Field } from '../kinds/kind.ts'
import { plainValue } from './plain-value.ts'
import type { JsonSchema } from './scalar-schema.ts'

/** The schema of one field: what an editor shows beside what the value may be. `value` makes the latter. */
export function fieldSchema(field: Field, value: () => JsonSchema): JsonSchema {
  const { doc, presence, meanwhile, example } = field
  if (presence === 'later') {
    const text = `Not available yet. ${meanwhile ?? ''}`.trimEnd()
    return { description: `${doc} ${text}`, not: {}, deprecationMessage: text, doNotSuggest: true }
  }
  return {
    description: doc,
    markdownDescription: markdown(field),
    ...value(),
    ...(field.default === undefined ? { examples: [plainValue(example)] } : { default: plainValue(field.default) }),
  }
}

function markdown({ doc, example, since, ...field }: Field): string {
  const preset = field.default === undefined ? `Example: \`${example}\`` : `Default: \`${field.default}\``
  return `${doc}\n\n${preset}\n\nSince ${since}.`
}
