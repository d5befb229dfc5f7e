import { later } from '../kinds/field.ts'
import { noun } from '../kinds/noun.ts'
import type { BronzeNode } from '../nodes.ts'
import { partitionBy } from './partition.ts'

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
    retention: later({
      doc: 'How long bronze records are kept.',
      meanwhile: 'Leave it out: records are kept.',
    }),
  },
  build: (values): BronzeNode => values,
})
