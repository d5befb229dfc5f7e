import { alertOf, operatorId, type GoldPlan, type Plan, type SilverPlan } from '#plan'
import { alertRowsSql } from './alert.ts'
import { compileProgram, type IntervalNode, type SilverNode, type SourceNode } from './program.ts'
import { CLEAR_REFUSALS, QUARANTINE_SETUP, quarantineSql, refuseExplainedSql, refuseSql } from './quarantine.ts'
import {
  acceptedRelation,
  bronzeRelation,
  closedRelation,
  JOIN_SIDES,
  metRelation,
  silverRelation,
  VERDICT,
} from './names.ts'
import { referenceSql } from './reference.ts'
import type { Verdict } from './silver.ts'
import type { CurrentProgram } from './window/current.ts'

/** A statement of a plan's program, by name, with the operators it serves. */
export interface Statement {
  readonly name: string
  /** As `operatorId` names them. */
  readonly operators: readonly string[]
  /** `session`: once, at start. `batch`: for every batch of the source. `checkpoint`: when one is taken. */
  readonly when: 'session' | 'batch' | 'checkpoint'
  readonly sql: string
}

/** A name and a statement. */
type Part = readonly [name: string, sql: string]

/**
 * The statements of a plan for people to read and try, in an order in which they run in an empty session: state and
 * references are empty there, and so is the batch. What the engine reads from files, and numbers it puts in, is left out.
 */
export function planStatements(plan: Plan): Statement[] {
  const { sources, intervals } = compileProgram(plan)
  const quarantine = operatorId.quarantine(plan)
  const references = plan.references.flatMap((reference) =>
    referenceSql(reference, []).map((sql) =>
      one(`reference ${reference.name}`, operatorId.reference(reference.name), 'session', sql),
    ),
  )
  return [
    one('quarantine', quarantine, 'session', QUARANTINE_SETUP),
    ...references,
    // Tables that join versions come after the versions of all sources.
    ...sources.flatMap((source) => (source.joined ? sourceStatements(source, quarantine) : [])),
    ...sources.flatMap((source) => (source.joined ? [] : sourceStatements(source, quarantine))),
    ...intervals.flatMap(intervalStatements),
  ]
}

function sourceStatements(source: SourceNode, quarantine: string): Statement[] {
  const { sql, plan, silver, versions } = source
  const contract = operatorId.contract(plan)
  const eventTime = operatorId.eventTime(plan)
  return [
    ...sql.setup.map((each) => one('batch and state', eventTime, 'session', each)),
    ...batch(
      [operatorId.bronze(plan)],
      [
        ['bronze rows', sql.bronze],
        ['written', `select * from ${bronzeRelation(plan.name)}`],
      ],
    ),
    ...batch(
      [contract],
      [
        ['clear', CLEAR_REFUSALS],
        ['check', sql.check],
        ...(versions === undefined
          ? []
          : [['tombstones', versions.tombstones] as const, ['deleted', versions.deleted] as const]),
        ['census', sql.census],
        ['doubt', sql.doubt],
        ['refuse', refuseExplainedSql(plan.name)],
      ],
    ),
    ...batch(
      [eventTime],
      [
        ['records', sql.records.withExplained],
        ['marks', sql.marks],
        ['untimely', sql.untimely],
        ['times', sql.times],
        ['timely', sql.timely.withoutUntimely],
      ],
    ),
    ...versionStatements(source),
    ...silver.flatMap(silverStatements),
    ...batch([quarantine], [['pending', quarantineSql(plan)]]),
    ...batch(
      [eventTime],
      [
        ['fold', sql.fold],
        ['newest', sql.newest],
      ],
    ),
    ...silver.flatMap(checkpointStatements),
  ]
}

function versionStatements({ plan, versions }: SourceNode): Statement[] {
  if (versions === undefined) return []
  const operator = operatorId.versions(plan)
  return [
    ...versions.setup.map((each) => one('state', operator, 'session', each)),
    ...batch([operator], [['fold', versions.fold]]),
  ]
}

function silverStatements(node: SilverNode): Statement[] {
  const { plan, sql, dedupe, windows, latest, asOf } = node
  const name = plan.table.name
  const shaping = shapingOperators(plan)
  const refused = sql.verdicts.flatMap((verdict, index): Statement[] => {
    if (verdict.kind !== 'quarantine') return []
    const selection = `select kafka_partition, kafka_offset from ${silverRelation(name)} where ${VERDICT} = ${index}`
    const refuse = refuseSql({ ...verdict, selection, table: `silver.${name}`, path: null })
    return batch(refusingOperators(plan, verdict), [[`refuse ${verdict.rule}`, refuse]])
  })
  const warnings: Part[] = sql.warnings === undefined ? [] : [['warnings', sql.warnings]]
  return [
    ...batch(shaping, [['shape', sql.shape]]),
    ...(dedupe === undefined ? [] : dedupe.setup.map((each) => one('state', operatorId.dedupe(plan), 'session', each))),
    ...(dedupe === undefined
      ? []
      : batch(
          [operatorId.dedupe(plan)],
          [
            ...dedupe.contest.map((each): Part => ['contest', each]),
            ['contested', dedupe.contested],
            ['against state', dedupe.againstState],
            ['round', dedupe.round],
            ['undecided', dedupe.undecided],
            ['mark', dedupe.mark],
          ],
        )),
    ...batch(shaping, [['counts', sql.counts]]),
    ...refused,
    ...batch(shaping, [
      ...warnings,
      ['accepted', sql.accepted],
      ['written', `select * from ${acceptedRelation(name)}`],
    ]),
    ...(dedupe === undefined ? [] : batch([operatorId.dedupe(plan)], [['remember', dedupe.remember]])),
    ...windows.flatMap(windowStatements),
    ...latest.flatMap(({ plan: table, sql: program }) => {
      const operators = [operatorId.latest(table), ...whereOf(table)]
      return [
        ...program.setup.map((each) => one('state', operatorId.latest(table), 'session', each)),
        ...batch(operators, [
          ...(program.refuse === undefined ? [] : [['refuse', program.refuse] as const]),
          ['fold', program.fold],
        ]),
      ]
    }),
    ...asOf.flatMap(asOfStatements),
  ]
}

function windowStatements({ plan, sql }: SilverNode['windows'][number]): Statement[] {
  const operators = [operatorId.window(plan), ...whereOf(plan)]
  return [
    ...[...sql.setup, ...(sql.current?.setup ?? [])].map((each) =>
      one('state', operatorId.window(plan), 'session', each),
    ),
    ...batch(operators, [
      ['refuse', sql.refuse],
      ['fold', sql.fold.withoutRefused],
    ]),
  ]
}

/** How rows that are kept current are written anew. */
function currentParts(current: CurrentProgram | undefined): Part[] {
  if (current === undefined) return []
  return [
    ['settle', current.change],
    ['settle', current.replace],
    ['current', current.written],
    ...current.take.map((each): Part => ['take', each]),
    ['expire', current.expire],
  ]
}

function asOfStatements({ plan, sql }: SilverNode['asOf'][number]): Statement[] {
  const operators = [operatorId['as-of'](plan), ...whereOf(plan)]
  return [
    ...sql.setup.map((each) => one('state', operatorId['as-of'](plan), 'session', each)),
    ...batch(operators, [
      ['note', sql.note],
      ['join', sql.join],
      ['refuse', sql.refuse],
      ['accepted', sql.accepted],
      ['written', `select * from ${metRelation(plan.table.name)}`],
    ]),
    ...alertStatements(plan, 'batch'),
  ]
}

/** What is read of the rows that are appended, when they are alerts. */
function alertStatements(table: GoldPlan, when: Statement['when']): Statement[] {
  if (alertOf(table) === undefined) return []
  const { name } = table.table
  const relation = table.kind === 'window' ? closedRelation(name) : metRelation(name)
  return [one('alerts', operatorId.alert(table), when, alertRowsSql(table, relation))]
}

/** What batches of both sources do to a join, after all that is done to them. */
function intervalStatements({ plan, sql }: IntervalNode): Statement[] {
  const operator = operatorId.interval(plan)
  const { name } = plan.table
  const steps = [...sql.steps.values()].flatMap(({ refuse, sides }): Part[] => [
    ['refuse', refuse],
    ...sides.flatMap(({ meet, remember }): Part[] => [
      ...meet.map((each): Part => ['meet', each]),
      ...writtenPairs(name, sql),
      ['remember', remember],
    ]),
  ])
  const unmet =
    sql.unmet === undefined ? [] : [...sql.unmet.map((each): Part => ['unmet', each]), ...writtenPairs(name, sql)]
  const closing: readonly Part[] = [
    ...unmet,
    ['last end', sql.lastEnd],
    ...JOIN_SIDES.flatMap((side) => sql.drop(side)).map((each): Part => ['drop', each]),
    ...JOIN_SIDES.flatMap((side) => sql.compact(side)).map((each): Part => ['compact', each]),
  ]
  return [
    ...sql.setup.map((each) => one('state', operator, 'session', each)),
    ...batch([operator, ...whereOf(plan)], steps),
    ...alertStatements(plan, 'batch'),
    ...closing.map(([part, each]) => one(part, operator, 'checkpoint', each)),
  ]
}

function writtenPairs(name: string, { accepted, overflow }: IntervalNode['sql']): Part[] {
  return [
    ['accepted', accepted],
    ...(overflow === undefined
      ? []
      : [['overflowed', overflow.rows] as const, ['refuse pairs', overflow.refuse] as const]),
    ['written', `select * from ${metRelation(name)}`],
  ]
}

function checkpointStatements({ dedupe, plan, windows, latest }: SilverNode): Statement[] {
  return [
    ...(dedupe?.expire ?? []).map((each) => one('expire', operatorId.dedupe(plan), 'checkpoint', each)),
    ...windows.flatMap(({ plan: table, sql }) => {
      const parts: readonly Part[] = [
        ...currentParts(sql.current),
        ['ends', sql.ends],
        ['close', sql.close],
        ['written', `select * from ${closedRelation(table.table.name)}`],
        ...sql.drop.map((each): Part => ['drop', each]),
        ...[sql.merge, ...sql.takeMerged].map((each): Part => ['compact', each]),
      ]
      return [
        ...parts.map(([name, each]) => one(name, operatorId.window(table), 'checkpoint', each)),
        ...alertStatements(table, 'checkpoint'),
      ]
    }),
    ...latest.flatMap(({ plan: table, sql }) => {
      const parts: readonly Part[] = [
        ['settle', sql.settle],
        ['written', sql.written],
        ...sql.take.map((each): Part => ['take', each]),
      ]
      return parts.map(([name, each]) => one(name, operatorId.latest(table), 'checkpoint', each))
    }),
  ]
}

/** What one statement does at once: columns, lookups, `where` and checks come to one verdict per row. */
function shapingOperators(table: SilverPlan): string[] {
  const references = table.columns.flatMap(({ value }) => (value.kind === 'lookup' ? [value.reference] : []))
  return [
    operatorId.columns(table),
    ...[...new Set(references)].map((reference) => operatorId.lookup(table, reference)),
    ...whereOf(table),
    ...table.checks.map((check) => operatorId.check(table, check)),
  ]
}

/** Whose verdict it is: that of a check, of a lookup, or of whatever expression overflowed. */
function refusingOperators(table: SilverPlan, { code, rule }: Extract<Verdict, { kind: 'quarantine' }>): string[] {
  const check = table.checks.find(({ name }) => name === rule)
  const column = table.columns.find(({ name }) => name === rule)
  if (code === 'record/lookup-missing' && column?.value.kind === 'lookup')
    return [operatorId.lookup(table, column.value.reference)]
  if (code === 'record/check-failed' && check !== undefined) return [operatorId.check(table, check)]
  if (column !== undefined) return [operatorId.columns(table)]
  return check === undefined ? [operatorId.where(table)] : [operatorId.check(table, check)]
}

function whereOf(table: Parameters<typeof operatorId.where>[0] & { readonly where?: unknown }): string[] {
  return table.where === undefined ? [] : [operatorId.where(table)]
}

function batch(operators: readonly string[], parts: readonly Part[]): Statement[] {
  return parts.map(([name, sql]) => ({ name, operators, when: 'batch', sql }))
}

function one(name: string, operator: string, when: Statement['when'], sql: string): Statement {
  return { name, operators: [operator], when, sql }
}
