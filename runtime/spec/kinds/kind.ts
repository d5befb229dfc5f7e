import type { Reading } from '../reading.ts'
import type { YamlNode } from '../yaml/tree.ts'
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
  | { readonly type: 'text' | 'expression' | 'duration' | 'size' | 'boolean' | 'literal' | 'secret' | 'json' }
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

/** What every field tells its readers. */
export interface Docs {
  /** One or two sentences for the reference page and the editor. */
  readonly doc: string
  /** A value as it would be written. */
  readonly example: string
  /** The version that brought the field. */
  readonly since: string
}

export type Presence = 'required' | 'optional' | 'defaulted' | 'later'

/** One key of a noun: the single declaration from which it is parsed, checked, defaulted and documented. */
export interface Field<T = unknown, P extends Presence = Presence> extends Docs {
  readonly kind: Kind<T>
  readonly presence: P
  /** The default as it would be written; `{}` is an empty mapping. */
  readonly default?: string
  /** For a reserved word: what to do as long as it is not available. */
  readonly meanwhile?: string
  /** For a reserved word that will be an alternative to a required field: that field, which is then not missing. */
  readonly insteadOf?: string
}

export type Fields = Readonly<Record<string, Field>>

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
