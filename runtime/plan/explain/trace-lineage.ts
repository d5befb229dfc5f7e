import { nearestMatch } from '#diagnostics'
import type { Lineage, LineageInput, LineageNode, RowRule } from './lineage-types.ts'
import { overlaps } from './personal.ts'

/** Whether to go back to where a value comes from, or on to where it goes. */
export type Direction = 'back' | 'on'

/** A node on a way through the lineage; `role` is the part that the way's previous end, or this one, plays in the other. */
export interface LineageStep {
  readonly node: LineageNode
  readonly role?: LineageInput['role']
  readonly steps: readonly LineageStep[]
}

/** What leads to some columns, or what they lead to, and the rules about rows that have a part in it. */
export interface LineageTrace {
  readonly direction: Direction
  readonly roots: readonly LineageStep[]
  readonly rows: readonly RowRule[]
}

/**
 * Finds nodes by name: a column (`gold.fleet_health.avg_cpu_pct`), a whole table, source or reference, or a contract
 * field or reference column without its `source.` or `reference.`. Otherwise the nearest name there is.
 */
export function findLineage(
  lineage: Lineage,
  name: string,
): { readonly nodes: readonly LineageNode[] } | { readonly nearest: string | undefined } {
  for (const full of [name, `source.${name}`, `reference.${name}`]) {
    const nodes = lineage.nodes.filter(({ id, of }) => id === full || of === full)
    if (nodes.length > 0) return { nodes }
  }
  const known = new Set(lineage.nodes.flatMap(({ id, of }) => [id, of]))
  const short = [...known].map((each) => each.replace(/^(?:source|reference)\./, ''))
  return { nearest: nearestMatch(name, [...known, ...short]) }
}

/** Follows the lineage from `nodes` to its ends. */
export function traceLineage(lineage: Lineage, nodes: readonly LineageNode[], direction: Direction): LineageTrace {
  const step = direction === 'back' ? stepBack(lineage) : stepOn(lineage)
  const roots = topmost(nodes).map((node) => ({ node, steps: step(node) }))
  const met = roots.flatMap(nodesOf)
  const tables = withReads(lineage, new Set(met.map(({ of }) => of)))
  // Back: all rules of the tables on the way. On: the rules that read something on the way.
  const rows = lineage.rows.filter(({ table, inputs }) =>
    direction === 'back' ? tables.has(table) : met.some(({ id }) => inputs.some((input) => overlaps(input, id))),
  )
  return { direction, roots, rows }
}

/** Fields inside an object that is there itself are not told again. */
function topmost(nodes: readonly LineageNode[]): LineageNode[] {
  return nodes.filter(({ id }) => !nodes.some((other) => other.id !== id && id.startsWith(`${other.id}.`)))
}

/** `tables`, and those that their rows are made of. */
function withReads({ reads }: Lineage, tables: ReadonlySet<string>): ReadonlySet<string> {
  const all = new Set(tables)
  // A table that is added on the way is visited in its turn.
  for (const table of all) for (const read of reads) if (read.table === table) all.add(read.from)
  return all
}

function nodesOf({ node, steps }: LineageStep): LineageNode[] {
  return [node, ...steps.flatMap(nodesOf)]
}

function stepBack({ nodes }: Lineage): (node: LineageNode) => LineageStep[] {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const step = (node: LineageNode): LineageStep[] =>
    node.inputs.flatMap(({ id, role }) => {
      const input = byId.get(id)
      return input === undefined ? [] : [{ node: input, role, steps: step(input) }]
    })
  return step
}

/** A field goes where it goes itself, where an object that holds it goes, and where what it holds goes. */
function stepOn({ nodes }: Lineage): (node: LineageNode) => LineageStep[] {
  const step = (node: LineageNode): LineageStep[] =>
    nodes.flatMap((reader) => {
      const read = reader.inputs.find(({ id }) => (node.kind === 'field' ? overlaps(id, node.id) : id === node.id))
      return read === undefined ? [] : [{ node: reader, role: read.role, steps: step(reader) }]
    })
  return step
}
