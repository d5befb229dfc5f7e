import { noun } from '../kinds/noun.ts'
import type { BronzeNode } from '../nodes.ts'
import { partitionBy } from './partition.ts'
import { tableRetention } from './retention.ts'

/** The bronze tables: every record, untouched. */
export const bronze = noun({
  name: 'bronze layer',
  doc: 'Settings of the bronze tables, which hold every record untouched, one table per source.',
  fields: {
    partition_by: {
      ...partitionBy,
      doc: 'How the bronze tables are partitioned. By default the day of the broker timestamp.',
      example: '[day(kafka_timestamp)]',
    },
    retention: {
      ...tableRetention,
      doc: 'How long bronze records are kept, by the broker timestamp unless `partition_by` says otherwise. Over `retention` of the pipeline.',
    },
  },
  build: (values): BronzeNode => values,
})
