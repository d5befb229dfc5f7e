import type { GoldNode, JoinNode, Named, PipelineNode } from '#spec'
import { compileExpression, typeText } from '../expression/index.ts'
import type { AsOfPlan, Expr, SourcePlan } from '../types.ts'
import { findDeclared, mayBeBroken } from './broken.ts'
import { type Problems } from './context.ts'
import { badJoin, joinScopes, resolveJoined, type JoinContext, type JoinScopes } from './join.ts'
import { columnScope, UNKNOWN_COLUMNS } from './scope.ts'
import { type GoldInput } from './silver.ts'

/** Resolves a gold table that joins the versions of a source. Undefined when the join cannot be made. */
export function resolveAsOf(
  table: Named<GoldNode>,
  entry: Named<JoinNode>,
  input: GoldInput,
  context: JoinContext,
): AsOfPlan | undefined {
  const { problems } = context
  const source = joinedSource(table, entry, input, context)
  const other = source === undefined ? UNKNOWN_COLUMNS : { fields: source.contract.fields }
  const scopes = joinScopes(table.name, entry, { input, other }, problems)
  const asOf = resolveTime(entry.node, scopes, problems)
  const joined = resolveJoined(table, entry, { input, scopes }, context)
  if (source === undefined || asOf === undefined || joined === undefined) return undefined
  const join = { name: entry.name, source: source.name, kind: entry.node.kind.value, asOf, ...joined.on }
  return { kind: 'as-of', ...joined.rows, join }
}

/** The time of which versions are wanted. */
function resolveTime({ asOf }: JoinNode, { own }: JoinScopes, problems: Problems): Expr | undefined {
  if (asOf === undefined) return undefined
  const { expr, diagnostics } = compileExpression(asOf, columnScope([{ scope: 'table', ...own }]))
  problems.found.push(...diagnostics)
  if (expr !== undefined && expr.type.kind !== 'timestamp') {
    const params = { what: '`as_of`', expected: 'a timestamp', actual: typeText(expr.type) }
    problems.add('plan/wrong-type', params, asOf)
  }
  return expr
}

/** The source of the versions; a problem when it has none, or when it is read after what would meet them. */
function joinedSource(
  { name, node: { from } }: Named<GoldNode>,
  { node: { table } }: Named<JoinNode>,
  input: GoldInput,
  context: JoinContext,
): SourcePlan | undefined {
  const { pipeline, sources, problems } = context
  const known = [...pipeline.silver, ...pipeline.gold].some((each) => each.name === table.value)
  const found = pipeline.sources.find((each) => each.name === table.value)
  if (found === undefined) {
    if (known && !mayBeBroken(pipeline, 'sources', table.value))
      badJoin(
        table,
        name,
        `\`${table.value}\` is a table, and only sources have versions; rows of a table are joined with \`within\``,
        problems,
      )
    else findDeclared('sources', table, pipeline.sources, context)
    return undefined
  }
  if (found.node.versionedBy === undefined) {
    badJoin(table, name, `the source \`${table.value}\` has no \`versioned_by\``, problems)
    return undefined
  }
  if (versionedJoins(pipeline).includes(input.plan.source)) {
    const because = `\`${from.value}\` is made of \`${input.plan.source}\`, whose versions are joined themselves`
    badJoin(table, name, because, problems)
    return undefined
  }
  return sources.find((each) => each.name === table.value)
}

/** The sources whose versions a gold table joins, as they are named. */
export function versionedJoins({ gold }: PipelineNode): string[] {
  const joins = gold.flatMap(({ node }) => node.join ?? [])
  return joins.flatMap(({ node: { asOf, table } }) => (asOf === undefined ? [] : [table.value]))
}
