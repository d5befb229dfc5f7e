import { entry } from '../entry.ts'

/** Of savepoints, and of going back to one. */
export const checkpointSavepointCodes = {
  'checkpoint/savepoint-exists': entry<{ pipeline: string; name: string; id: number }>({
    title: 'Savepoint already there',
    severity: 'error',
    domain: 'user',
    retry: 'never',
    message: ({ pipeline, name, id }) =>
      `\`${pipeline}\` has a savepoint \`${name}\` already, which keeps checkpoint ${id}`,
    why: 'A savepoint is never replaced: somebody may count on it.',
    fix: ({ pipeline, name }) =>
      `Choose another name, or let go of the old one first: \`smelt savepoints drop ${pipeline} ${name}\`.`,
    since: '0.1.0',
    example: { pipeline: 'acme/inventory-compliance', name: 'before-upgrade', id: 42 },
  }),
  'checkpoint/unknown-savepoint': entry<{
    pipeline: string
    name: string
    nearest: string | undefined
    known: readonly string[]
  }>({
    title: 'Unknown savepoint',
    severity: 'error',
    domain: 'user',
    retry: 'never',
    message: ({ pipeline, name }) => `\`${pipeline}\` has no savepoint \`${name}\``,
    why: 'Only a checkpoint that was kept can be gone back to. Nothing was changed.',
    fix: ({ pipeline, nearest, known }) => {
      if (nearest !== undefined) return `Did you mean \`${nearest}\`?`
      if (known.length === 0) return `There is none yet; take one with \`smelt savepoint ${pipeline}\`.`
      return `Known savepoints: ${known.map((each) => `\`${each}\``).join(', ')}.`
    },
    since: '0.1.0',
    example: {
      pipeline: 'acme/inventory-compliance',
      name: 'before-upgrad',
      nearest: 'before-upgrade',
      known: ['before-upgrade'],
    },
  }),
  'checkpoint/savepoint-damaged': entry<{ key: string; detail: string }>({
    title: 'Savepoint cannot be read',
    severity: 'error',
    domain: 'external',
    retry: 'never',
    message: ({ key, detail }) => `The savepoint \`${key}\` cannot be used: ${detail}`,
    why: 'It tells which files must stay, so nothing is removed and nothing runs while it is unknown.',
    fix: 'Restore the file from the store (an earlier object version, or a backup), or delete it to give the savepoint up.',
    since: '0.1.0',
    example: {
      key: 'state/inventory-compliance/savepoints/before-upgrade.json',
      detail: 'its checksum does not match its content',
    },
  }),
  'checkpoint/savepoint-incomplete': entry<{ name: string; what: string }>({
    title: 'Savepoint is not whole',
    severity: 'error',
    domain: 'external',
    retry: 'never',
    message: ({ name, what }) => `The savepoint \`${name}\` needs ${what}, which is not in the lake`,
    why: 'Somebody removed it past Smelt, which keeps what a savepoint needs. Nothing was changed.',
    fix: 'Restore it from the store (an earlier object version, or a backup), or go back to another savepoint.',
    since: '0.1.0',
    example: { name: 'before-upgrade', what: 'the snapshot 4711 of `silver.devices`' },
  }),
  'checkpoint/savepoint-failed': entry<{ detail: string }>({
    title: 'Scheduled savepoint not taken',
    severity: 'warning',
    domain: 'external',
    retry: 'backoff',
    message: ({ detail }) => `The savepoint that was due was not taken: ${detail}`,
    why: 'The pipeline goes on and no row is lost; but for as long as this lasts, there is no newer savepoint to go back to.',
    fix: 'Look at the store if this lasts; the next checkpoint tries again.',
    since: '0.1.0',
    example: { detail: 'the store refuses the write' },
  }),
  'checkpoint/offsets-lost': entry<{ pipeline: string; to: string; lost: readonly string[] }>({
    title: 'Topic does not hold the offsets any more',
    severity: 'error',
    domain: 'user',
    retry: 'never',
    message: ({ pipeline, to, lost }) =>
      `\`${pipeline}\` cannot go back to ${to} without loss: the broker has deleted ${lost.join('; ')}`,
    why: 'Their rows would be taken out of the tables, and could not be read again. Nothing was changed.',
    fix: ({ pipeline }) =>
      `Go back to a newer savepoint (\`smelt savepoints list ${pipeline}\`), or go on without these records with \`--accept-loss\`.`,
    since: '0.1.0',
    example: {
      pipeline: 'acme/inventory-compliance',
      to: 'savepoint before-upgrade',
      lost: ['offsets 1207 to 4999 of `acme.inventory-3`'],
    },
  }),
  'checkpoint/rewound': entry<{ pipeline: string; id: number; to: string; lost: readonly string[] }>({
    title: 'Pipeline went back',
    severity: 'info',
    domain: 'user',
    retry: 'never',
    message: ({ pipeline, id, to, lost }) =>
      `\`${pipeline}\` went back to ${to}, as checkpoint ${id}${lost.length === 0 ? '' : `, without ${lost.join('; ')}`}`,
    why: 'It was started with `--from`: its tables, state and positions are those of then.',
    fix: 'Nothing is to be done. What came after is read again from the topics.',
    since: '0.1.0',
    example: { pipeline: 'acme/inventory-compliance', id: 43, to: 'savepoint before-upgrade', lost: [] },
  }),
}
