import type { Diagnostic } from '../diagnostic.ts'

/** By file, then by place; what has no place comes first. Equal places keep their order. */
export function sortedByPlace(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort((a, b) => compareFiles(a, b) || offsetOf(a) - offsetOf(b))
}

function compareFiles(a: Diagnostic, b: Diagnostic): number {
  const first = a.span?.file ?? ''
  const second = b.span?.file ?? ''
  if (first === second) return 0
  return first < second ? -1 : 1
}

function offsetOf({ span }: Diagnostic): number {
  return span?.start.offset ?? -1
}
