import type { Kind } from './kind.ts'

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

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S
type KeysOf<F extends Fields, P extends Presence> = {
  [K in keyof F & string]: F[K]['presence'] extends P ? K : never
}[keyof F & string]
type ValueOf<X> = X extends Field<infer T> ? T : never

/** What reading the fields gives, the keys in camel case. Fields that are not available yet have no value. */
export type ValuesOf<F extends Fields> = {
  readonly [K in KeysOf<F, 'required' | 'defaulted'> as Camel<K>]: ValueOf<F[K]>
} & { readonly [K in KeysOf<F, 'optional'> as Camel<K>]?: ValueOf<F[K]> }

const FIRST = '0.1.0'
type Written = Omit<Docs, 'since'> & { readonly since?: string }

/** A field that must be there. */
export function required<T>(kind: Kind<T>, docs: Written): Field<T, 'required'> {
  return { kind, presence: 'required', since: FIRST, ...docs }
}

/** A field that may be left out. */
export function optional<T>(kind: Kind<T>, docs: Written): Field<T, 'optional'> {
  return { kind, presence: 'optional', since: FIRST, ...docs }
}

/** A field that means `value` when it is left out. */
export function defaulted<T>(kind: Kind<T>, value: string, docs: Omit<Written, 'example'>): Field<T, 'defaulted'> {
  return { kind, presence: 'defaulted', default: value, example: value, since: FIRST, ...docs }
}

/** A word that is reserved for a later version: using it is an error that says what to use meanwhile. */
export function later(
  docs: Pick<Field, 'doc' | 'insteadOf'> & { readonly meanwhile: string },
): Field<undefined, 'later'> {
  return { kind: UNREAD, presence: 'later', example: '', since: FIRST, ...docs }
}

const UNREAD: Kind<undefined> = { expects: 'nothing yet', shape: { type: 'literal' }, read: () => undefined }
