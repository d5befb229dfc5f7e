import { diagnostic, misspelling, nearestMatch, type Code, type Diagnostic, type ParamsOf } from '#diagnostics'
import type { Located, Named } from '#spec'

/** Gathers the problems of one pipeline. */
export interface Problems {
  readonly found: Diagnostic[]
  add<C extends Code>(code: C, params: ParamsOf<C>, at: Pick<Located<unknown>, 'span' | 'pointer'>): void
  /** The entry called `name.value`, or a problem with the nearest match and where that is defined. */
  find<T>(kind: string, name: Located<string>, among: readonly Named<T>[]): Named<T> | undefined
}

export function openProblems(): Problems {
  const found: Diagnostic[] = []
  return {
    found,
    add(code, params, { span, pointer }) {
      found.push(diagnostic(code, params, { span, pointer }))
    },
    find(kind, name, among) {
      const entry = among.find((each) => each.name === name.value)
      if (entry !== undefined) return entry
      const nearest = nearestMatch(
        name.value,
        among.map((each) => each.name),
      )
      const defined = among.find((each) => each.name === nearest)
      const placed = defined !== undefined && defined.key.span !== name.span
      const related = placed ? [{ message: `\`${defined.name}\` is defined here`, span: defined.key.span }] : []
      const fix = misspelling(name.span, name.value, nearest)
      const params = { kind, name: name.value, ...(nearest === undefined ? {} : { nearest }) }
      found.push(diagnostic('plan/unknown-name', params, { span: name.span, pointer: name.pointer, related, ...fix }))
      return undefined
    },
  }
}

/** Names no table column may take: lineage, window bounds, and everything with a leading underscore. */
export function isReserved(name: string, layer: 'silver' | 'gold'): boolean {
  const kept = layer === 'gold' ? ['window_start', 'window_end'] : []
  return name.startsWith('_') || ['kafka_partition', 'kafka_offset', ...kept].includes(name.toLowerCase())
}
