import type { Field } from '#contract'
import { fullTypeText } from '../expression/index.ts'
import type { Plan, ReferencePlan, SourcePlan } from '../types.ts'
import { contractPlace } from './contract-place.ts'
import { RECORD_COLUMNS } from './explain-source.ts'
import type { LineageNode } from './lineage-types.ts'
import { nodeId } from './node-id.ts'

/** The fields of a source's contract, those inside objects too. */
export function fieldNodes(source: SourcePlan): LineageNode[] {
  const of = `source.${source.name}`
  const nodesOf = (field: Field, parents: readonly string[], nullable: boolean): LineageNode[] => {
    const path = [...parents, field.name]
    const node: LineageNode = {
      id: nodeId(of, path),
      kind: 'field',
      of,
      name: path.join('.'),
      type: fullTypeText(field.type),
      nullable: nullable || field.nullable,
      declared: { file: source.contract.file, place: contractPlace(source.contract, path) },
      inputs: [],
    }
    const inside = field.type.kind === 'struct' ? field.type.fields : []
    return [node, ...inside.flatMap((each) => nodesOf(each, path, node.nullable))]
  }
  return source.contract.fields.flatMap((field) => nodesOf(field, [], false))
}

/** The columns of a reference. */
export function referenceNodes({ name, file, fields }: ReferencePlan): LineageNode[] {
  const of = `reference.${name}`
  return fields.map((field) => ({
    id: nodeId(of, [field.name]),
    kind: 'reference',
    of,
    name: field.name,
    type: fullTypeText(field.type),
    nullable: field.nullable,
    declared: { file, place: field.name },
    inputs: [],
  }))
}

/** The columns of bronze, and those of quarantine that hold the record: every field stands unread in their bytes. */
export function recordNodes(plan: Plan): LineageNode[] {
  const quarantine = `quarantine.${plan.pipeline}`
  const all = plan.sources.flatMap((source) =>
    source.contract.fields.map(({ name }) => nodeId(`source.${source.name}`, [name])),
  )
  return [
    ...plan.sources.flatMap((source) => {
      const fields = source.contract.fields.map(({ name }) => nodeId(`source.${source.name}`, [name]))
      return RECORD_COLUMNS.map((column) => recordNode(`bronze.${source.name}`, column, fields))
    }),
    ...RECORD_COLUMNS.map((column) => recordNode(quarantine, column, all)),
  ]
}

function recordNode(of: string, column: (typeof RECORD_COLUMNS)[number], fields: readonly string[]): LineageNode {
  const { name, type, nullable } = column
  const inputs = name === 'kafka_value' ? fields.map((id) => ({ id, role: 'raw' as const })) : []
  const value = column.value === undefined ? {} : { value: `${column.value} of the record` }
  return { id: nodeId(of, [name]), kind: 'record', of, name, type, nullable, ...value, inputs }
}
