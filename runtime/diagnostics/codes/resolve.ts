import { entry } from '../entry.ts'

const base = { severity: 'error', domain: 'user', retry: 'never', since: '0.1.0' } as const

/** Codes of resolving names and types of a pipeline. */
export const resolveCodes = {
  'plan/unknown-name': entry<{ kind: string; name: string; nearest?: string }>({
    ...base,
    title: 'Unknown name',
    message: ({ kind, name }) => `There is no ${kind} \`${name}\``,
    why: 'Every name must be declared in the pipeline that uses it.',
    fix: ({ kind, nearest }) =>
      nearest === undefined ? `Declare the ${kind}, or use one that is.` : `Did you mean \`${nearest}\`?`,
  }),
  'plan/cycle': entry<{ path: string }>({
    ...base,
    title: 'Cyclic tables',
    message: ({ path }) => `Tables read each other in a circle: \`${path}\``,
    why: 'A table that needs itself can never be made.',
    fix: 'Let one of them read a source.',
  }),
  'plan/bad-rename': entry<{ column: string; was: string; because: string }>({
    ...base,
    title: 'Impossible rename',
    message: ({ column, was, because }) => `\`${column}\` cannot have been \`${was}\`: ${because}`,
    why: '`was` hands the rows of a former column over to the one that has it, so the former one must be gone.',
    fix: 'Leave `was` out, or name the column that this one replaces.',
  }),
  'plan/not-a-source': entry<{ name: string; what: string }>({
    ...base,
    title: 'Not a source',
    message: ({ name, what }) => `\`${name}\` is a ${what}; a silver table reads a source`,
    why: 'Silver is what validated records of one topic look like.',
    fix: 'Name one of the sources, or make this a gold table.',
  }),
  'plan/missing-file': entry<{ kind: string; file: string }>({
    ...base,
    title: 'File not found',
    message: ({ kind, file }) => `The ${kind} file \`${file}\` does not exist`,
    why: 'The pipeline cannot be compiled without it.',
    fix: 'Create the file, or correct the path; paths are relative to the pipeline file.',
  }),
  'plan/outside-project': entry<{ file: string }>({
    ...base,
    title: 'Path leaves the pipeline',
    message: ({ file }) => `The path \`${file}\` leads out of the pipeline's folder`,
    why: 'A pipeline reads only its own files.',
    fix: 'Move the file into the pipeline folder and use a relative path.',
  }),
  'plan/event-time-type': entry<{ field: string; type: string }>({
    ...base,
    title: 'Event time is no timestamp',
    message: ({ field, type }) => `The event time \`${field}\` has type \`${type}\``,
    why: 'Windows, lateness and duplicates are decided on instants.',
    fix: ({ field, type }) => eventTimeFix(field, type),
  }),
  'plan/reserved-name': entry<{ name: string }>({
    ...base,
    title: 'Reserved name',
    message: ({ name }) => `\`${name}\` is a name that Smelt or Iceberg keeps for itself`,
    why: 'Lineage columns and window bounds are added to tables under fixed names; names with a leading underscore are internal.',
    fix: 'Choose another name.',
  }),
  'plan/wrong-type': entry<{ what: string; expected: string; actual: string }>({
    ...base,
    title: 'Wrong type',
    message: ({ what, expected, actual }) => `${what} must be ${expected}, not \`${actual}\``,
    why: 'Types are checked before anything runs, so that no record meets the mistake.',
    fix: 'Change the expression so that it has the expected type.',
  }),
  'plan/bad-partition': entry<{ text: string }>({
    ...base,
    title: 'Not a partition transform',
    message: ({ text }) => `\`${text}\` is not a partition transform`,
    why: 'Tables are partitioned by Iceberg transforms of columns.',
    fix: 'Write a column, or one of `year(c)`, `month(c)`, `day(c)`, `hour(c)`, `bucket(n, c)`, `truncate(n, c)`.',
  }),
  'plan/lookup-keys': entry<{ reference: string; expected: number; actual: number }>({
    ...base,
    title: 'Wrong number of lookup keys',
    message: ({ reference, expected, actual }) =>
      `Reference \`${reference}\` has ${expected} key column${expected === 1 ? '' : 's'}, \`on\` gives ${actual}`,
    why: 'A lookup finds at most one row, by the whole key.',
    fix: "Give one expression per key column, in the order of the reference's `key`.",
  }),
  'plan/bad-version-key': entry<{ field: string; because: string }>({
    ...base,
    title: 'Field cannot name a version',
    message: ({ field, because }) => `\`${field}\` cannot be a key of \`versioned_by\`: ${because}`,
    why: 'Every version has a key, and a record with a null value names it in its key bytes alone, which hold texts and whole numbers.',
    fix: 'Name required fields of type string or long.',
  }),
  'plan/bad-join': entry<{ table: string; because: string }>({
    ...base,
    title: 'Impossible join',
    message: ({ table, because }) => `\`${table}\` cannot be joined so: ${because}`,
    why: 'A row is put beside the versions of one changelog that held at its time, all read before it, or beside the rows of one silver table that are near in time; both are found by an equality.',
    fix: 'Join a source with `versioned_by` and `as_of`, or a silver table and `within`, and let `on` have an equality of both sides such as `rule.org = org`.',
  }),
  'plan/bad-alert': entry<{ table: string; because: string }>({
    ...base,
    title: 'Impossible alert',
    message: ({ table, because }) => `Rows of \`${table}\` cannot be sent so: ${because}`,
    why: 'An alert is sent once for a row that stays as it is, and to where it cannot come back from.',
    fix: 'Let a table with `join`, or with a `window` whose rows are written when it closes, have the alert, and send it to a topic that the pipeline does not read.',
  }),
  'plan/no-retention': entry<{ table: string; because: string }>({
    ...base,
    title: 'Retention of a table that keeps its rows',
    message: ({ table, because }) => `\`${table}\` cannot have a \`retention\`: ${because}`,
    why: 'Rows go by whole partitions of the lake, once all of a partition is too old. So a table must be partitioned by a time, and its rows must not be replaced while the pipeline runs.',
    fix: 'Take `retention` of the table away, or partition it by a time such as `day(reported_at)`.',
  }),
  'plan/kept-for-ever': entry<{ table: string; layer: string }>({
    ...base,
    severity: 'warning',
    title: 'Table that the retention of its layer passes over',
    message: ({ table, layer }) =>
      `The retention of ${layer} tables does not reach \`${table}\`: it is not partitioned by a time`,
    why: 'Rows go by whole partitions of the lake, once all of a partition is too old. The rows of this table are kept for ever.',
    fix: 'Partition it by a time, such as `partition_by: [day(reported_at)]`.',
  }),
  'plan/latest-needs-event-time': entry<{ table: string }>({
    ...base,
    title: 'Latest table without event time',
    message: ({ table }) => `\`${table}\` keeps the latest row, but no column carries the event time`,
    why: 'Which row is latest must be readable from the table itself.',
    fix: "Add the source's event time field as a column of the silver table, and keep it in this one.",
  }),
  'plan/bad-slide': entry<{ size: string; slide: string; detail: string }>({
    ...base,
    title: 'Slide that does not fit its window',
    message: ({ size, slide, detail }) => `Windows of \`${size}\` cannot start every \`${slide}\`: ${detail}`,
    why: 'Sliding windows are put together from pieces of one slide each, so a window is a whole number of them.',
    fix: 'Write a slide that is shorter than the window and divides it, such as `15m` for `1h`; or use `tumbling`.',
  }),
  'plan/pii-type': entry<{ column: string; type: string }>({
    ...base,
    title: 'Type cannot be hidden',
    message: ({ column, type }) => `\`${column}\` has type \`${type}\`, which cannot be hashed or masked`,
    why: 'Hashing and masking are defined on text (hashing on whole numbers too), so that every engine gives the same.',
    fix: 'Hide the text it is made from, or use `pii: drop`.',
  }),
}

/** What makes an instant of a value of that type. */
function eventTimeFix(field: string, type: string): string {
  const otherwise = 'or take the time the broker has for the record: `event_time: kafka_timestamp`.'
  switch (type) {
    case 'long':
      return `Write \`from_epoch_ms(${field})\` if it counts milliseconds since 1970, ${otherwise}`
    case 'date':
      return `Write \`cast(${field} as timestamp)\`, the start of the day in UTC, ${otherwise}`
    case 'string':
      return `Give the field \`format: date-time\` in the contract if it is RFC 3339 with a zone, write \`parse_timestamp(${field}, '<format>')\`, ${otherwise}`
    default:
      return `Name a contract field of type string with \`format: date-time\`, ${otherwise}`
  }
}
