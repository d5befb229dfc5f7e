import { defaulted, later, optional } from '../kinds/field.ts'
import { integer } from '../kinds/integer.ts'
import { noun } from '../kinds/noun.ts'
import { duration, size } from '../kinds/quantity.ts'
import type { EngineNode } from '../nodes.ts'

/** `engine:` of an environment: the bounds of one running instance. */
export const engine = noun({
  name: 'engine setting',
  doc: 'The bounds of one running instance.',
  fields: {
    memory_limit: defaulted(size('64MB'), '512MB', {
      doc: 'The memory of the SQL engine; beyond it, it spills to disk.',
    }),
    threads: optional(integer(1, 1024), {
      doc: 'The threads of the SQL engine. Left out: one per core.',
      example: '2',
    }),
    batch_rows: defaulted(integer(1, 100_000_000), '245760', { doc: 'The most records of one batch.' }),
    batch_bytes: defaulted(size(), '96MB', { doc: 'The most bytes of record values of one batch.' }),
    checkpoint_every: defaulted(duration(1), '10s', {
      doc: 'The time between checkpoints, and so between table commits.',
    }),
    flink: later({
      doc: 'Runs the pipeline on Flink.',
      meanwhile: 'Leave it out: the embedded engine runs the pipeline.',
    }),
  },
  build: (values): EngineNode => ({
    memoryLimitBytes: values.memoryLimit.value,
    ...(values.threads === undefined ? {} : { threads: values.threads.value }),
    batchRows: values.batchRows.value,
    batchBytes: values.batchBytes.value,
    checkpointEveryMs: values.checkpointEvery.value,
  }),
})
