import { entry } from '../entry.ts'

const base = { severity: 'error', domain: 'user', retry: 'never', since: '0.1.0' } as const

function didYouMean(nearest: string | undefined, label: string, known: readonly string[]): string {
  if (nearest !== undefined) return `Did you mean \`${nearest}\`?`
  return known.length === 0 ? `There are no ${label}.` : `Known ${label}: ${known.map((n) => `\`${n}\``).join(', ')}.`
}

export const tenantCodes = {
  'tenant/bad-id': entry<{ id: string }>({
    ...base,
    title: 'Tenant id not allowed',
    message: ({ id }) => `\`${id}\` cannot be a tenant id`,
    why: 'The id becomes part of topics, buckets and namespaces, whose common rules are narrow.',
    fix: 'Use 2 to 40 lower-case letters, digits and hyphens, with a letter first and no hyphen last.',
  }),
  'tenant/id-not-file-name': entry<{ id: string; file: string }>({
    ...base,
    title: 'Tenant id is not its file name',
    message: ({ id, file }) => `The tenant is \`${id}\` but its file is \`${file}\``,
    why: 'A tenant is found by its file, so both must say the same.',
    fix: ({ id }) => `Rename the file to \`tenants/${id}.yaml\`, or change the id.`,
  }),
  'tenant/duplicate-id': entry<{ id: string }>({
    ...base,
    title: 'Duplicate tenant',
    message: ({ id }) => `Two files declare the tenant \`${id}\``,
    why: 'Two tenants of one id would write into each other.',
    fix: 'Give each tenant an id of its own.',
  }),
  'tenant/unknown-pipeline': entry<{ pipeline: string; nearest: string | undefined; known: readonly string[] }>({
    ...base,
    title: 'Unknown pipeline',
    message: ({ pipeline }) => `There is no pipeline \`${pipeline}\``,
    why: 'A tenant runs pipelines that stand under `pipelines/`.',
    fix: ({ nearest, known }) => didYouMean(nearest, 'pipelines', known),
  }),
  'tenant/unknown-param': entry<{
    param: string
    pipeline: string
    nearest: string | undefined
    known: readonly string[]
  }>({
    ...base,
    title: 'Unknown param',
    message: ({ param, pipeline }) => `The pipeline \`${pipeline}\` declares no param \`${param}\``,
    why: 'A value that nothing uses would be ignored.',
    fix: ({ nearest, known }) => didYouMean(nearest, 'params', known),
  }),
  'tenant/missing-param': entry<{ param: string; pipeline: string }>({
    ...base,
    title: 'Missing param',
    message: ({ param, pipeline }) => `The pipeline \`${pipeline}\` needs a value for \`${param}\``,
    why: 'The param has no default.',
    fix: ({ param }) => `Add \`${param}\` under \`params\` of the pipeline, or declare a default for it.`,
  }),
  'tenant/wrong-param-type': entry<{ param: string; expected: string; value: string }>({
    ...base,
    title: 'Wrong type of a param',
    message: ({ param, expected, value }) => `\`${param}\` must be ${expected}, not \`${value}\``,
    why: 'The pipeline declares the type of the param.',
    fix: ({ expected }) => `Write ${expected}.`,
  }),
  'tenant/no-pii-key': entry<{ tenant: string; pipeline: string; column: string }>({
    ...base,
    title: 'No key to hash personal data',
    message: ({ tenant, pipeline, column }) =>
      `The tenant \`${tenant}\` runs \`${pipeline}\`, which hashes \`${column}\`, but has no \`pii_key\``,
    why: 'A hash without a key of the tenant can be undone by trying values.',
    fix: 'Add `pii_key: ${secrets.NAME}` to the tenant and put the key where the environment keeps its secrets.',
  }),
  'tenant/no-signing-key': entry<{ tenant: string }>({
    ...base,
    title: 'No key to sign an erasure',
    message: ({ tenant }) => `The tenant \`${tenant}\` has no \`pii_key\``,
    why: 'The key finds hashed columns, names the subject in reports without telling who it is, and signs them.',
    fix: 'Add `pii_key: ${secrets.NAME}` to the tenant and put the key where the environment keeps its secrets.',
  }),
  'tenant/bad-instance': entry<{ text: string }>({
    ...base,
    title: 'Not an instance',
    message: ({ text }) => `\`${text}\` does not name an instance`,
    why: 'A pipeline runs for one tenant, so both must be named.',
    fix: 'Write `tenant/pipeline`, for example `acme/inventory-compliance`.',
  }),
  'tenant/duplicate-table': entry<{ table: string; first: string; second: string; tenants: readonly string[] }>({
    ...base,
    title: 'Table of two pipelines',
    message: ({ table, first, second, tenants }) =>
      `\`${first}\` and \`${second}\` both make the table \`${table}\`, and ${tenants.map((name) => `\`${name}\``).join(', ')} ${tenants.length === 1 ? 'runs' : 'run'} both`,
    why: 'The tables of a tenant share their names, and a table belongs to the one pipeline that writes it.',
    fix: 'Rename one of the two, or let the tenant run one of the pipelines.',
  }),
  'tenant/unknown-instance': entry<{ instance: string; nearest: string | undefined; known: readonly string[] }>({
    ...base,
    title: 'Unknown instance',
    message: ({ instance }) => `There is no instance \`${instance}\``,
    why: 'An instance is there when the file of the tenant lists the pipeline.',
    fix: ({ nearest, known }) => didYouMean(nearest, 'instances', known),
  }),
}
