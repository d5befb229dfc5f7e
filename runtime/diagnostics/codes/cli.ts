import { entry } from '../entry.ts'

const user = { severity: 'error', domain: 'user', retry: 'never', since: '0.1.0' } as const

function didYouMean(nearest: readonly string[], label: string, known: readonly string[]): string {
  const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ')
  if (nearest.length > 0) return `Did you mean ${list(nearest)}?`
  return known.length === 0 ? `There are no ${label} yet.` : `Known ${label}: ${list(known)}.`
}

/** What can go wrong between the command line and the rest. */
export const cliCodes = {
  'cli/bad-usage': entry<{ detail: string; command: string }>({
    ...user,
    title: 'Wrong usage',
    message: ({ detail }) => detail,
    why: 'The command line was not understood; nothing was done.',
    fix: ({ command }) => `See \`${command} --help\`.`,
  }),
  'cli/no-project': entry<{ folder: string }>({
    ...user,
    title: 'No project',
    message: ({ folder }) => `Neither \`${folder}\` nor a folder above it has a \`smelt.yaml\``,
    why: 'A project starts at the folder of its `smelt.yaml`.',
    fix: 'Change into a project, or name one with `--project <dir>`.',
    example: { folder: '/home/ada' },
  }),
  'cli/unknown-path': entry<{ path: string }>({
    ...user,
    title: 'No such file',
    message: ({ path }) => `There is nothing of this project at \`${path}\``,
    why: 'Checking nothing would look like a success.',
    fix: 'Name a file or folder of the project.',
  }),
  'cli/unknown-tenant': entry<{ tenant: string; nearest: string | undefined; known: readonly string[] }>({
    ...user,
    title: 'Unknown tenant',
    message: ({ tenant }) => `There is no tenant \`${tenant}\``,
    why: 'A tenant is there when it has a file under `tenants/`.',
    fix: ({ nearest, known }) => didYouMean(nearest === undefined ? [] : [nearest], 'tenants', known),
  }),
  'cli/unknown-subject': entry<{
    tenant: string
    field: string
    nearest: string | undefined
    known: readonly string[]
  }>({
    ...user,
    title: 'Unknown field of a subject',
    message: ({ tenant, field }) => `No contract of the tenant \`${tenant}\` has the field \`${field}\``,
    why: 'A subject is named by a contract field and its value, so that records are found by what they say and not by chance.',
    fix: ({ nearest, known }) => didYouMean(nearest === undefined ? [] : [nearest], 'fields', known),
  }),
  'cli/unfit-subject': entry<{ tenant: string; field: string; type: string }>({
    ...user,
    title: 'Field that names nobody',
    message: ({ tenant, field, type }) =>
      `The field \`${field}\` of the tenant \`${tenant}\` names nobody: it is \`${type}\``,
    why: 'A subject is found by one value: a text, a number, a date, or what stands in a list of them. A boolean or an instant is true of many, and an object has no value of its own. Nothing was changed.',
    fix: 'Name a field that tells who it is, such as an address or a number; of an object, a field in it: `user.email`.',
  }),
  'cli/unread-topic': entry<{ topic: string; nearest: string | undefined; known: readonly string[] }>({
    ...user,
    severity: 'warning',
    title: 'Topic that no pipeline reads',
    message: ({ topic }) => `No pipeline of the tenant reads \`${topic}\``,
    why: 'The records are stored, but end up in no table.',
    fix: ({ nearest, known }) => didYouMean(nearest === undefined ? [] : [nearest], 'topics', known),
    example: { topic: 'inventry', nearest: 'inventory', known: ['inventory', 'policy-rules'] },
  }),
  'cli/needs-tenant': entry<{ pipeline: string; params: readonly string[]; examples: readonly string[] }>({
    ...user,
    title: 'Pipeline needs a tenant',
    message: ({ pipeline, params }) =>
      `The pipeline \`${pipeline}\` has no plan of its own: ${params.map((name) => `\`${name}\``).join(', ')} ${params.length === 1 ? 'has' : 'have'} no default`,
    why: 'A plan holds the value of every param, and only a tenant gives those without a default.',
    fix: ({ pipeline, examples: [example] }) =>
      example === undefined
        ? `Name an instance, \`tenant/${pipeline}\`, of a tenant whose file lists the pipeline.`
        : `Name an instance such as \`${example}\`.`,
  }),
  'cli/unknown-column': entry<{ name: string; nearest: string | undefined; known: readonly string[] }>({
    ...user,
    title: 'Unknown column',
    message: ({ name }) => `The pipeline has no table, column, field or reference \`${name}\``,
    why: 'Lineage goes from names that the plan has: `gold.<table>.<column>`, `<source>.<field>`, `<reference>.<column>`.',
    fix: ({ nearest, known }) => didYouMean(nearest === undefined ? [] : [nearest], 'tables', known),
  }),
  'cli/unknown-operator': entry<{ operator: string; nearest: string | undefined; known: readonly string[] }>({
    ...user,
    title: 'Unknown operator',
    message: ({ operator }) => `The pipeline has no operator \`${operator}\``,
    why: 'SQL is shown by the operator, source or table that it serves.',
    fix: ({ nearest, known }) => didYouMean(nearest === undefined ? [] : [nearest], 'operators', known),
  }),
  'cli/unknown-schema': entry<{ schema: string; nearest: string | undefined; known: readonly string[] }>({
    ...user,
    title: 'Unknown schema',
    message: ({ schema }) => `There is no schema \`${schema}\``,
    why: 'There is one schema for each kind of YAML file.',
    fix: ({ nearest, known }) => didYouMean(nearest === undefined ? [] : [nearest], 'schemas', known),
  }),
  'cli/cannot-write': entry<{ file: string }>({
    ...user,
    domain: 'external',
    title: 'File cannot be written',
    message: ({ file }) => `\`${file}\` could not be written`,
    why: 'The system refused it; what was written before it is there.',
    fix: 'Make the folder writable, or name another one, and run the command again.',
  }),
  'cli/unknown-code': entry<{ code: string; nearest: string | undefined }>({
    ...user,
    title: 'Unknown code',
    message: ({ code }) => `There is no code \`${code}\``,
    why: 'Only codes of this version can be explained.',
    fix: ({ nearest }) =>
      nearest === undefined ? 'See all of them with `smelt explain-code`.' : `Did you mean \`${nearest}\`?`,
  }),
  'cli/cannot-watch': entry<{ folder: string }>({
    ...user,
    domain: 'external',
    title: 'Folder cannot be watched',
    message: ({ folder }) => `The folder \`${folder}\` cannot be watched for changes`,
    why: 'The system told the cause; a limit on the number of watched folders is the usual one.',
    fix: 'Raise the limit (`fs.inotify.max_user_watches` on Linux), or run `smelt check` without `--watch`.',
    example: { folder: 'pipelines/orders' },
  }),
  'cli/fix-refused': entry<{ file: string; reason: string }>({
    ...user,
    severity: 'warning',
    title: 'File not fixed',
    message: ({ file, reason }) => `\`${file}\` was not fixed: ${reason}`,
    why: 'A file is only written while it is what was checked, and only inside the project.',
    fix: 'Run the command again, or make the change by hand.',
    example: { file: 'pipelines/orders/pipeline.yaml', reason: 'it changed while it was checked' },
  }),
  'cli/nothing-to-run': entry<{ what: string }>({
    ...user,
    title: 'Nothing to run',
    message: ({ what }) => `${what} runs no pipeline`,
    why: 'An instance is there when the file of a tenant lists a pipeline.',
    fix: 'List a pipeline under `pipelines` in the file of the tenant.',
  }),
  'cli/missing-secret': entry<{ secret: string; place: string; problem: 'missing' | 'empty' | 'unreadable' }>({
    ...user,
    title: 'Missing secret',
    message: ({ secret, place, problem }) =>
      `The secret \`${secret}\` is ${problem === 'missing' ? 'not set' : problem}: it was looked for in ${place}`,
    why: 'The environment needs its value, and a guess would be wrong or unsafe.',
    fix: ({ place }) => `Put the value in ${place}.`,
    example: {
      secret: 'ACME_PII_KEY',
      place: 'the environment variable `SMELT_SECRET_ACME_PII_KEY`',
      problem: 'missing',
    },
  }),
  'cli/bad-sink-address': entry<{ sink: string; secret: string; place: string }>({
    ...user,
    title: 'Secret is no address',
    message: ({ sink, secret, place }) =>
      `The secret \`${secret}\` of the sink \`${sink}\` is no address that alerts can be sent to: it was read from ${place}`,
    why: 'A sink takes HTTP requests; an address with a user or a password in it is refused by the client.',
    fix: 'Write an address such as `https://example.org/hook` there, and what authorises the sender under `authorization`.',
    example: {
      sink: 'security_hook',
      secret: 'SECURITY_HOOK_URL',
      place: 'the environment variable `SMELT_SECRET_SECURITY_HOOK_URL`',
    },
  }),
  'cli/secret-not-set': entry<{ secret: string; place: string }>({
    ...user,
    severity: 'warning',
    title: 'Secret not set',
    message: ({ secret, place }) =>
      `The secret \`${secret}\` is not set on this machine: it was looked for in ${place}`,
    why: '`run` needs its value; `check` does not.',
    fix: ({ place }) => `Put the value in ${place} where the pipeline runs.`,
  }),
  'cli/already-there': entry<{ what: string; files: readonly string[] }>({
    ...user,
    title: 'Already there',
    message: ({ what, files }) => `${what} would overwrite ${files.map((file) => `\`${file}\``).join(', ')}`,
    why: 'No file that is there is ever overwritten; nothing was written.',
    fix: 'Choose another name or folder, or move the files away first.',
  }),
  'cli/files-edited': entry<{ version: number; files: readonly string[] }>({
    ...user,
    title: 'Edited files would be lost',
    message: ({ version, files }) =>
      `Going back to version ${version} would overwrite what was edited since it last ran: ${files.map((file) => `\`${file}\``).join(', ')}`,
    why: 'Neither that version nor the newest one holds what is in there, so it could not be brought back. Nothing was changed.',
    fix: 'Commit or put away what was edited, or let it go with `--overwrite`.',
    example: { version: 2, files: ['pipelines/orders/pipeline.yaml'] },
  }),
  'cli/unusable-sample': entry<{ file: string; detail: string; fix: string }>({
    ...user,
    title: 'Sample cannot be used',
    message: ({ file, detail }) => `No pipeline can be proposed from \`${file}\`: ${detail}`,
    why: 'A contract and tables are inferred from records, so there must be some.',
    fix: ({ fix }) => fix,
  }),
  'cli/unreadable-file': entry<{ file: string; detail: string }>({
    ...user,
    title: 'File cannot be read',
    message: ({ file, detail }) => `\`${file}\` cannot be read: ${detail}`,
    why: 'The command needs its content.',
    fix: 'Check the path and the rights of the file.',
  }),
  'cli/report-not-signed': entry<{ file: string; tenant: string; detail: string }>({
    ...user,
    title: 'Report that the tenant did not sign',
    message: ({ file, tenant, detail }) => `\`${file}\` is no report that \`${tenant}\` signed: ${detail}`,
    why: 'The signature covers every value of the report, so one that was changed, or signed with another key, proves nothing.',
    fix: ({ tenant }) =>
      `Take the report as \`smelt erase\` wrote it: the lake of \`${tenant}\` keeps each under \`erasures/\`. A key that was replaced must be put back for its reports.`,
  }),
  'cli/query-refused': entry<{ detail: string }>({
    ...user,
    title: 'Query refused',
    message: ({ detail }) => `This is not a single read-only query: ${detail}`,
    why: '`query` reads the tables of the lake and nothing else, so it takes one SELECT, EXPLAIN, DESCRIBE, SHOW or SUMMARIZE.',
    fix: 'Write one SELECT over tables such as `acme.silver.devices`; `smelt tables` lists them.',
    example: { detail: 'it is a DROP statement' },
  }),
  'cli/query-failed': entry<{ detail: string; nearest: readonly string[]; known: readonly string[] }>({
    ...user,
    title: 'Query failed',
    message: ({ detail }) => detail,
    why: 'The query engine could not run the statement.',
    fix: ({ nearest, known }) =>
      nearest.length + known.length === 0
        ? 'Correct the statement; `smelt tables` lists the tables, `describe <table>` the columns of one.'
        : didYouMean(nearest, 'tables', known),
    example: { detail: 'Table with name devises does not exist', nearest: ['acme.silver.devices'], known: [] },
  }),
  'cli/cannot-listen': entry<{ address: string; detail: string }>({
    ...user,
    title: 'Probes cannot be answered',
    message: ({ address, detail }) => `Nothing can listen at \`${address}\`: ${detail}`,
    why: 'Who starts the instances asks there whether they run; without an answer it would end them.',
    fix: 'Give `--health` a free port of this machine, such as `8081`, or `*:8081` to be asked from outside.',
    example: { address: '127.0.0.1:8081', detail: 'another process listens there' },
  }),
  'cli/restarting': entry<{ instance: string; delayMs: number }>({
    ...user,
    severity: 'warning',
    domain: 'external',
    retry: 'backoff',
    title: 'Instance is started again',
    message: ({ instance, delayMs }) => `\`${instance}\` is started again in ${Math.round(delayMs / 1000)} s`,
    why: 'It failed by something that may pass. Its last checkpoint stands, and no row is lost or repeated.',
    fix: 'Nothing, if it was of the moment; otherwise look at the error before this one.',
    example: { instance: 'acme/inventory-compliance', delayMs: 20_000 },
  }),
  'cli/restart-loop': entry<{ instance: string; times: number }>({
    ...user,
    domain: 'external',
    title: 'Instance fails again and again',
    message: ({ instance, times }) =>
      `\`${instance}\` is not started again: the same error came ${times} times without a checkpoint in between`,
    why: 'Something that does not pass keeps it from its next checkpoint. Its last checkpoint stands.',
    fix: 'Mend what the error before this one names, then start it; or go back to a savepoint with `smelt run --from`.',
    example: { instance: 'acme/inventory-compliance', times: 3 },
  }),
  'cli/instance-ended': entry<{ instance: string; how: string }>({
    ...user,
    domain: 'external',
    retry: 'backoff',
    title: 'Instance ended without a word',
    message: ({ instance, how }) => `The process of \`${instance}\` ended ${how}`,
    why: 'It was killed from outside, by a lack of memory for example, or broke down. Its last checkpoint stands.',
    fix: 'Start it again: it goes on at its last checkpoint. If memory ran out, lower `memory_limit` or `batch_bytes`.',
    example: { instance: 'acme/inventory-compliance', how: 'by the signal SIGKILL' },
  }),
}
