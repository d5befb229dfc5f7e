import type { DataType } from '#contract'
import type { Expr } from '../types.ts'

/** One parameter of a portable function. */
export interface Parameter {
  readonly name: string
  /** The kinds of type it takes; a long is taken for a double. */
  readonly kinds: readonly DataType['kind'][]
  /** All parameters so marked take one common type, by widening. */
  readonly same?: true
  /** Takes the type of the elements of the first argument, a list. */
  readonly element?: true
  readonly optional?: true
  /** The last parameter may be given any number of times, at least once. */
  readonly repeated?: true
  /** It must be a literal; says what is wrong with its value, as the end of a sentence. */
  readonly literal?: (value: string) => string | undefined
}

/**
 * A portable function: what it takes and gives, in words and as data. Every engine gives the results of the examples;
 * a function called outside its domain gives null, never an error.
 */
export interface FunctionSpec {
  readonly name: string
  readonly parameters: readonly Parameter[]
  /** The type of the result, once the arguments have the types of the parameters. */
  readonly returns: DataType | ((args: readonly Expr[]) => DataType)
  /** Whether the result can be null. By default when an argument can; `all`: only when every argument can. */
  readonly nullable?: boolean | 'all'
  /** What no single parameter can say: the argument at fault and the end of a sentence. */
  readonly check?: ArgumentsCheck
  /** One sentence for the reference page. */
  readonly doc: string
  /** Calls and their results; timestamps as `2026-01-31 23:59:59`, decimals as text. */
  readonly examples: readonly (readonly [call: string, result: Result])[]
}

export type ArgumentsCheck = (args: readonly Expr[]) => { readonly index: number; readonly detail: string } | undefined

export type Result = string | number | boolean | null | readonly Result[]

export const TEXT: readonly DataType['kind'][] = ['string']
export const NUMBER: readonly DataType['kind'][] = ['long', 'decimal', 'double']
export const TIME: readonly DataType['kind'][] = ['timestamp', 'date']
/** What can be put in order alike on every engine. */
export const ORDERED: readonly DataType['kind'][] = [...NUMBER, ...TEXT, ...TIME]
export const ANY: readonly DataType['kind'][] = [...ORDERED, 'boolean', 'binary', 'json', 'list', 'struct']

/** The type of the argument at `index`. */
export function typeOf(index: number): (args: readonly Expr[]) => DataType {
  return (args) => args[index]?.type ?? { kind: 'string' }
}

/** A text parameter. */
export function text(name: string, rest: Omit<Parameter, 'name' | 'kinds'> = {}): Parameter {
  return { name, kinds: TEXT, ...rest }
}

/** A parameter of longs. */
export function long(name: string, rest: Omit<Parameter, 'name' | 'kinds'> = {}): Parameter {
  return { name, kinds: ['long'], ...rest }
}

/** Accepts a literal that is one of `values`. */
export function oneOf(values: readonly string[]): (value: string) => string | undefined {
  return (value) =>
    values.includes(value) ? undefined : `must be one of ${values.map((each) => `\`${each}\``).join(', ')}`
}

/** The value of a literal, as text. */
export function literalText(expr: Expr | undefined): string | undefined {
  return expr?.kind === 'literal' && expr.value !== null ? String(expr.value) : undefined
}
