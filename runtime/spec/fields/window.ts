import { later, required } from '../kinds/field.ts'
import { noun } from '../kinds/noun.ts'
import { duration } from '../kinds/quantity.ts'

/** `window:` of a gold table. Windows are aligned to the Unix epoch, UTC. */
export const window = noun({
  name: 'window',
  doc: 'Cuts event time into windows, aligned to the Unix epoch in UTC. Each gives one final row per group.',
  fields: {
    tumbling: required(duration(1), { doc: 'The length of windows that follow one another.', example: '1h' }),
    sliding: later({
      doc: 'Windows that overlap.',
      insteadOf: 'tumbling',
      meanwhile: 'Use a `tumbling` window of the length of one slide, and sum over its rows when reading.',
    }),
    session: later({
      doc: 'Windows that end with a pause.',
      insteadOf: 'tumbling',
      meanwhile: 'Use a `tumbling` window.',
    }),
  },
  build: (values) => values,
})
