import type { Reading } from '../reading.ts'
import type { YamlNode } from '../yaml/tree.ts'
import type { Fields } from './field.ts'
import type { Rule } from './rule.ts'

/**
 * What a value may be: reads it, and says so for messages, editors and reference pages. `read` answers undefined when
 * the value is not usable; it has reported why, unless the value is only not known yet (see `Reading.unknown`).
 */
export interface Kind<T> {
  /** For messages, after "must be": `a duration such as \`5m\``. */
  readonly expects: string
  readonly shape: Shape
  readonly read: (node: YamlNode, reading: Reading) => T | undefined
}

/** The kind as data. */
export type Shape =
  | { readonly type: 'text' | 'expression' | 'duration' | 'size' | 'boolean' | 'literal' | 'secret' }
  | { readonly type: 'integer'; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'choice'; readonly values: readonly string[] }
  | { readonly type: 'list'; readonly item: Shape }
  | { readonly type: 'named'; readonly rule: string; readonly entry: Shape }
  | { readonly type: 'either'; readonly options: readonly Shape[] }
  | {
      readonly type: 'noun'
      readonly name: string
      readonly doc: string
      readonly fields: Fields
      readonly rules: readonly Rule[]
    }

/** The kind with its value put in another form. */
export function mapKind<A, B>(kind: Kind<A>, change: (value: A) => B): Kind<B> {
  return {
    ...kind,
    read: (node, reading) => {
      const value = kind.read(node, reading)
      return value === undefined ? undefined : change(value)
    },
  }
}
