import { entry } from '../entry.ts'

const base = { severity: 'error', domain: 'user', retry: 'never', since: '0.1.0' } as const

function didYouMean(nearest: string | undefined, label: string, known: readonly string[]): string {
  if (nearest !== undefined) return `Did you mean \`${nearest}\`?`
  return known.length === 0 ? `There are no ${label}.` : `Known ${label}: ${known.map((n) => `\`${n}\``).join(', ')}.`
}

export const tenantCodes = {
  'tenant/bad-key': entry<{ key: string; rule: string }>({
    ...base,
    title: 'Tenant key not allowed',
    message: ({ key }) => `\`${key}\` cannot be the key of a tenant`,
    why: 'The key, which is the name of the file, becomes part of topics, buckets and namespaces, whose common rules are narrow.',
    fix: ({ rule }) => `Rename the file: ${rule}.`,
  }),
  'tenant/duplicate-key': entry<{ key: string; file: string; other: string }>({
    ...base,
    title: 'Two files of one tenant',
    message: ({ key, file, other }) => `\`${other}\` and \`${file}\` are both the tenant \`${key}\``,
    why: 'The key of a tenant is the name of its file, and two tenants of one key would write into each other.',
    fix: 'Rename or remove one of the files.',
  }),
  'tenant/not-yaml': entry<{ key: string; file: string }>({
    ...base,
    title: 'File of a tenant with another ending',
    message: ({ file }) => `\`${file}\` does not end in \`.yaml\``,
    why: 'The stubs of a tenant, and what Terragrunt makes of them, look for a file that ends in `.yaml` alone.',
    fix: ({ key }) => `Rename it to \`tenants/${key}.yaml\`.`,
  }),
  'tenant/bad-id': entry<{ id: string }>({
    ...base,
    title: 'Misspelt id of a tenant',
    message: ({ id }) => `\`${id}\` is misspelt: it is the id of no tenant`,
    why: 'The last letter of an id checks the ten symbols before it, and this one does not fit: a symbol is wrong, or two are swapped.',
    fix: 'Take the id from where it was first written. It is made once, by `smelt tenant new`, and never changes.',
  }),
  'tenant/id-spelling': entry<{ id: string; meant: string }>({
    ...base,
    title: 'Id of a tenant in another spelling',
    message: ({ id, meant }) => `\`${id}\` is the id \`${meant}\` in another spelling`,
    why: 'All that the tenant has in the cloud is called by its id as it was made: in lower case, with no blanks around.',
    fix: ({ meant }) => `Write \`${meant}\`.`,
  }),
  'tenant/id-is-name': entry<{ id: string }>({
    ...base,
    title: 'A name as the id of a tenant',
    message: ({ id }) => `\`id\` is \`${id}\`, which is a name and no id`,
    why: 'A tenant is called by the name of its file. `id` is `t-` with random symbols, stands for the tenant in the cloud, and stays when the name changes.',
    fix: 'Write the id that the tenant had before. One that never had any needs it as soon as it has `environments`: `smelt tenant new` with its key prints one; until then, remove the line.',
  }),
  'tenant/id-is-account': entry<{ id: string }>({
    ...base,
    title: 'Account number as the id of a tenant',
    message: ({ id }) => `\`id\` is \`${id}\`, the number of a cloud account`,
    why: 'Twelve digits are an account. Ids of tenants are made so that the two cannot be swapped unseen.',
    fix: 'Write the number as `account_id` of the environment, and the id, which begins with `t-`, here.',
  }),
  'tenant/duplicate-id': entry<{ id: string; others: readonly string[] }>({
    ...base,
    title: 'Id of two tenants',
    message: ({ id, others }) =>
      `\`${id}\` is also the id of ${others.length === 1 ? 'the tenant' : 'the tenants'} ${others.map((key) => `\`${key}\``).join(', ')}`,
    why: 'Tenants of one id would own the same bucket, key and roles. Whose it is no file says, so none of them is planned, applied or run.',
    fix: ({ id }) =>
      `Leave it to the one that had it first, which \`git log -S ${id} -- tenants\` shows, and put back the id that the other had. One that never had any gets its own: \`smelt tenant new\` with its key prints one.`,
  }),
  'tenant/foreign-secret': entry<{ tenant: string; pipeline: string; secret: string; owner: string }>({
    ...base,
    title: 'Secret of another tenant',
    message: ({ tenant, pipeline, secret, owner }) =>
      `\`${tenant}/${pipeline}\` would read the secret \`${secret}\`, which belongs to the tenant \`${owner}\``,
    why: "A secret whose name starts with a tenant is that tenant's alone, so that no file can hand it to another.",
    fix: 'Name a secret of this tenant, or one whose name starts with no tenant and that all may read.',
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
  'tenant/local-environment': entry<{ environment: string; where: string; fit: readonly string[] }>({
    ...base,
    title: 'Environment of one machine',
    message: ({ environment, where }) => `The environment \`${environment}\` keeps ${where}`,
    why: 'A pod has a machine of its own: what runs in a cluster reads topics of Kafka and writes tables to a bucket.',
    fix: ({ fit: [example] }) =>
      example === undefined
        ? 'Give the environment, in smelt.yaml or by the variables it asks for, a `kafka` and an `s3` that pods reach.'
        : `Name one with \`kafka\` and \`s3\`, such as \`--env ${example}\`.`,
    example: { environment: 'local', where: 'topics and tables in folders of this machine', fit: ['s3'] },
  }),
}
