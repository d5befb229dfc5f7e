import { partnerLineage, type GoldPlan } from '#plan'
import { quoteIdentifier } from './identifier.ts'

/**
 * The rows of a relation as alerts of a gold table, in the order in which they are numbered and sent: joined rows in that of
 * their records, others by their columns.
 */
export function alertRowsSql(table: GoldPlan, relation: string): string {
  return `select * from ${relation} order by ${orderOf(table)}`
}

function orderOf(table: GoldPlan): string {
  if (table.kind !== 'as-of' && table.kind !== 'interval') return 'all'
  const partner = partnerLineage(table).map((field) => quoteIdentifier(field.name))
  return ['kafka_partition', 'kafka_offset', ...partner].join(', ')
}
