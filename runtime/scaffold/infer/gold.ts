import { distinctCount } from '../profile/profile.ts'
import type { Column } from './columns.ts'

/** The gold table: counts and means per window and group. */
export interface GoldProposal {
  readonly groupBy?: Column
  /** Name and aggregate of each measure. */
  readonly measures: readonly (readonly [name: string, expression: string])[]
}

const GROUPS = { least: 2, most: 50, records: 20 } as const
const MEANS = 2
const PLACE = /^(lat|lon|lng|latitude|longitude|x|y|z|year|month|day|hour|minute|second)$/

/** Groups by the column with the fewest values, if one has few, and takes the means of up to two numbers. */
export function inferGold(columns: readonly Column[], key: Column | undefined, records: number): GoldProposal {
  const groups = columns
    .filter((column) => !column.hashed && (column.kind === 'text' || column.kind === 'boolean'))
    .filter(({ finding }) => finding?.format === undefined && isGroup(finding, records))
    .sort((a, b) => rank(b) - rank(a))
  const numbers = columns.filter(
    (column) => column !== key && column.kind === 'number' && !/(^|_)id$/.test(column.name) && !PLACE.test(column.name),
  )
  // A fraction is something measured; a whole number may be a code. One that is always there says more.
  const worth = ({ finding }: Column): number =>
    (finding?.always === true ? 1 : 0) + (finding?.kind === 'number' ? 2 : 0)
  const measured = [...numbers].sort((a, b) => worth(b) - worth(a))
  const means = measured.slice(0, MEANS).map(({ name }) => [`avg_${name}`, `avg(${name})`] as const)
  const [groupBy] = groups
  return { ...(groupBy && { groupBy }), measures: [[countName(columns), 'count(*)'], ...means] }
}

function isGroup(finding: Column['finding'], records: number): boolean {
  if (finding === undefined || records < GROUPS.records) return false
  const different = distinctCount(finding.profile)
  return different >= GROUPS.least && different <= GROUPS.most
}

/** Columns that always have a value first, then those with values enough to be told apart but few. */
function rank({ finding }: Column): number {
  if (finding === undefined) return 0
  return (finding.always ? 100 : 0) + (finding.values === undefined ? 0 : 10) - distinctCount(finding.profile) / 100
}

function countName(columns: readonly Column[]): string {
  return columns.some(({ name }) => name === 'records') ? 'row_count' : 'records'
}
