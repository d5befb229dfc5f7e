import { optional } from '../kinds/field.ts'
import { list } from '../kinds/list.ts'
import { expression } from '../kinds/text.ts'

/** `partition_by` of any table. */
export const partitionBy = optional(list(expression('a column or a transform such as `day(reported_at)`')), {
  doc: 'How the table is partitioned: columns, or Iceberg transforms of them. By default the day of the event time.',
  example: '[day(reported_at), bucket(16, device_id)]',
})
