import type { Exposure, LineageNode } from './lineage-types.ts'

const LEAST_HIDDEN_FIRST: readonly Exposure[] = ['clear', 'mask', 'hash']

/**
 * Marks the nodes that personal data reaches. A field is personal when a column hides a value made of it, and with it
 * the objects it lies in and the fields inside it; from there it goes wherever values and keys go, in the least hidden
 * form that any of them has. Conditions and orders carry no value. `nodes` must stand after their inputs, except that
 * fields come first.
 */
export function withPersonal(nodes: readonly LineageNode[]): LineageNode[] {
  const hidden = new Set(nodes.filter(({ pii }) => pii !== undefined).flatMap(carried))
  const exposures = new Map<string, Exposure>()
  return nodes.map((node) => {
    const personal = node.kind === 'field' ? fieldExposure(node, hidden) : exposureOf(node, exposures)
    if (personal === undefined) return node
    exposures.set(node.id, personal)
    return { ...node, personal }
  })
}

function fieldExposure({ id }: LineageNode, hidden: ReadonlySet<string>): Exposure | undefined {
  const related = [...hidden].some((each) => overlaps(each, id))
  return related ? 'clear' : undefined
}

/** Whether one is the other, or lies inside it. */
export function overlaps(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`)
}

function exposureOf(node: LineageNode, known: ReadonlyMap<string, Exposure>): Exposure | undefined {
  const found = carried(node).map((id) => known.get(id))
  const least = LEAST_HIDDEN_FIRST.find((exposure) => found.includes(exposure))
  return least === undefined ? undefined : (node.pii ?? least)
}

function carried({ inputs }: LineageNode): string[] {
  return inputs.filter(({ role }) => role !== 'filter' && role !== 'order').map(({ id }) => id)
}
