import { planHash } from '../plan-hash.ts'
import { fullTypeText } from '../expression/index.ts'
import type { Plan, ReferencePlan } from '../types.ts'
import { explainGold } from './explain-gold.ts'
import { explainSilver } from './explain-silver.ts'
import { explainSource } from './explain-source.ts'
import { planLineage } from './lineage.ts'
import type { Exposure } from './lineage-types.ts'
import { nodeId } from './node-id.ts'
import type { ExplainNode, ExplainReference, ExplainTree } from './types.ts'

/**
 * Explains a plan. `instance: false` says that its tenant is a placeholder, so that the plan has no identity. Pure and
 * total: a plan that was resolved is explained.
 */
export function explainPlan(plan: Plan, options: { readonly instance: boolean } = { instance: true }): ExplainTree {
  const personal = new Map(planLineage(plan).nodes.flatMap((node) => (node.personal ? [[node.id, node.personal]] : [])))
  return {
    version: 1,
    tenant: plan.tenant,
    pipeline: plan.pipeline,
    ...(options.instance ? { planHash: planHash(plan) } : {}),
    sources: plan.sources.map((source) => withPersonal(explainSource(source, silverOf(plan, source.name)), personal)),
    references: plan.references.map(explainReference),
    quarantine: {
      id: `quarantine.${plan.pipeline}`,
      holds: 'every record that was refused, with its raw bytes, place, code, rule, path and message',
    },
  }
}

/** Marks the columns that personal data reaches, here and in every reader. */
function withPersonal(node: ExplainNode, personal: ReadonlyMap<string, Exposure>): ExplainNode {
  const columns = node.columns.map((column) => {
    const found = personal.get(nodeId(node.id, [column.name]))
    return found === undefined ? column : { ...column, personal: found }
  })
  return { ...node, columns, readBy: node.readBy.map((reader) => withPersonal(reader, personal)) }
}

function silverOf(plan: Plan, source: string): ExplainNode[] {
  return plan.silver
    .filter((table) => table.source === source)
    .flatMap((table) => {
      const read = plan.sources.find(({ name }) => name === source)
      if (read === undefined) return []
      const gold = plan.gold.filter(({ from }) => from === table.table.name)
      return [
        explainSilver(
          { plan, table, source: read },
          gold.map((each) => explainGold(each, read, plan.sinks ?? [])),
        ),
      ]
    })
}

function explainReference({ name, file, key, fields, contentHash }: ReferencePlan): ExplainReference {
  const columns = fields.map((field) => ({
    name: field.name,
    type: fullTypeText(field.type),
    nullable: field.nullable,
  }))
  return { name, file, key, columns, contentHash }
}
