import { findLineage, planLineage, traceLineage, type Expr, type LineageStep, type MeasurePlan, type Plan } from '#plan'
import type { Subject } from './subject.ts'

const NUMBER = /^(?:long|double|decimal)/
/** Types whose values may have the value inside. */
const HOLDER = /^(?:string|json|list|struct)/
/** Functions whose result is one of their arguments. */
const PASSING = new Set(['coalesce', 'nullif', 'greatest', 'least', 'array_get'])
/** Aggregates that hold values of their rows, and not what was reckoned of them. */
const KEEPING = new Set(['min', 'max', 'first', 'last', 'array_agg', 'string_agg'])

/**
 * Columns of a table of the plan into which the value of the field goes, as a text or as it is. A number that was reckoned is
 * somebody else's, whatever it comes to.
 */
export function columnsOf(plan: Plan, subject: Subject, table: string): string[] {
  const lineage = planLineage(plan)
  const columns = plan.sources.flatMap(({ name }) => {
    const found = findLineage(lineage, `source.${name}.${subject.field}`)
    if (!('nodes' in found)) return []
    const type = found.nodes[0]?.type ?? ''
    const holds = (other: string): boolean =>
      other === type || HOLDER.test(other) || (subject.numbers !== undefined && NUMBER.test(other))
    return traceLineage(lineage, found.nodes, 'on')
      .roots.flatMap(({ steps }) => steps.flatMap((step) => valuesOf(plan, step)))
      .filter(({ node }) => node.of === table && holds(node.type))
      .map(({ node }) => node.name.split('.')[0] ?? '')
  })
  return [...new Set(columns)]
}

function valuesOf(plan: Plan, step: LineageStep): LineageStep[] {
  const { node, role, steps } = step
  if (role !== 'value' || (NUMBER.test(node.type) && !passesOn(plan, node.of, node.name))) return []
  return [step, ...steps.flatMap((each) => valuesOf(plan, each))]
}

/** Whether a column of numbers holds a value that it reads; one that the plan does not compute does. */
function passesOn({ silver, gold }: Plan, table: string, name: string): boolean {
  const [layer, short] = [table.slice(0, table.indexOf('.')), table.slice(table.indexOf('.') + 1)]
  const found = (layer === 'silver' ? silver : gold).find((each) => each.table.name === short)
  if (found === undefined) return true
  const computed = 'columns' in found ? found.columns : found.groupBy
  const column = computed.find((each) => each.name === name)
  if (column !== undefined) return column.value.kind === 'expression' && passes(column.value.expr)
  const measure = 'measures' in found ? found.measures.find((each) => each.name === name) : undefined
  return measure === undefined || passes(measure.expr, measure)
}

function passes(expr: Expr, measure?: MeasurePlan): boolean {
  switch (expr.kind) {
    case 'column': {
      if (expr.scope !== 'aggregate') return true
      const aggregate = measure?.aggregates[Number(expr.path[0]?.slice(1))]
      return (
        aggregate !== undefined && KEEPING.has(aggregate.fn) && aggregate.args.slice(0, 1).some((arg) => passes(arg))
      )
    }
    case 'cast':
      return passes(expr.arg, measure)
    case 'case':
      return [...expr.whens.map(({ then }) => then), ...(expr.otherwise ? [expr.otherwise] : [])].some((each) =>
        passes(each, measure),
      )
    case 'call':
      return PASSING.has(expr.fn) && expr.args.some((arg) => passes(arg, measure))
    case 'literal':
      return false
  }
}

/**
 * Columns of the partials of a window table that hold values of the field: `_a0_max`, of the aggregate 0. Of those that count
 * different values, the values themselves.
 */
export function partialsOf(plan: Plan, subject: Subject, name: string): (column: string) => boolean {
  const table = plan.gold.find((each) => each.table.name === name)
  if (table?.kind !== 'window') return () => false
  const read = new Set(columnsOf(plan, subject, `silver.${table.from}`))
  const holding = table.measures
    .flatMap(({ aggregates }) => aggregates)
    .map(({ fn, distinct, args: [arg] }) => {
      const kept = KEEPING.has(fn) || (fn === 'count' && distinct)
      return kept && arg?.kind === 'column' && read.has(arg.path[0] ?? '')
    })
  return (column) => holding[Number(/^_a([0-9]+)_/.exec(column)?.[1] ?? -1)] === true
}
