import { entry } from '../entry.ts'

const base = { severity: 'error', domain: 'user', retry: 'never', since: '0.1.0' } as const

function oneOf(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ')
}

function didYouMean(nearest: string | undefined, label: string, known: readonly string[]): string {
  if (nearest !== undefined) return `Did you mean \`${nearest}\`?`
  return known.length === 0 ? `There are no ${label} here.` : `Known ${label}: ${oneOf(known)}.`
}

export const specCodes = {
  'spec/unknown-field': entry<{ field: string; where: string; nearest: string | undefined; known: readonly string[] }>({
    ...base,
    title: 'Unknown field',
    message: ({ field, where }) => `${where} has no field \`${field}\``,
    why: 'Nothing in a file is ever ignored, so a field that means nothing is an error.',
    fix: ({ nearest, known }) => didYouMean(nearest, 'fields', known),
  }),
  'spec/missing-field': entry<{ field: string; where: string; example: string }>({
    ...base,
    title: 'Missing field',
    message: ({ field, where }) => `${where} needs the field \`${field}\``,
    why: 'The field has no default that would be right for everybody.',
    fix: ({ field, example }) => `Add it, for example \`${field}: ${example}\`.`,
  }),
  'spec/missing-choice': entry<{ fields: readonly string[]; where: string }>({
    ...base,
    title: 'Missing choice',
    message: ({ fields, where }) => `${where} needs one of ${oneOf(fields)}`,
    why: 'The fields are alternatives, and none of them is the default.',
    fix: 'Add one of them.',
  }),
  'spec/conflicting-fields': entry<{ field: string; other: string; where: string }>({
    ...base,
    title: 'Conflicting fields',
    message: ({ field, other, where }) => `${where} has both \`${field}\` and \`${other}\``,
    why: 'The two exclude each other, so one of them would be ignored.',
    fix: ({ field, other }) => `Keep either \`${field}\` or \`${other}\`.`,
  }),
  'spec/wrong-type': entry<{ field: string; expected: string; found: string }>({
    ...base,
    title: 'Wrong type',
    message: ({ field, expected, found }) => `\`${field}\` must be ${expected}, not ${found}`,
    why: 'A value of another type is not converted in silence.',
    fix: ({ expected }) => `Write ${expected}.`,
  }),
  'spec/no-value': entry<{ field: string; expected: string }>({
    ...base,
    title: 'No value',
    message: ({ field }) => `\`${field}\` has no value`,
    why: 'A key without a value could mean anything.',
    fix: ({ expected }) => `Write ${expected}, or remove the key.`,
  }),
  'spec/bad-value': entry<{ field: string; value: string; expected: string }>({
    ...base,
    title: 'Value not allowed',
    message: ({ field, value, expected }) => `\`${field}\` must be ${expected}, not \`${value}\``,
    why: 'The value has no meaning here.',
    fix: ({ expected }) => `Write ${expected}.`,
  }),
  'spec/unknown-choice': entry<{
    field: string
    value: string
    nearest: string | undefined
    known: readonly string[]
  }>({
    ...base,
    title: 'Unknown choice',
    message: ({ field, value }) => `\`${field}\` cannot be \`${value}\``,
    why: 'The field takes one of a fixed set of words.',
    fix: ({ nearest, known }) => didYouMean(nearest, 'values', known),
  }),
  'spec/bad-name': entry<{ name: string; rule: string }>({
    ...base,
    title: 'Name not allowed',
    message: ({ name, rule }) => `\`${name}\` cannot be a name here: ${rule}`,
    why: 'Names become tables, columns and paths that every reader must be able to write.',
    fix: ({ rule }) => `Choose another name: ${rule}.`,
  }),
  'spec/duplicate-entry': entry<{ field: string; value: string }>({
    ...base,
    title: 'Duplicate entry',
    message: ({ field, value }) => `\`${field}\` lists \`${value}\` twice`,
    why: 'The second entry would be ignored.',
    fix: 'Remove one of the two.',
  }),
  'spec/deprecated-field': entry<{ field: string; now: string; where: string }>({
    ...base,
    example: { field: 'old_spelling', now: 'new_spelling', where: '`silver.devices`' },
    severity: 'warning',
    title: 'Old spelling',
    message: ({ field, now, where }) => `${where} writes \`${field}\`, which is now called \`${now}\``,
    why: 'The old spelling still means the same, and goes away in a later version.',
    fix: ({ now }) => `Write \`${now}\`.`,
  }),
  'spec/not-available-yet': entry<{ noun: string; meanwhile: string }>({
    ...base,
    title: 'Not available yet',
    message: ({ noun }) => `\`${noun}\` is not available yet in this version`,
    why: 'The word is reserved for a feature to come, and nothing in a file is ever ignored.',
    fix: ({ meanwhile }) => meanwhile,
  }),
  'spec/unsupported-version': entry<{ version: string }>({
    ...base,
    title: 'Format version not supported',
    message: ({ version }) => `\`smelt: ${version}\` is not a format version that this release reads`,
    why: 'A file of another format version may mean something else by the same words.',
    fix: 'Write `smelt: 1`, or install the release that reads the version.',
  }),
  'spec/bad-placeholder': entry<{ text: string }>({
    ...base,
    title: 'Broken placeholder',
    message: ({ text }) => `\`${text}\` is not a placeholder`,
    why: 'Every `${` starts a placeholder.',
    fix: 'Write `${params.name}`, `${env.NAME}`, `${env.NAME:-default}` or `${secrets.NAME}`; for the two characters themselves write `$${`.',
  }),
  'spec/unknown-namespace': entry<{ namespace: string; nearest: string | undefined }>({
    ...base,
    title: 'Unknown namespace',
    message: ({ namespace }) => `There is no namespace \`${namespace}\` for placeholders`,
    why: 'A placeholder names where its value comes from.',
    fix: ({ nearest }) => didYouMean(nearest, 'namespaces', ['params', 'env', 'secrets']),
  }),
  'spec/unknown-param': entry<{ param: string; nearest: string | undefined; known: readonly string[] }>({
    ...base,
    title: 'Unknown param',
    message: ({ param }) => `The pipeline declares no param \`${param}\``,
    why: 'A param must be declared with its type before it is used.',
    fix: ({ nearest, known }) => didYouMean(nearest, 'params', known),
  }),
  'spec/params-not-here': entry<{ param: string }>({
    ...base,
    title: 'No params here',
    message: ({ param }) => `\`\${params.${param}}\` cannot be used here`,
    why: 'Params belong to one pipeline: they are known in `pipeline.yaml` only, and not inside its own `params`.',
    fix: 'Write the value itself, or use `${env.NAME}`.',
  }),
  'spec/missing-param': entry<{ param: string }>({
    ...base,
    title: 'Param without a value',
    message: ({ param }) => `The param \`${param}\` has no value`,
    why: 'The param has no default, and none was given.',
    fix: ({ param }) =>
      `Give \`${param}\` under \`params\` of the pipeline in the tenant's file, or declare a default.`,
    example: { param: 'window' },
  }),
  'spec/missing-env': entry<{ variable: string }>({
    ...base,
    title: 'Environment variable not set',
    message: ({ variable }) => `The environment variable \`${variable}\` is not set`,
    why: 'The file uses it without a default.',
    fix: ({ variable }) => `Set \`${variable}\`, or give a default: \`\${env.${variable}:-value}\`.`,
  }),
  'spec/secret-variable': entry<{ variable: string }>({
    ...base,
    title: 'Secret named as a variable',
    message: ({ variable }) => `The environment variable \`${variable}\` is a secret`,
    why: 'The value of `${env.NAME}` goes into plans, which are stored and shown.',
    fix: 'Name it as a secret, `${secrets.NAME}`, in a field made for secrets; a variable that holds none needs a name that does not say so.',
  }),
  'spec/secret-not-allowed': entry<{ field: string; secret: string }>({
    ...base,
    title: 'Secret in the wrong place',
    message: ({ field, secret }) => `\`${field}\` cannot hold the secret \`${secret}\``,
    why: 'Only fields made for secrets keep them out of plans, logs and tables.',
    fix: 'Write the value itself, or use `${env.NAME}` if it is not secret.',
  }),
  'spec/secret-in-text': entry<{ secret: string }>({
    ...base,
    title: 'Secret inside a longer text',
    message: ({ secret }) => `The secret \`${secret}\` stands inside a longer text`,
    why: 'A secret is passed on by name and read at the last moment; a text around it would have to hold its value.',
    fix: 'Put the whole text in the secret, and let `${secrets.NAME}` be the whole value.',
  }),
  'spec/plain-secret': entry<{ field: string }>({
    ...base,
    hidesText: true,
    title: 'Secret written out',
    message: ({ field }) => `\`${field}\` must name a secret`,
    why: 'A secret in a file ends in version control, in logs and in plans.',
    fix: 'Write `${secrets.NAME}` and put the value where the environment keeps its secrets.',
  }),
  'spec/login-in-address': entry<{ field: string; instead: string }>({
    ...base,
    hidesText: true,
    title: 'Password in an address',
    message: ({ field }) => `\`${field}\` holds a user or a password in front of the host`,
    why: 'A secret in a file ends in version control, in logs and in plans; an address is shown in all of them.',
    fix: ({ instead }) => instead,
  }),
  'spec/shared-lake': entry<{ bucket: string }>({
    ...base,
    title: 'Tenants would share a root',
    message: ({ bucket }) => `Neither bucket \`${bucket}\` nor its prefix holds \`{tenant}\``,
    why: 'Two tenants must never share a root: access to it is what keeps them apart.',
    fix: 'Put `{tenant}` in `bucket` or in `prefix`, for example `prefix: lake/{tenant}`.',
  }),
  'spec/unknown-environment': entry<{ environment: string; nearest: string | undefined; known: readonly string[] }>({
    ...base,
    title: 'Unknown environment',
    message: ({ environment }) => `There is no environment \`${environment}\``,
    why: 'An environment says where topics, lake and secrets are, so it must be declared.',
    fix: ({ nearest, known }) => didYouMean(nearest, 'environments', known),
  }),
  'spec/unused-name': entry<{ kind: 'param' | 'reference' | 'sink'; name: string }>({
    ...base,
    severity: 'warning',
    title: 'Name that nothing uses',
    message: ({ kind, name }) => `Nothing in the pipeline uses the ${kind} \`${name}\``,
    why: 'It has no effect, or what should use it is missing.',
    fix: ({ kind }) => (kind === 'param' ? 'Use it, or remove it here and from the tenants.' : 'Use it, or remove it.'),
  }),
  'spec/unread-source': entry<{ source: string }>({
    ...base,
    severity: 'info',
    title: 'Source that no table reads',
    message: ({ source }) => `No silver table reads the source \`${source}\``,
    why: 'Its records are kept in bronze as they came, and never checked against the contract.',
    fix: 'Add a silver table, or leave it if the raw records are all you want.',
  }),
  'spec/unused-file': entry<{ kind: 'contract' | 'reference'; file: string; pipeline: string }>({
    ...base,
    severity: 'warning',
    title: 'File that nothing uses',
    message: ({ kind, file, pipeline }) =>
      `No ${kind === 'contract' ? 'source' : 'reference'} of the pipeline \`${pipeline}\` uses \`${file}\``,
    why: 'A change of it would change nothing.',
    fix: 'Use it in `pipeline.yaml`, or delete it.',
  }),
  'spec/no-pipeline-file': entry<{ folder: string; nearest: string | undefined }>({
    ...base,
    title: 'Folder without a pipeline',
    message: ({ folder }) => `The folder \`${folder}\` holds no \`pipeline.yaml\``,
    why: 'Every folder under `pipelines/` is one pipeline, and nothing there is ever ignored.',
    fix: ({ nearest }) =>
      nearest === undefined
        ? 'Add the file, or move the folder elsewhere.'
        : `Rename \`${nearest}\` to \`pipeline.yaml\`.`,
  }),
  'spec/linked-away': entry<{ file: string; folder: string }>({
    ...base,
    title: 'Link that leads away',
    message: ({ file, folder }) => `\`${file}\` leads out of \`${folder}\` by a link`,
    why: 'What lies behind it may be of another tenant, or a secret, and a file that is wrong is shown. So it is not read.',
    fix: 'Put the file itself in the place of the link. Links within the folder are fine.',
    example: { file: 'pipelines/orders/pipeline.yaml', folder: 'pipelines/orders' },
  }),
  'spec/name-not-folder': entry<{ name: string; folder: string }>({
    ...base,
    title: 'Pipeline name is not its folder',
    message: ({ name, folder }) => `The pipeline is named \`${name}\` but stands in the folder \`${folder}\``,
    why: 'A pipeline is found by its folder, and its tables by its name; two names for one thing mislead.',
    fix: ({ folder }) => `Write \`name: ${folder}\`, or rename the folder.`,
  }),
  'spec/not-utf8': entry<{ file: string; byte: number }>({
    ...base,
    title: 'File is not UTF-8',
    message: ({ file, byte }) =>
      `\`${file}\` is not UTF-8: the byte \`0x${byte.toString(16).toUpperCase().padStart(2, '0')}\` is part of no character`,
    why: 'Text of another encoding would be read as other characters, which match no record.',
    fix: 'Save the file as UTF-8.',
    example: { file: 'pipelines/orders/reference/countries.csv', byte: 0xe9 },
  }),
  'spec/missing-file': entry<{ file: string; example: string }>({
    ...base,
    title: 'Missing file',
    message: ({ file }) => `There is no file \`${file}\``,
    why: 'The project cannot be read without it.',
    fix: ({ example }) => example,
  }),
}
