import { diagnostic, type Code, type Diagnostic, type ParamsOf, type Where } from '#diagnostics'
import type { Named } from './nodes.ts'
import type { Env } from './environment-variables.ts'
import type { BrokenParts } from './broken-parts.ts'
import type { SettledEntries } from './settled-entries.ts'
import type { SourceText } from './yaml/source-text.ts'
import { pathOf, type YamlNode } from './yaml/tree.ts'

/** What a param may be set to. A duration is its text. */
export type ParamValue = string | number | boolean

/** The params of a pipeline by name; `undefined` for one that has no value yet. */
export type ParamScope = ReadonlyMap<string, ParamValue | undefined>

/** One reading of one file: what placeholders stand for, and what was found wrong. */
export interface Reading {
  readonly source: SourceText
  readonly diagnostics: Diagnostic[]
  readonly env: Env
  /** Absent where no params are known: outside pipelines, and inside their own `params`. */
  readonly params?: ParamScope
  /** Where each of `params` is declared. */
  readonly declared?: readonly Named<unknown>[]
  /** Collects the params that are used. */
  readonly used?: Set<string>
  /** Whether a variable that is not set is an error at `pointer`; elsewhere the value stays unknown. */
  readonly needsEnv: (pointer: string) => boolean
  /** Collects the places whose value is not known, though nothing is wrong with them. */
  readonly unknown: string[]
  /** There when what is sound of a file with errors is wanted. */
  readonly broken?: BrokenParts
  /** There when the file is read several times. */
  readonly settled?: SettledEntries
}

/** Reports `code` at `node`. */
export function reportAt<C extends Code>(
  reading: Reading,
  code: C,
  params: ParamsOf<C>,
  node: Pick<YamlNode, 'span' | 'pointer'>,
  where: Pick<Where, 'related' | 'fix'> = {},
): void {
  reading.diagnostics.push(diagnostic(code, params, { span: node.span, pointer: node.pointer, ...where }))
  return undefined
}

/** How messages call the field at `node`: `sources.inventory.topic`. */
export function fieldName(node: Pick<YamlNode, 'pointer'>): string {
  return pathOf(node.pointer)
}

/** How a message starts that speaks of the mapping at `node`; `noun` says what a whole file is. */
export function mappingName(node: Pick<YamlNode, 'pointer'>, noun: string): string {
  return node.pointer === '' ? `The ${noun}` : `\`${pathOf(node.pointer)}\``
}
