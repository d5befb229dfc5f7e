import { has, later, optional, required } from '../kinds/field.ts'
import { COLUMN_NAME, named, TABLE_NAME } from '../kinds/named.ts'
import { noun } from '../kinds/noun.ts'
import { expression } from '../kinds/text.ts'
import type { SilverNode } from '../nodes.ts'
import { check } from './check.ts'
import { column } from './column.ts'
import { dedupe } from './dedupe.ts'
import { tableName } from './names.ts'
import { partitionBy } from './partition.ts'
import { tableRetention } from './retention.ts'

/** A silver table: validated, typed, deduplicated, enriched. */
export const silver = noun({
  name: 'silver table',
  doc: 'A table of the valid records of one source: typed, checked, deduplicated, enriched.',
  fields: {
    from: required(tableName, { doc: 'The source.', example: 'inventory' }),
    columns: optional(named(column, 'column', COLUMN_NAME), {
      doc: 'The columns. Left out: every contract field under its own name.',
      example: '{ device_id: lower(device_id) }',
    }),
    where: optional(expression(), {
      doc: 'Rows for which it is not true are counted as filtered and left out.',
      example: "org <> 'test'",
    }),
    dedupe: optional(dedupe, { doc: 'Drops repeated records.', example: '{ by: [event_id], within: 24h }' }),
    checks: optional(named(check, 'check', TABLE_NAME), {
      doc: 'Conditions that every row should meet.',
      example: '{ cpu_in_range: cpu_pct between 0 and 100 }',
    }),
    partition_by: partitionBy,
    join: later({
      doc: 'Joins another source.',
      meanwhile: 'Use a `lookup` column on a reference where the other side changes seldom.',
    }),
    retention: tableRetention,
  },
  build: ({ checks, ...values }, at): SilverNode => ({ span: at.span, ...values, checks: checks ?? [] }),
  rest: ({ from, columns, ...values }, at) => {
    if (from === undefined || (columns === undefined && has(at, 'columns'))) return undefined
    return { ...values, from, ...(columns && { columns }) }
  },
})
