import { createExplainer } from '#contract'
import { compileProgram, type Program } from '#dialect/duckdb'
import { planHash, type Plan } from '#plan'
import type { Explain } from './instance.ts'

/** What follows from a plan alone. */
export interface CompiledPlan {
  readonly hash: string
  readonly program: Program
  /** Per source; they keep nothing from one record to the next. */
  readonly explainers: ReadonlyMap<string, Explain>
}

const known = new WeakMap<Plan, Promise<CompiledPlan>>()

/** Compiles a plan, once however many instances run it. */
export function compiledPlan(plan: Plan): Promise<CompiledPlan> {
  const compiled = known.get(plan) ?? compile(plan)
  known.set(plan, compiled)
  return compiled
}

async function compile(plan: Plan): Promise<CompiledPlan> {
  const explainers = new Map<string, Explain>()
  for (const { name, contract, maxRecordBytes } of plan.sources) {
    explainers.set(name, await createExplainer(contract, { maxRecordBytes }))
  }
  return { hash: planHash(plan), program: compileProgram(plan), explainers }
}
