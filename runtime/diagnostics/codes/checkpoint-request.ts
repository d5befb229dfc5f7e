import { entry } from '../entry.ts'

const nameOneOf = ({ nearest, known }: { nearest: string | undefined; known: readonly string[] }): string =>
  nearest === undefined
    ? `Name one of ${known.map((each) => `\`${each}\``).join(', ')}.`
    : `Did you mean \`${nearest}\`?`

/** Of what is asked of a pipeline: requests, moves, rebuilds, erasures. */
export const checkpointRequestCodes = {
  'checkpoint/unknown-request': entry<{ kind: string; id: string }>({
    title: 'Request not understood',
    severity: 'error',
    domain: 'user',
    retry: 'never',
    message: ({ kind, id }) => `The running instance does not know requests of the kind \`${kind}\` (\`${id}\`)`,
    why: 'It runs another version of Smelt than the command that asked. Nothing was changed.',
    fix: 'Stop the instance, start it with the version of the command, and try again.',
    since: '0.1.0',
    example: { kind: 'savepoint', id: '001795219200000-5f0c' },
  }),
  'checkpoint/request-given-up': entry<{ kind: string; id: string; attempts: number }>({
    title: 'Request given up',
    severity: 'error',
    domain: 'external',
    retry: 'never',
    message: ({ kind, id, attempts }) =>
      `The request \`${kind}\` (\`${id}\`) was begun ${attempts} times, and its process ended each time before it was done`,
    why: 'An instance that began it for ever would never run again. It goes on without. Its tables are whole: as they were, or as was asked.',
    fix: 'Look in the log of the instance for what ended it; memory is what runs out most often. Then ask again.',
    since: '0.1.0',
    example: { kind: 'rebuild', id: '001795219200000-5f0c', attempts: 3 },
  }),
  'checkpoint/unknown-source': entry<{
    pipeline: string
    source: string
    nearest: string | undefined
    known: readonly string[]
  }>({
    title: 'Source is none of the pipeline',
    severity: 'error',
    domain: 'user',
    retry: 'never',
    message: ({ pipeline, source }) => `\`${pipeline}\` has no source \`${source}\``,
    why: 'Quarantine holds records of the sources that the pipeline reads.',
    fix: nameOneOf,
    since: '0.1.0',
    example: {
      pipeline: 'acme/inventory-compliance',
      source: 'inventry',
      nearest: 'inventory',
      known: ['inventory', 'policy_rules'],
    },
  }),
  'checkpoint/unknown-table': entry<{
    pipeline: string
    table: string
    nearest: string | undefined
    known: readonly string[]
  }>({
    title: 'Table is none of the pipeline',
    severity: 'error',
    domain: 'user',
    retry: 'never',
    message: ({ pipeline, table }) => `\`${pipeline}\` has no silver or gold table \`${table}\``,
    why: 'Only the silver and gold tables of a pipeline are worked out from bronze.',
    fix: nameOneOf,
    since: '0.1.0',
    example: {
      pipeline: 'acme/inventory-compliance',
      table: 'fleet_helth',
      nearest: 'fleet_health',
      known: ['silver.devices', 'gold.fleet_health'],
    },
  }),
  'checkpoint/subject-kept': entry<{ pipeline: string; kept: readonly string[] }>({
    title: 'Savepoint holds what is to be erased',
    severity: 'error',
    domain: 'user',
    retry: 'never',
    message: ({ pipeline, kept }) =>
      `The subject is in what \`${pipeline}\` keeps on purpose: ${kept.map((name) => `\`${name}\``).join(', ')}`,
    why: 'A savepoint or tag keeps the files of its snapshots, so erasing beside it would leave the subject there. Nothing was changed.',
    example: { pipeline: 'acme/orders', kept: ['savepoint before-upgrade'] },
    fix: 'Let them go with `--drop-savepoints`, and take a savepoint anew afterwards.',
    since: '0.1.0',
  }),
  'checkpoint/subject-held': entry<{ table: string }>({
    title: 'Reader holds what is being erased',
    severity: 'error',
    domain: 'external',
    retry: 'backoff',
    message: ({ table }) => `A snapshot of \`${table}\` that may hold the subject is being read`,
    why: 'Files that a query reads are not taken from under it. What is current no longer holds the subject; the history still does.',
    example: { table: 'bronze.orders' },
    fix: 'Run the same command again when the query has ended. It goes on from here.',
    since: '0.1.0',
  }),
}
