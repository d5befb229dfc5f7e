import type { NounShape, Shape } from './kind.ts'

/** Every noun within `shape`, itself first, each once, in the order of the fields. */
export function nounsOf(shape: Shape): NounShape[] {
  const found = new Set<NounShape>()
  const visit = (each: Shape): void => {
    if (each.type === 'noun') {
      if (found.has(each)) return
      found.add(each)
    }
    for (const part of partsOf(each)) visit(part)
  }
  visit(shape)
  return [...found]
}

/** The shapes that `shape` is made of. */
function partsOf(shape: Shape): readonly Shape[] {
  switch (shape.type) {
    case 'noun':
      return Object.values(shape.fields).map(({ kind }) => kind.shape)
    case 'list':
      return [shape.item]
    case 'named':
      return [shape.entry]
    case 'either':
      return shape.options
    case 'by-key':
      return [shape.marked, shape.plain]
    case 'without-params':
    case 'as-written':
      return [shape.of]
    default:
      return []
  }
}
