import type { Located } from '../nodes.ts'
import type { YamlMapping } from '../yaml/tree.ts'
import type { Docs, Field, Fields, Kind, Presence } from './kind.ts'

export type { Docs, Field, Fields, Presence } from './kind.ts'

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
type Written = Omit<Docs, 'since'> & Pick<Field, 'deprecated'> & { readonly since?: string }

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

/** Whether a field is written, whatever could be read of it. */
export function has({ entries }: YamlMapping, field: string): boolean {
  return entries.some(({ name }) => name === field)
}

/** In place of the value of a field of `noun` that could not be read. */
export function standIn<T>(value: T, { keySpan, pointer }: YamlMapping): Located<T> {
  return { value, span: keySpan, pointer }
}

const UNREAD: Kind<undefined> = { expects: 'nothing yet', shape: { type: 'nothing' }, read: () => undefined }
