import { describe, expect, it } from 'vitest'
import { compileProgram } from '#dialect/duckdb'
import { planTables, tableKey } from '#engine'
import { explainPlan, planHash, type ExplainNode } from '#plan'
import { goldenPlans } from '../../support/plans.ts'

function nodesOf(node: ExplainNode): ExplainNode[] {
  return [node, ...node.readBy.flatMap(nodesOf)]
}

function codesOf({ operators }: ExplainNode): string[] {
  return [...new Set(operators.flatMap(({ outcomes }) => outcomes.flatMap(({ codes }) => codes)))].sort()
}

describe.each(goldenPlans())('the tree of %s', (_, plan) => {
  const tree = explainPlan(plan)
  const nodes = tree.sources.flatMap(nodesOf)

  it('is plain JSON, with the identity of the plan', () => {
    expect(JSON.parse(JSON.stringify(tree))).toEqual(tree)
    expect(tree.planHash).toBe(planHash(plan))
    expect(explainPlan(plan, { instance: false })).not.toHaveProperty('planHash')
  })

  it('has every table that is written, with the columns that it has, their order and nullability', () => {
    const tables = planTables(plan).filter(({ identifier }) => identifier.layer !== 'quarantine')
    const shown = nodes.filter(({ kind }) => kind !== 'source')
    expect(shown.map(({ id }) => id).sort()).toEqual(tables.map(({ identifier }) => tableKey(identifier)).sort())
    for (const { identifier, columns } of tables) {
      const node = shown.find(({ id }) => id === tableKey(identifier))
      const facts = columns.map(({ name, nullable }) => ({ name, nullable }))
      expect(node?.columns.map(({ name, nullable }) => ({ name, nullable }))).toEqual(facts)
    }
  })

  it('tells the codes that the engine gives, table by table', () => {
    const programs = compileProgram(plan).sources.flatMap(({ silver }) => silver)
    const tables = programs.flatMap((node) => [
      { id: `silver.${node.plan.table.name}`, verdicts: node.sql.verdicts },
      ...node.windows.map((window) => ({ id: `gold.${window.plan.table.name}`, verdicts: window.sql.verdicts })),
      ...node.latest.map((latest) => ({ id: `gold.${latest.plan.table.name}`, verdicts: latest.sql.verdicts })),
      ...node.asOf.map((asOf) => ({ id: `gold.${asOf.plan.table.name}`, verdicts: asOf.sql.verdicts })),
    ])
    for (const { id, verdicts } of tables) {
      const codes = verdicts.flatMap((verdict) => (verdict.kind === 'quarantine' ? [verdict.code] : []))
      const node = nodes.find((each) => each.id === id)
      expect({ id, codes: node && codesOf(node) }).toEqual({ id, codes: [...new Set(codes)].sort() })
    }
  })
})
