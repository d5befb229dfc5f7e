import { required } from '../kinds/field.ts'
import { distinct, list } from '../kinds/list.ts'
import { noun } from '../kinds/noun.ts'
import type { AlertNode } from '../nodes.ts'
import { columnNames, tableName } from './names.ts'

/** `alert:` of a gold table. */
export const alert = noun({
  name: 'alert',
  doc: 'Sends each row that is appended to the table to sinks, at least once.',
  fields: {
    id: required(columnNames, {
      doc: 'The columns that make the id of an alert, by which a receiver knows a repetition: rows that are equal in them are one alert. `kafka_partition` and `kafka_offset` may be among them.',
      example: '[device_id, rule_id, reported_at]',
    }),
    to: required(distinct(list(tableName)), { doc: 'The sinks it is sent to.', example: '[security_hook]' }),
  },
  build: (values, at): AlertNode => ({ span: at.span, ...values }),
})
