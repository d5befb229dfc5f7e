import { mappingName, reportAt, type Reading } from '../reading.ts'
import type { YamlEntry, YamlMapping, YamlNode } from '../yaml/tree.ts'

/** What holds between the fields of a noun. */
export type Rule =
  | { readonly kind: 'at-least-one'; readonly fields: readonly string[] }
  | { readonly kind: 'exactly-one'; readonly fields: readonly string[] }
  | { readonly kind: 'excludes'; readonly field: string; readonly others: readonly string[] }
  | { readonly kind: 'requires'; readonly field: string; readonly other: string; readonly example: string }
  | { readonly kind: 'needed'; readonly field: string; readonly unless: FieldValue; readonly example: string }

/** A field that has one value, as it is written. */
interface FieldValue {
  readonly field: string
  readonly is: string
}

/** Reports the first rule that the keys of `node` break: a second one is mostly the same mistake. True when none is. */
export function checkRules(rules: readonly Rule[], node: YamlMapping, noun: string, reading: Reading): boolean {
  const before = reading.diagnostics.length
  return rules.every((rule) => {
    checkRule(rule, node, noun, reading)
    return reading.diagnostics.length === before
  })
}

function checkRule(rule: Rule, node: YamlMapping, noun: string, reading: Reading): void {
  const has = (field: string): boolean => node.entries.some((entry) => entry.name === field)
  const where = (): string => mappingName(node, noun)
  switch (rule.kind) {
    case 'at-least-one':
      if (!rule.fields.some(has)) {
        reportAt(
          reading,
          'spec/missing-choice',
          { fields: rule.fields, where: where() },
          { ...node, span: node.keySpan },
        )
      }
      return
    case 'exactly-one': {
      const [first, second] = rule.fields.filter(has)
      if (first === undefined) {
        reportAt(
          reading,
          'spec/missing-choice',
          { fields: rule.fields, where: where() },
          { ...node, span: node.keySpan },
        )
      } else if (second !== undefined) conflict(first, second, node, where(), reading)
      return
    }
    case 'excludes':
      if (!has(rule.field)) return
      for (const other of rule.others.filter(has)) conflict(rule.field, other, node, where(), reading)
      return
    case 'requires': {
      if (!has(rule.field) || has(rule.other)) return
      const params = { field: rule.other, where: where(), example: rule.example }
      reportAt(reading, 'spec/missing-field', params, { ...node, span: node.keySpan })
      return
    }
    case 'needed': {
      const { field, unless, example } = rule
      if (has(field) || node.entries.some(({ name, value }) => name === unless.field && isText(value, unless.is)))
        return
      reportMissing({ field, where: where(), example }, node, reading)
    }
  }
}

const isText = (node: YamlNode, text: string): boolean => node.kind === 'scalar' && node.text === text

/** Reports at the key of a mapping, or at its start where it is the whole file, that it lacks a field. */
export function reportMissing(
  params: { readonly field: string; readonly where: string; readonly example: string },
  node: YamlMapping,
  reading: Reading,
): void {
  const start = { ...node.keySpan, end: node.keySpan.start }
  reportAt(reading, 'spec/missing-field', params, {
    span: node.pointer === '' ? start : node.keySpan,
    pointer: node.pointer,
  })
}

function conflict(field: string, other: string, node: YamlMapping, where: string, reading: Reading): void {
  const [first, second] = node.entries.filter(({ name }) => name === field || name === other)
  if (first === undefined || second === undefined) return
  reportConflict(second, first, where, reading)
}

/** Reports at `entry` that `other` stands in the same mapping, and that only one of them may. */
export function reportConflict(entry: YamlEntry, other: YamlEntry, where: string, reading: Reading): void {
  const at = { span: entry.key, pointer: entry.value.pointer }
  const related = [{ message: `\`${other.name}\` stands here`, span: other.key }]
  reportAt(reading, 'spec/conflicting-fields', { field: entry.name, other: other.name, where }, at, { related })
}
