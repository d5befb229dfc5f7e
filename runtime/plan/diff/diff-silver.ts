import { operatorId } from '../operator.ts'
import type { CheckPlan, ColumnPlan, Expr, SilverPlan } from '../types.ts'
import { valueText } from '../explain/expression-text.ts'
import { durationText } from '../explain/duration-text.ts'
import { diffColumns, pairColumns, widens, type ColumnPairs } from './diff-columns.ts'
import type { SourceEffect } from './diff-source.ts'
import { layoutFindings, otherRows, tableEffect, type Finding, type TableEffect } from './effects.ts'
import { canRefuse, decidingColumns, inlined } from './expr-facts.ts'
import { sameColumn, sameExpr, sameList, sameValue, type Renames } from './same-expr.ts'
import type { ColumnDiff, OperatorDiff } from './types.ts'

/** Compares a silver table that both plans have. `references` are those whose content changed. */
export function diffSilver(
  before: SilverPlan,
  after: SilverPlan,
  context: {
    readonly source: SourceEffect | undefined
    readonly references: ReadonlySet<string>
    /** Why the table is rebuilt in any case. */
    readonly forced?: string
  },
): TableEffect {
  const paired = pairColumns(before.columns, after.columns)
  const { renames } = paired
  const columns = diffColumns(paired, {
    same: (a, b) => sameValues(a, b, { ...context, renames }),
    text: valueText,
  })
  const { source } = context
  const inline = (expr: Expr | undefined, table: SilverPlan) => expr && inlined(expr, table.columns)
  const sameCondition: SameCondition = (a, b) => sameExpr(inline(a, before), inline(b, after), renames)
  const findings = [
    ...(before.source === after.source
      ? []
      : [otherRows(`it reads \`${after.source}\`, and read \`${before.source}\``)]),
    ...(source?.silver ?? []),
    ...(after.dedupe === undefined ? [] : (source?.dedupe ?? [])),
    ...(context.forced === undefined ? [] : [otherRows(context.forced)]),
    ...columnFindings(paired, columns, decidingColumns(after)),
    ...(sameCondition(before.where, after.where) ? [] : [otherRows('`where` keeps other rows')]),
    ...checkFindings(before.checks, after.checks, sameCondition),
    ...dedupeFindings(before, after, renames),
    ...layoutFindings(before.partitionBy, after.partitionBy, renames),
  ]
  return tableEffect(after.table, { source: after.source, columns, renames, findings })
}

/** What becomes of the keys a silver table has seen; undefined when neither plan dedupes. */
export function diffDedupe(
  before: SilverPlan | undefined,
  after: SilverPlan | undefined,
  effect: Pick<TableEffect, 'diff' | 'renames'>,
): OperatorDiff | undefined {
  const { layer, table, change, replays } = effect.diff
  const base = {
    id: operatorId.dedupe({ table: { layer, name: table } }),
    kind: 'dedupe',
    table: `${layer}.${table}`,
  } as const
  if (after?.dedupe === undefined) {
    if (before?.dedupe === undefined) return undefined
    return { ...base, verdict: 'dropped', reason: 'the table is no longer deduplicated' }
  }
  if (change === 'created' && replays === undefined) return { ...base, verdict: 'created', reason: 'it starts empty' }
  if (change === 'created') return { ...base, verdict: 'needs-replay', reason: 'the table is filled from bronze' }
  if (change === 'rewritten') return { ...base, verdict: 'needs-replay', reason: 'the table is rewritten' }
  const keys = after.dedupe.by
  const changed = effect.diff.columns.filter(({ column, change: kind }) => keys.includes(column) && kind !== 'moved')
  if (changed.length === 0) return { ...base, verdict: 'kept', reason: 'the same keys, as long' }
  return {
    ...base,
    verdict: 'migrated',
    reason: `its key \`${changed[0]?.column ?? ''}\` is ${changed[0]?.change ?? ''}`,
  }
}

/** Whether two columns hold the same values, the wider of two decimals included. */
export function sameValues(
  before: ColumnPlan,
  after: ColumnPlan,
  context: { readonly renames: Renames; readonly references: ReadonlySet<string> },
): boolean {
  if (before.pii !== after.pii) return false
  if (sameValue(before.value, after.value, context)) return true
  const [a, b] = [before.value, after.value]
  if (a.kind !== 'expression' || b.kind !== 'expression') return false
  return widens(before.type, after.type) && sameColumn(a.expr, b.expr, context.renames)
}

type SameCondition = (before: Expr | undefined, after: Expr | undefined) => boolean

/** What changes of columns mean for the rows of a table of columns: silver, or latest. */
export function columnFindings(
  { pairs, added }: ColumnPairs<ColumnPlan>,
  columns: readonly ColumnDiff[],
  deciding: ReadonlySet<string> = new Set(),
): Finding[] {
  const refusing = new Set([
    ...deciding,
    ...pairs.filter(({ before, after }) => canRefuse(before) || canRefuse(after)).map(({ after }) => after.name),
  ])
  return [
    ...added.map(addedFinding),
    ...columns.flatMap(({ change, column, from = '', to = '' }): Finding[] => {
      const effect = refusing.has(column) ? 'rows' : 'values'
      switch (change) {
        case 'recomputed':
          return [{ effect, column, reason: `\`${column}\` is worked out otherwise` }]
        case 'retyped':
          return [{ effect, column, reason: `\`${column}\` was ${from} and is ${to}` }]
        case 'tightened':
          return [{ effect, column, reason: `\`${column}\` may be null in rows written so far, and no longer can be` }]
        default:
          return []
      }
    }),
  ]
}

function addedFinding(column: ColumnPlan): Finding {
  const { name, value } = column
  if (value.kind === 'lookup' && value.missing.kind === 'quarantine') {
    return otherRows(`the lookup of \`${name}\` refuses records that were accepted`)
  }
  if (!column.nullable) {
    return { effect: 'values', reason: `\`${name}\` is new and cannot be null, and rows written so far have no value` }
  }
  return { effect: 'null', column: name, reason: `\`${name}\` is null in rows written so far` }
}

/** Checks are paired by what they test, then by name: a name says nothing about rows. */
function checkFindings(
  before: readonly CheckPlan[],
  after: readonly CheckPlan[],
  sameCondition: SameCondition,
): Finding[] {
  const same = (a: CheckPlan, b: CheckPlan): boolean => a.onFail === b.onFail && sameCondition(a.expr, b.expr)
  const gone = before.filter((check) => !after.some((each) => same(check, each)))
  const fresh = after.filter((check) => !before.some((each) => same(each, check)))
  const named = (checks: readonly CheckPlan[], name: string): CheckPlan | undefined =>
    checks.find((check) => check.name === name)
  return [
    ...fresh.map((check) => checkFinding(named(gone, check.name), check)),
    ...gone.filter(({ name }) => named(fresh, name) === undefined).map((check) => checkFinding(check, undefined)),
  ]
}

/** Whether rows that fail a check are not in the table, and if so, whether quarantine has them. */
function checkFinding(before: CheckPlan | undefined, after: CheckPlan | undefined): Finding {
  const name = `the check \`${after?.name ?? before?.name ?? ''}\``
  const [was, is] = [refusal(before), refusal(after)]
  if (is !== 'none')
    return otherRows(before === undefined ? `${name} is new and refuses rows` : `${name} refuses other rows`)
  if (was === 'dropped') return otherRows(`${name} no longer drops rows`)
  if (was === 'none') return { effect: 'counted', reason: `${name} counts from now on` }
  return { effect: 'kept', reason: `${name} no longer refuses rows: those refused so far stay in quarantine` }
}

function refusal(check: CheckPlan | undefined): 'none' | 'quarantined' | 'dropped' {
  if (check?.onFail === 'quarantine') return 'quarantined'
  return check?.onFail === 'drop' ? 'dropped' : 'none'
}

function dedupeFindings(before: SilverPlan, after: SilverPlan, renames: Renames): Finding[] {
  const [was, is] = [before.dedupe, after.dedupe]
  if (was === undefined) return is === undefined ? [] : [otherRows('it is deduplicated')]
  if (is === undefined) return [otherRows('it is no longer deduplicated')]
  const keys = was.by.map((name) => renames.get(name) ?? name)
  const found: Finding[] = []
  if (!sameList(keys, is.by, (a, b) => a === b)) {
    found.push(otherRows(`it is deduplicated by ${is.by.map((key) => `\`${key}\``).join(', ')}`))
  }
  if (was.withinMs !== is.withinMs) {
    found.push(otherRows(`duplicates are told within ${durationText(is.withinMs)}, not ${durationText(was.withinMs)}`))
  }
  return found
}
