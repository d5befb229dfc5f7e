import { quoteText } from '#dialect/duckdb'
import { quoteName, type ObjectStore } from '#lake'
import type { Plan } from '#plan'
import type { StateFiles } from '../checkpoint.ts'
import type { Session } from '../embedded/session.ts'
import { readState, writeStateFile } from '../embedded/state-files.ts'
import { columnsOf, partialsOf } from './find-columns.ts'
import { holds, madeOfSource } from './find-rows.ts'
import type { Subject } from './subject.ts'

interface Place {
  readonly session: Session
  readonly store: ObjectStore
  readonly scratch: string
}

/** The state without rows that are about the subject: a new base where there are any. With how many rows went. */
export async function eraseState(
  place: Place,
  plan: Plan,
  state: Readonly<Record<string, StateFiles>>,
  subject: Subject,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<{ readonly state: Record<string, StateFiles>; readonly rows: Record<string, number> }> {
  const kept: Record<string, StateFiles> = { ...state }
  const gone: Record<string, number> = {}
  for (const [name, files] of Object.entries(state)) {
    await readState(place, files, async (relation) => {
      const found = await conditionOf(place.session, plan, name, relation, subject)
      const rows = await place.session.count(`select count(*) from ${relation} as found where ${found}`)
      if (rows === 0) return
      gone[name] = rows
      if (dryRun) return
      const others = `${relation} as found where not (${found})`
      const left = await place.session.count(`select count(*) from ${others}`)
      const base = left === 0 ? null : await writeStateFile({ ...place, plan }, name, { relation: others, rows: left })
      kept[name] = { base, deltas: [] }
    })
  }
  return { state: kept, rows: gone }
}

/** Whether the state holds a row that is about the subject. */
export async function stateHolds(
  place: Place,
  plan: Plan,
  state: Readonly<Record<string, StateFiles>>,
  subject: Subject,
): Promise<boolean> {
  let held = false
  for (const [name, files] of Object.entries(state)) {
    await readState(place, files, async (relation) => {
      const found = await conditionOf(place.session, plan, name, relation, subject)
      held ||= (await place.session.count(`select count(*) from ${relation} as found where ${found}`)) > 0
    })
  }
  return held
}

async function conditionOf(
  session: Session,
  plan: Plan,
  name: string,
  relation: string,
  subject: Subject,
): Promise<string> {
  const rows = await session.rows(
    `select column_name as name, column_type as type from (describe select * from ${relation})`,
  )
  const columns = rows.map((row) => ({ name: row.name as string, type: row.type as string }))
  const has = (wanted: string): boolean => columns.some((column) => column.name === wanted)
  const isOf = stateColumns(plan, subject, name)
  const texts = columns
    .filter((each) => isOf(each.name) || (subject.numbers === undefined && /VARCHAR|JSON|BLOB/.test(each.type)))
    .map((each) => holds(quoteName(each.name), subject))
  const source = has('kafka_partition') && has('kafka_offset') ? sourceOf(plan, name) : undefined
  return [...texts, ...(source === undefined ? [] : [madeOfSource(quoteText(source))])].join(' or ') || 'false'
}

/** Says into which columns of a state table the value of the field goes, whatever their type. */
export function stateColumns(plan: Plan, subject: Subject, state: string): (column: string) => boolean {
  const [kind, name] = kindOf(state)
  if (kind === 'versions') return (column) => column === `f_${subject.field.split('.')[0] ?? ''}`
  const table = kind === 'window' ? `gold.${name}` : `silver.${silverOf(plan, state) ?? ''}`
  const columns = new Set(columnsOf(plan, subject, table))
  const isPartial = kind === 'window' ? partialsOf(plan, subject, name) : () => false
  return (column) => columns.has(column) || isPartial(column)
}

const kindOf = (state: string): readonly [kind: string, name: string] => [
  state.slice(0, state.indexOf('.')),
  state.slice(state.indexOf('.') + 1),
]

/** The source whose records a state table is about. */
function sourceOf(plan: Plan, state: string): string | undefined {
  const [kind, name] = kindOf(state)
  if (kind === 'versions') return name
  const silver = silverOf(plan, state)
  return plan.silver.find(({ table }) => table.name === silver)?.source
}

/** The silver table whose rows, or keys of them, a state table keeps. */
function silverOf(plan: Plan, state: string): string | undefined {
  const [kind, name] = kindOf(state)
  if (kind === 'dedupe') return name
  return kind === 'interval' ? waitingTable(plan, name) : fromOf(plan, name)
}

function fromOf({ gold }: Plan, name: string): string | undefined {
  return gold.find(({ table }) => table.name === name)?.from
}

/** The silver table whose rows wait on a side of a join, `left.<table>` or `right.<table>`. */
function waitingTable(plan: Plan, sided: string): string | undefined {
  const [side, name] = [sided.slice(0, sided.indexOf('.')), sided.slice(sided.indexOf('.') + 1)]
  if (side === 'left') return fromOf(plan, name)
  const gold = plan.gold.find(({ table }) => table.name === name)
  return gold?.kind === 'interval' ? gold.join.table : undefined
}
