import { optional } from '../kinds/field.ts'
import { noun } from '../kinds/noun.ts'
import { duration } from '../kinds/quantity.ts'
import type { WindowNode } from '../nodes.ts'

/** `window:` of a gold table. All but sessions are aligned to the Unix epoch, UTC. */
export const window = noun({
  name: 'window',
  doc: 'Cuts event time into windows. Each gives one row per group. All but sessions are aligned to the Unix epoch in UTC.',
  fields: {
    tumbling: optional(duration(1), { doc: 'The length of windows that follow one another.', example: '1h' }),
    sliding: optional(duration(1), {
      doc: 'The length of windows that overlap; one starts every `slide`.',
      example: '1h',
    }),
    slide: optional(duration(1), {
      doc: 'The time from the start of one `sliding` window to the next. The length is a multiple of it.',
      example: '15m',
    }),
    session: optional(duration(1), {
      doc: 'Windows that end with a pause of this length: rows of a group that are less than it apart share one.',
      example: '30m',
    }),
  },
  rules: [
    { kind: 'exactly-one', fields: ['tumbling', 'sliding', 'session'] },
    { kind: 'requires', field: 'sliding', other: 'slide', example: '15m' },
    { kind: 'requires', field: 'slide', other: 'sliding', example: '1h' },
  ],
  build: (values, at): WindowNode => ({ span: at.span, ...values }),
})
