import type { Field, NounShape, Shape } from '../../../runtime/spec/kinds/kind.ts'
import type { Rule } from '../../../runtime/spec/kinds/rule.ts'
import { plainValue, type Plain } from '../../../runtime/spec/schema/plain-value.ts'
import type { Root } from '../../../runtime/spec/schema/roots.ts'

export type Mapping = Record<string, Plain>

/** A document of a root in which a noun stands; `change` gives the document with another noun in its place. */
export interface Place {
  readonly noun: NounShape
  readonly change: (at: (value: Mapping) => Plain) => Plain
}

/** Every noun of `root`, each within a valid document that holds little else. */
export function placesOf(root: Root): Place[] {
  const found: Place[] = []
  const seen = new Set<NounShape>()
  const visit = (shape: Shape, wrap: (inner: Plain) => Plain): void => {
    switch (shape.type) {
      case 'noun':
        if (seen.has(shape)) return
        seen.add(shape)
        found.push({ noun: shape, change: (at) => wrap(at(smallest(shape))) })
        for (const [key, field] of readable(shape)) {
          visit(field.kind.shape, (inner) => wrap({ ...smallest(shape, key), [key]: inner }))
        }
        return
      case 'list': {
        visit(shape.item, (inner) => wrap([inner]))
        return
      }
      case 'named': {
        visit(shape.entry, (inner) => wrap({ abc: inner }))
        return
      }
      case 'either':
        for (const option of shape.options) visit(option, wrap)
        return
      case 'by-key':
        visit(shape.marked, wrap)
        return
      case 'without-params':
      case 'as-written': {
        visit(shape.of, wrap)
        return
      }
      default:
    }
  }
  visit(root.shape, (inner) => inner)
  return found
}

/** The fields that can be written today. */
export function readable({ fields }: NounShape): [string, Field][] {
  return Object.entries<Field>(fields).filter(([, { presence }]) => presence !== 'later')
}

/** A valid noun with its required fields and `key`, and what the rules between fields ask for. */
export function smallest(noun: NounShape, key?: string): Mapping {
  const needed = readable(noun).filter(([name, { presence }]) => presence === 'required' || name === key)
  const keys = new Set(needed.map(([name]) => name))
  for (const rule of noun.rules) if (rule.kind === 'needed') keys.add(rule.field)
  for (const rule of noun.rules) if (rule.kind === 'requires' && keys.has(rule.field)) keys.add(rule.other)
  for (const rule of noun.rules) {
    if ((rule.kind !== 'exactly-one' && rule.kind !== 'at-least-one') || rule.fields.some((each) => keys.has(each)))
      continue
    const chosen = rule.fields.find((each) => noun.rules.every((other) => !excludes(other, [...keys, each])))
    if (chosen !== undefined) keys.add(chosen)
  }
  for (const rule of noun.rules) if (rule.kind === 'requires' && keys.has(rule.field)) keys.add(rule.other)
  return Object.fromEntries([...keys].map((name) => [name, exampleOf(noun, name)]))
}

/** The example of a field, as a value. */
export function exampleOf({ fields }: NounShape, key: string): Plain {
  return plainValue(fields[key]?.example ?? 'null')
}

function excludes(rule: Rule, keys: readonly string[]): boolean {
  return rule.kind === 'excludes' && keys.includes(rule.field) && rule.others.some((each) => keys.includes(each))
}
