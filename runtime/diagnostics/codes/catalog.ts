import { entry } from '../entry.ts'

const user = { severity: 'error', domain: 'user', retry: 'never', since: '0.1.0' } as const

export const catalogCodes = {
  'catalog/no-such-table': entry<{ table: string; root: string }>({
    ...user,
    title: 'No such table',
    message: ({ table, root }) => `There is no table \`${table}\` under \`${root}\``,
    why: 'A table is created when its pipeline first starts.',
    fix: 'Check the tenant, layer and name, or start the pipeline once.',
    example: { table: 'acme.silver.devices', root: 's3://acme-lake' },
  }),
  'catalog/table-exists': entry<{ table: string }>({
    ...user,
    title: 'Table exists',
    message: ({ table }) => `The table \`${table}\` exists already`,
    why: 'Creating it again would hide its rows.',
    fix: 'Load the table instead, or choose another name.',
    example: { table: 'acme.silver.devices' },
  }),
  'catalog/bad-name': entry<{ name: string }>({
    ...user,
    title: 'Impossible table name',
    message: ({ name }) => `\`${name}\` cannot be the name of a table`,
    why: 'The name is a folder and a SQL identifier for every reader.',
    fix: 'Use letters, digits, `_` and `-`, starting with a letter or digit, at most 128 of them.',
    example: { name: 'devices/eu' },
  }),
}
