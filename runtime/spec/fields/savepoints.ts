import { defaulted } from '../kinds/field.ts'
import { integer } from '../kinds/integer.ts'
import { noun } from '../kinds/noun.ts'
import { duration } from '../kinds/quantity.ts'
import type { SavepointsNode } from '../nodes.ts'

/** `savepoints:` of a pipeline: those that are taken by themselves. */
export const savepoints = noun({
  name: 'savepoint setting',
  doc: 'When a running instance takes a savepoint by itself, and how many of these it keeps. A change of it is no change of the plan.',
  fields: {
    every: defaulted(duration(1_000), '1h', {
      doc: 'How long after one savepoint the next is taken. It comes with a checkpoint, so none is taken while no records come.',
    }),
    keep: defaulted(integer(1, 1_000), '24', {
      doc: 'How many of the newest are kept. Savepoints that somebody asked for are kept until they are dropped.',
    }),
  },
  build: (values): SavepointsNode => ({ everyMs: values.every.value, keep: values.keep.value }),
})
