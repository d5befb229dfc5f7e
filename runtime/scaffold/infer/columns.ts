import { columnNames } from './column-name.ts'
import { epochExpression, type EventTime } from './event-time.ts'
import { fieldExpression } from './expression-text.ts'
import { allFindings, type Finding } from './finding.ts'
import { isPersonal } from './personal.ts'

/** A column of the silver table. */
export interface Column {
  readonly name: string
  readonly expression: string
  /** Hidden, because it looks like personal data. */
  readonly hashed: boolean
  /** The field it holds, unless it is the broker's time. */
  readonly finding?: Finding
  /** Its type as columns have it; undefined for lists and open values. */
  readonly kind: 'number' | 'text' | 'boolean' | 'time' | 'other'
}

/** The columns of the silver table: every field that holds a value, the event time first. */
export function silverColumns(findings: readonly Finding[], time: EventTime): readonly Column[] {
  const leaves = allFindings(findings).filter(({ kind }) => kind !== 'object')
  const kept = leaves.filter((each) => time.beside || each !== time.finding)
  const names = columnNames(
    kept.map((each) => (isHidden(each) ? [...each.path.slice(0, -1), `${each.path.at(-1) ?? ''}_hash`] : each.path)),
    [time.column],
  )
  const first: Column = {
    ...{ name: time.column, expression: time.expression, hashed: false, kind: 'time' },
    ...(time.finding && { finding: time.finding }),
  }
  return [first, ...kept.map((finding, index) => columnOf(finding, names[index] ?? 'field'))]
}

function columnOf(finding: Finding, name: string): Column {
  const epoch = epochExpression(finding)
  return {
    name,
    expression: epoch ?? fieldExpression(finding.path),
    hashed: isHidden(finding),
    finding,
    kind: epoch === undefined ? kindOf(finding) : 'time',
  }
}

function kindOf({ kind, format }: Finding): Column['kind'] {
  if (kind === 'integer' || kind === 'number') return 'number'
  if (kind === 'boolean') return 'boolean'
  if (kind !== 'string') return 'other'
  return format === 'date-time' || format === 'date' ? 'time' : 'text'
}

function isHidden({ kind, format, path }: Finding): boolean {
  return kind === 'string' && isPersonal(path, format)
}
