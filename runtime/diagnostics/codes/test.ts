import { entry } from '../entry.ts'

const base = { severity: 'error', domain: 'user', retry: 'never', since: '0.1.0' } as const
const settle = 'Mend the pipeline, or the expectation; `smelt test --update` writes what is found, for you to review.'

/** `2 rows`, `1 row`. */
function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function differences(parts: readonly (readonly [count: number, what: string])[]): string {
  return parts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ')
}

/** What `smelt test` says of test files and of cases that fail. */
export const testCodes = {
  'test/unknown-name': entry<{
    kind: string
    name: string
    nearest: string | undefined
    known: readonly string[]
  }>({
    ...base,
    title: 'Unknown name in a test',
    message: ({ kind, name }) => `The pipeline has no ${kind} \`${name}\``,
    why: 'A test names what its pipeline declares, so this would test nothing.',
    fix: ({ nearest, kind, known }) => {
      if (nearest !== undefined) return `Did you mean \`${nearest}\`?`
      return known.length === 0 ? `It has no ${kind}.` : `Known: ${known.map((each) => `\`${each}\``).join(', ')}.`
    },
  }),
  'test/ambiguous-table': entry<{ table: string; known: readonly string[] }>({
    ...base,
    title: 'Ambiguous table',
    message: ({ table }) => `More than one layer has a table \`${table}\``,
    why: 'The test would compare one of them and never the other.',
    fix: ({ known }) => `Write the layer too: ${known.map((each) => `\`${each}\``).join(' or ')}.`,
  }),
  'test/no-default-event': entry<{ source: string }>({
    ...base,
    title: 'No default event',
    message: ({ source }) => `There is no default event of \`${source}\` for \`with\` to change`,
    why: '`with` says only what differs from the event under `defaults`.',
    fix: ({ source }) => `Add \`defaults: { ${source}: ... }\` to the file or the case, or write the whole \`value\`.`,
  }),
  'test/missing-file': entry<{ file: string }>({
    ...base,
    title: 'Missing file of a test',
    message: ({ file }) => `The file \`${file}\` is not there`,
    why: 'The records of the case are read from it.',
    fix: 'Write the path relative to the folder of the pipeline, or add the file.',
  }),
  'test/offset-taken': entry<{ source: string; partition: number; offset: number; next: string }>({
    ...base,
    title: 'Offset taken',
    message: ({ source, partition, offset, next }) =>
      `Topic partition ${partition} of \`${source}\` is already at offset ${next}, past ${offset}`,
    why: 'Offsets of a topic partition only rise.',
    fix: 'Give a higher offset, or leave it out for the next one.',
  }),
  'test/cannot-generate': entry<{ source: string; detail: string }>({
    ...base,
    title: 'Record cannot be generated',
    message: ({ source, detail }) => `No valid record of \`${source}\` can be generated. ${detail}`,
    why: 'The generator knows types, enums, formats, bounds and simple patterns, not every rule a contract can have.',
    fix: 'Fix that field by `with`, or write the records out.',
  }),
  'test/rows-differ': entry<{ table: string; missing: number; unexpected: number; changed: number }>({
    ...base,
    title: 'Rows differ',
    message: ({ table, missing, unexpected, changed }) =>
      `\`${table}\` does not hold the expected rows: ${differences([
        [changed, 'changed'],
        [missing, 'missing'],
        [unexpected, 'unexpected'],
      ])}`,
    why: 'The rows that the pipeline wrote are not those of the test.',
    fix: settle,
  }),
  'test/count-differs': entry<{ table: string; what: string; expected: number; found: number }>({
    ...base,
    title: 'Count differs',
    message: ({ table, what, expected, found }) =>
      `\`${table}\` has ${counted(found, what)}, and ${expected} ${expected === 1 ? 'is' : 'are'} expected`,
    why: 'What the pipeline counted is not what the test says.',
    fix: settle,
  }),
  'test/quarantine-differs': entry<{ missing: number; unexpected: number; changed: number }>({
    ...base,
    title: 'Quarantine differs',
    message: ({ missing, unexpected, changed }) =>
      `Quarantine does not hold the expected records: ${differences([
        [changed, 'changed'],
        [missing, 'missing'],
        [unexpected, 'unexpected'],
      ])}`,
    why: 'The records that the pipeline refused are not those of the test.',
    fix: settle,
  }),
  'test/not-stopped': entry<{ expected: string }>({
    ...base,
    title: 'Pipeline not stopped',
    message: ({ expected }) => `The pipeline went on, and \`${expected}\` should have stopped it`,
    why: 'The step says that a fault stops the pipeline.',
    fix: 'Mend the pipeline or the records, or leave `stops` out.',
  }),
  'test/stopped': entry<{ code: string; message: string }>({
    ...base,
    title: 'Pipeline stopped',
    message: ({ code, message }) => `The pipeline stopped with \`${code}\`: ${message}`,
    why: 'The step does not say that a fault stops the pipeline, so nothing after it can be tested.',
    fix: 'Mend the pipeline or the records; where the fault is wanted, say `stops` under `then`.',
  }),
  'test/file-exists': entry<{ file: string }>({
    ...base,
    title: 'Test file exists',
    message: ({ file }) => `\`${file}\` is there already`,
    why: 'A proposed test never overwrites what somebody wrote.',
    fix: 'Name another file by `--name`, or remove this one.',
  }),
  'test/nothing-to-sample': entry<{ table: string }>({
    example: { table: 'bronze.orders' },
    ...base,
    title: 'Nothing to sample',
    message: ({ table }) => `\`${table}\` holds no valid record to make a test of`,
    why: 'A test is proposed from records that the pipeline has read.',
    fix: 'Run the pipeline on some records first, or write a test by hand.',
  }),
}
