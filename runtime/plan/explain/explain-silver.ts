import { operatorId } from '../operator.ts'
import { fullTypeText } from '../expression/index.ts'
import type { CheckPlan, ColumnPlan, Expr, Plan, SilverPlan, SourcePlan } from '../types.ts'
import { durationText } from './duration-text.ts'
import { LINEAGE_COLUMNS, partitionText } from './explain-source.ts'
import { expressionText, pathText, valueText } from './expression-text.ts'
import { mayOverflow } from './may-overflow.ts'
import type { ExplainColumn, ExplainNode, ExplainOperator, ExplainOutcome } from './types.ts'

interface SilverInput {
  readonly plan: Plan
  readonly table: SilverPlan
  readonly source: SourcePlan
}

type Lookup = Extract<ColumnPlan['value'], { kind: 'lookup' }>

/** Explains a silver table; `gold` are the tables that read it. */
export function explainSilver(input: SilverInput, gold: readonly ExplainNode[]): ExplainNode {
  const { table, source } = input
  return {
    id: `silver.${table.table.name}`,
    kind: 'silver',
    title: `the valid records of ${source.name}: typed, checked${table.dedupe === undefined ? '' : ', deduplicated'}`,
    columns: [...table.columns.map(explainColumn), ...LINEAGE_COLUMNS],
    partitionBy: table.partitionBy.map(partitionText),
    operators: [
      columnsOperator(table),
      ...lookupOperators(input),
      ...(table.where === undefined ? [] : [whereOperator(table, table.where)]),
      ...table.checks.map((check) => checkOperator(table, check)),
      ...dedupeOperator(input),
    ],
    accounting: `bronze.${source.bronze.table.name} = silver.${table.table.name} + quarantined + deduplicated + filtered`,
    readBy: gold,
  }
}

/** A column of a table with what gives it its value. */
export function explainColumn(column: ColumnPlan): ExplainColumn {
  const { name, type, nullable, pii } = column
  return {
    name,
    type: fullTypeText(type),
    nullable,
    value: valueText(column),
    ...(pii === undefined ? {} : { pii }),
  }
}

/** What becomes of a record with a value that an expression's type cannot hold; none when there can be no such value. */
export function overflowOutcomes(possible: boolean): ExplainOutcome[] {
  if (!possible) return []
  return [{ becomes: 'quarantined', when: 'a result does not fit its type', codes: ['record/overflow'] }]
}

function columnsOperator(table: SilverPlan): ExplainOperator {
  const computed = table.columns.flatMap(({ value }) => (value.kind === 'expression' ? [value.expr] : value.on))
  const hidden = table.columns.filter(({ pii }) => pii !== undefined)
  return {
    id: operatorId.columns(table),
    kind: 'columns',
    title: 'one row per valid record',
    rules: hidden.map(hiddenText),
    outcomes: overflowOutcomes(computed.some(mayOverflow)),
  }
}

function hiddenText({ name, pii }: ColumnPlan): string {
  const how = pii === 'hash' ? "HMAC-SHA-256 under the tenant's key" : 'letters become x, digits 9'
  return `${pathText([name])} is hidden: ${how}`
}

/** The `where` of a silver table: what it leaves out is counted. */
function whereOperator(table: SilverPlan, condition: Expr): ExplainOperator {
  return {
    id: operatorId.where(table),
    kind: 'where',
    title: expressionText(condition),
    rules: [],
    outcomes: [
      ...overflowOutcomes(mayOverflow(condition)),
      { becomes: 'filtered', when: 'it is false or null', codes: [] },
    ],
  }
}

function lookupOperators({ plan, table }: SilverInput): ExplainOperator[] {
  const lookups = table.columns.flatMap(({ value }) => (value.kind === 'lookup' ? [value] : []))
  return plan.references
    .filter(({ name }) => lookups.some(({ reference }) => reference === name))
    .map((reference) => {
      const mine = lookups.filter((each) => each.reference === reference.name)
      const demanded = mine.filter(({ missing }) => missing.kind === 'quarantine')
      return {
        id: operatorId.lookup(table, reference.name),
        kind: 'lookup' as const,
        title: `${reference.file} by ${reference.key.map((key) => pathText([key])).join(', ')}`,
        rules: [`gives ${mine.map(lookupText).join(', ')}; at most one row per key`],
        outcomes: demanded.length === 0 ? [] : [missingOutcome(demanded)],
        state: {
          holds: `the rows of the file, content ${reference.contentHash.slice(0, 12)}`,
          keys: reference.key,
          bound: 'the size of the file; other content is another plan',
        },
      }
    })
}

function lookupText({ column }: Lookup): string {
  return pathText([column])
}

function missingOutcome(lookups: readonly Lookup[]): ExplainOutcome {
  const names = lookups.map(lookupText).join(', ')
  return { becomes: 'quarantined', when: `no row has the key of ${names}`, codes: ['record/lookup-missing'] }
}

const ON_FAIL = { quarantine: 'quarantined', drop: 'filtered', warn: 'warned', fail: 'stops' } as const

function checkOperator(table: SilverPlan, check: CheckPlan): ExplainOperator {
  return {
    id: operatorId.check(table, check),
    kind: 'check',
    title: `${check.name}: ${expressionText(check.expr)}`,
    rules: [],
    outcomes: [
      ...overflowOutcomes(mayOverflow(check.expr)),
      {
        becomes: ON_FAIL[check.onFail],
        when: 'it is false; null passes',
        codes: check.onFail === 'quarantine' ? ['record/check-failed'] : [],
      },
    ],
  }
}

function dedupeOperator({ table, source }: SilverInput): ExplainOperator[] {
  if (table.dedupe === undefined) return []
  const { by, withinMs } = table.dedupe
  const keys = by.map((key) => pathText([key]))
  return [
    {
      id: operatorId.dedupe(table),
      kind: 'dedupe',
      title: `by ${keys.join(', ')} within ${durationText(withinMs)}`,
      rules: [
        'the first offset of a key stays, within one topic partition: produce with this key',
        'a key that holds a null is never a duplicate',
      ],
      outcomes: [
        {
          becomes: 'deduplicated',
          when: `an earlier row of its topic partition has the same key and an event time at most ${durationText(withinMs)} away`,
          codes: [],
        },
      ],
      state: {
        holds: 'the event time of every accepted row',
        keys: ['kafka_partition', ...keys],
        bound: `dropped once older than the newest event time of its topic partition by ${durationText(source.horizonMs + withinMs)} (horizon ${durationText(source.horizonMs)} + within ${durationText(withinMs)})`,
      },
    },
  ]
}
