import { later, required } from '../kinds/field.ts'
import { noun } from '../kinds/noun.ts'
import { duration } from '../kinds/quantity.ts'
import type { DedupeNode } from '../nodes.ts'
import { columnNames } from './names.ts'

/** `dedupe:` of a silver table. */
export const dedupe = noun({
  name: 'dedupe',
  doc: 'Keeps the first of the records of a topic partition that share a key and are close in event time.',
  fields: {
    by: required(columnNames, { doc: 'The columns that make the key.', example: '[event_id]' }),
    within: required(duration(1), { doc: 'How far apart in event time two duplicates may be.', example: '24h' }),
    scope: later({
      doc: 'Whether duplicates are also looked for across topic partitions.',
      meanwhile: 'Leave it out and key the topic by the same columns: duplicates are then in one topic partition.',
    }),
  },
  build: (values, at): DedupeNode => ({ span: at.span, ...values }),
})
