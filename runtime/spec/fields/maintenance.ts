import { defaulted } from '../kinds/field.ts'
import { boolean } from '../kinds/boolean.ts'
import { integer } from '../kinds/integer.ts'
import { noun } from '../kinds/noun.ts'
import { duration, size } from '../kinds/quantity.ts'
import type { MaintenanceNode } from '../nodes.ts'

/** Long enough for any commit to be done. */
const LEAST_ORPHAN_AGE_MS = 3_600_000

/** `maintenance:` of an environment: how running instances keep their tables fit to be read. */
export const maintenance = noun({
  name: 'maintenance setting',
  doc: 'How a running instance keeps its tables fit to be read: small files are made large, old snapshots are forgotten.',
  fields: {
    enabled: defaulted(boolean, 'true', { doc: 'Whether running instances do it. `smelt maintain` does it anyway.' }),
    every: defaulted(duration(1), '1m', { doc: 'How often an instance looks after one of its tables.' }),
    budget: defaulted(size('1MB'), '256MB', { doc: 'The most bytes of data files that are rewritten at a time.' }),
    target_file_size: defaulted(size('1MB'), '128MB', { doc: 'The size of the files that small ones become.' }),
    min_files: defaulted(integer(2, 100_000), '8', {
      doc: 'Fewer small files of a table partition than this are left alone.',
    }),
    keep_snapshots: defaulted(duration(), '1h', {
      doc: 'How long a snapshot can be read after a newer one came. Savepoints and running queries keep theirs.',
    }),
    keep_last: defaulted(integer(1, 100_000), '10', { doc: 'How many of the newest snapshots are kept in any case.' }),
    orphans_after: defaulted(duration(1), '3d', {
      doc: 'How old a file that nothing names must be to be removed: it may belong to a commit that is on its way. At least an hour.',
    }),
  },
  build: (values): MaintenanceNode => ({
    enabled: values.enabled.value,
    everyMs: values.every.value,
    budgetBytes: values.budget.value,
    targetFileBytes: values.targetFileSize.value,
    minFiles: values.minFiles.value,
    keepSnapshotsMs: values.keepSnapshots.value,
    keepLast: values.keepLast.value,
    orphansAfterMs: Math.max(values.orphansAfter.value, LEAST_ORPHAN_AGE_MS),
  }),
})
