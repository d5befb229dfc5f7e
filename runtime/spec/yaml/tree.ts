import type { Span } from '#diagnostics'
import type { Named, Offsets } from '../nodes.ts'

/** A YAML document as Smelt reads it: mappings, sequences and scalars, each with its place. */
export type YamlNode = YamlMapping | YamlSequence | YamlScalar

interface Place {
  readonly span: Span
  /** The key that holds the node, or the node itself where there is none: what to mark when something is not there. */
  readonly keySpan: Span
  /** JSON pointer; the empty text for the document. */
  readonly pointer: string
}

export interface YamlMapping extends Place {
  readonly kind: 'mapping'
  readonly entries: readonly YamlEntry[]
}

export interface YamlEntry {
  readonly name: string
  readonly key: Span
  readonly value: YamlNode
  /** What was read here, where that is the same at every reading of the file. */
  settled?: { readonly kind: object; readonly named: Named<unknown> }
}

export interface YamlSequence extends Place {
  readonly kind: 'sequence'
  readonly items: readonly YamlNode[]
}

export interface YamlScalar extends Place {
  readonly kind: 'scalar'
  /** The text as written, quotes and escapes undone. */
  readonly text: string
  /** What YAML's core schema makes of it: quoted and block scalars are text. */
  readonly value: string | number | boolean | null
  /** `offsets.at(i)` is the file offset of character `i` of `text`; one more says where the last character ends. */
  readonly offsets: Offsets
}

/** A step down a JSON pointer (RFC 6901). */
export function pointerTo(parent: string, step: string | number): string {
  const text = String(step)
  return `${parent}/${/[~/]/.test(text) ? text.replaceAll('~', '~0').replaceAll('/', '~1') : text}`
}

/** A pointer as people write a path: `/sources/inventory/topic` is `sources.inventory.topic`. */
export function pathOf(pointer: string): string {
  return stepsOf(pointer).join('.')
}

/** The steps of a pointer. */
export function stepsOf(pointer: string): string[] {
  const steps = pointer.split('/').slice(1)
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}
