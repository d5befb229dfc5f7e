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

/** The kind as data: all that can be said of a value without the rest of its file. `expects` is that of the kind. */
export type Shape =
  | TextShape
  | { readonly type: 'expression'; readonly expects: string }
  /** `minimum` in milliseconds, in bytes. */
  | { readonly type: 'duration' | 'size'; readonly minimum: number; readonly expects: string }
  | { readonly type: 'boolean' }
  | { readonly type: 'literal'; readonly nullable: boolean }
  /** `${secrets.NAME}` and nothing else: the one shape whose value is a secret. */
  | { readonly type: 'secret' }
  /** Any value that JSON can hold; with `object`, a mapping. */
  | { readonly type: 'json'; readonly object: boolean }
  /** A key with nothing behind it. */
  | { readonly type: 'nothing' }
  | { readonly type: 'integer'; readonly minimum: number; readonly maximum: number; readonly expects: string }
  | { readonly type: 'choice'; readonly values: readonly string[] }
  | ListShape
  | NamedShape
  | { readonly type: 'either'; readonly options: readonly Shape[] }
  /** A mapping with one of `keys` is `marked`, any other value is `plain`. */
  | { readonly type: 'by-key'; readonly keys: readonly string[]; readonly marked: Shape; readonly plain: Shape }
  /** As `of`, where `${params.x}` may not stand. */
  | { readonly type: 'without-params'; readonly of: Shape }
  /** As `of`, where no placeholder may stand. */
  | { readonly type: 'as-written'; readonly of: Shape }
  | NounShape

export interface TextShape {
  readonly type: 'text'
  /** A regular expression, to be read with the flag `u`, that the text matches somewhere. */
  readonly pattern?: string
  readonly expects: string
  /** The text is an address: what stands in front of its host is not for anybody to see. */
  readonly address?: true
}

/** With `distinct`, no entry stands twice. */
export interface ListShape {
  readonly type: 'list'
  readonly item: Shape
  /** How many entries there must be. */
  readonly least: 0 | 1
  readonly distinct: boolean
}

/** At least one entry, each under a name that matches `rule`. */
export interface NamedShape {
  readonly type: 'named'
  /** What an entry is, in the user's words. */
  readonly label: string
  readonly rule: NameRule
  readonly entry: Shape
}

/** What a name may look like, and the sentence that says so. */
export interface NameRule {
  readonly pattern: RegExp
  readonly says: string
}

export interface NounShape {
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
  /** Old spellings of the key: read as this field, with a warning that names the new one. */
  readonly deprecated?: readonly string[]
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
