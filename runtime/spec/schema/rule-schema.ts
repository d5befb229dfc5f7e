import type { Fields } from '../kinds/kind.ts'
import type { Rule } from '../kinds/rule.ts'
import type { JsonSchema } from './scalar-schema.ts'

/** What holds between the fields of a noun, as schemas that must all hold. An old spelling counts as its field. */
export function ruleSchemas(fields: Fields, rules: readonly Rule[]): JsonSchema[] {
  const has = (field: string): JsonSchema => present(fields, field)
  const moved = Object.entries(fields).filter(([, { deprecated }]) => deprecated !== undefined)
  const needed = moved.filter(([, { presence }]) => presence === 'required').map(([field]) => has(field))
  const single = moved.map(([field]) => atMostOneSpelling(fields, field))
  return [...needed, ...single, ...rules.map((rule) => ruleSchema(rule, has))]
}

function ruleSchema(rule: Rule, has: (field: string) => JsonSchema): JsonSchema {
  switch (rule.kind) {
    case 'at-least-one':
      return { anyOf: rule.fields.map(has) }
    case 'exactly-one':
      return { oneOf: rule.fields.map(has) }
    case 'excludes':
      return { if: has(rule.field), then: { not: { anyOf: rule.others.map(has) } } }
    case 'requires':
      return { if: has(rule.field), then: has(rule.other) }
    case 'needed': {
      const { field, is } = rule.unless
      return { if: { required: [field], properties: { [field]: { const: is } } }, else: has(rule.field) }
    }
  }
}

function present(fields: Fields, field: string): JsonSchema {
  const [only, ...more] = spellings(fields, field).map((name): JsonSchema => ({ required: [name] }))
  return only === undefined || more.length > 0 ? { anyOf: [only, ...more] } : only
}

function atMostOneSpelling(fields: Fields, field: string): JsonSchema {
  const names = spellings(fields, field)
  const pairs = names.flatMap((name, index) => names.slice(index + 1).map((other) => ({ required: [name, other] })))
  return { not: { anyOf: pairs } }
}

function spellings(fields: Fields, field: string): readonly string[] {
  return [field, ...(fields[field]?.deprecated ?? [])]
}
