import { entry } from '../entry.ts'

export const checkpointCodes = {
  'checkpoint/fenced': entry<{ pipeline: string; id: number }>({
    title: 'Another process runs this pipeline',
    severity: 'error',
    domain: 'user',
    retry: 'never',
    message: ({ pipeline, id }) => `Checkpoint ${id} of \`${pipeline}\` was already written by another process`,
    why: 'Two processes on one pipeline would repeat rows, so the one that comes second stops. It committed nothing.',
    fix: 'Stop one of the two. If this is the one to keep, stop the other and start this one again.',
    since: '0.1.0',
    example: { pipeline: 'acme/inventory-compliance', id: 42 },
  }),
  'checkpoint/already-running': entry<{ pipeline: string; pid: number }>({
    title: 'Pipeline already running',
    severity: 'error',
    domain: 'user',
    retry: 'never',
    message: ({ pipeline, pid }) => `\`${pipeline}\` is already run on this machine by process ${pid}`,
    why: 'Two processes on one pipeline would repeat rows; this one changed nothing.',
    fix: ({ pid }) => `Stop process ${pid} first, or leave it running.`,
    since: '0.1.0',
    example: { pipeline: 'acme/inventory-compliance', pid: 4711 },
  }),
  'checkpoint/corrupt': entry<{ key: string; detail: string }>({
    title: 'Checkpoint cannot be read',
    severity: 'error',
    domain: 'external',
    retry: 'never',
    message: ({ key, detail }) => `The newest checkpoint \`${key}\` cannot be used: ${detail}`,
    why: 'Without it the position in the topics and the state are unknown; an older one would repeat or lose rows.',
    fix: 'Restore the file from the store (an earlier object version, or a backup). Nothing was changed meanwhile.',
    since: '0.1.0',
    example: {
      key: 'state/inventory-compliance/checkpoints/00000042.json',
      detail: 'it ends in the middle of a value',
    },
  }),
  'checkpoint/state-missing': entry<{ key: string }>({
    title: 'State file missing',
    severity: 'error',
    domain: 'external',
    retry: 'never',
    message: ({ key }) => `The state file \`${key}\`, which the newest checkpoint names, is not in the lake`,
    why: 'Duplicates and open windows could not be told without it.',
    fix: 'Restore the file from the store (an earlier object version, or a backup). Nothing was changed meanwhile.',
    since: '0.1.0',
    example: { key: 'state/inventory-compliance/dedupe-42.parquet' },
  }),
  'checkpoint/plan-lost': entry<{ key: string; detail: string }>({
    title: 'Stored plan cannot be read',
    severity: 'error',
    domain: 'external',
    retry: 'never',
    message: ({ key, detail }) => `The plan \`${key}\`, which the newest checkpoint names, cannot be used: ${detail}`,
    why: 'Without it nobody can tell what a new version of the pipeline would change.',
    fix: 'Restore the file from the store (an earlier object version, or a backup). Nothing was changed meanwhile.',
    since: '0.1.0',
    example: { key: 'state/inventory-compliance/plans/3f2a.json', detail: 'it ends in the middle of a value' },
  }),
  'checkpoint/none': entry<{ pipeline: string }>({
    title: 'Pipeline never ran',
    severity: 'error',
    domain: 'user',
    retry: 'never',
    message: ({ pipeline }) => `\`${pipeline}\` has no checkpoint in this lake`,
    why: 'Before the first checkpoint there is nothing to audit, to keep or to go back to.',
    fix: ({ pipeline }) => `Run \`smelt run ${pipeline}\` first, or name the environment it runs in with \`--env\`.`,
    since: '0.1.0',
    example: { pipeline: 'acme/inventory-compliance' },
  }),
  'checkpoint/uncommitted': entry<{ pipeline: string; id: number }>({
    title: 'Checkpoint not yet in all tables',
    severity: 'error',
    domain: 'external',
    retry: 'backoff',
    message: ({ pipeline, id }) => `Checkpoint ${id} of \`${pipeline}\` is not yet committed to every table`,
    why: 'A process is committing it right now, or died before it could; the next start finishes it.',
    fix: ({ pipeline }) => `Try again in a moment; if no process runs it, start \`smelt run ${pipeline}\`.`,
    since: '0.1.0',
    example: { pipeline: 'acme/inventory-compliance', id: 42 },
  }),
  'checkpoint/plan-changed': entry<{ pipeline: string; id: number }>({
    title: 'Pipeline changed since its last run',
    severity: 'error',
    domain: 'user',
    retry: 'never',
    message: ({ pipeline, id }) => `\`${pipeline}\` is not the pipeline that wrote checkpoint ${id}`,
    why: 'Its tables and state were made by another version; going on would mix the two.',
    fix: ({ pipeline }) => `Take this version over with \`smelt apply ${pipeline}\`, or take the change back.`,
    since: '0.1.0',
    example: { pipeline: 'acme/orders', id: 12 },
  }),
  'checkpoint/plan-applied': entry<{ pipeline: string; id: number; hash: string; what: readonly string[] }>({
    title: 'Pipeline goes on with a new plan',
    severity: 'info',
    domain: 'user',
    retry: 'never',
    message: ({ pipeline, id, hash, what }) =>
      `\`${pipeline}\` goes on by the plan \`${hash}\` from checkpoint ${id}: ${what.join('; ') || 'no table changes'}`,
    why: 'The pipeline, its contract or a reference is not what it was when it last ran.',
    fix: 'Nothing is to be done.',
    since: '0.1.0',
    example: { pipeline: 'acme/orders', id: 12, hash: 'a51f3c02d9be', what: ['`silver.orders` evolved'] },
  }),
  'checkpoint/needs-approval': entry<{
    pipeline: string
    hash: string
    approvals: readonly string[]
    /** What makes the change, when it is not `smelt apply`. */
    command?: string
  }>({
    title: 'Change needs an approval',
    severity: 'error',
    domain: 'user',
    retry: 'never',
    message: ({ pipeline, approvals }) =>
      `\`${pipeline}\` changed since its last run, and this needs an approval: ${approvals.join('; ')}`,
    why: 'Rows or columns that people may read go, or are worked out anew. Nothing was changed.',
    example: {
      pipeline: 'acme/orders',
      hash: 'a51f3c02d9be',
      approvals: ['`silver.orders` is rewritten: `amount` is worked out otherwise'],
    },
    fix: ({ pipeline, hash, command }) =>
      command !== undefined
        ? `Approve it with \`${command} --approve ${hash}\`, or leave the version that runs.`
        : `Look at it with \`smelt plan ${pipeline}\`, then approve it with \`smelt apply ${pipeline} --approve ${hash}\`, or take the change back.`,
    since: '0.1.0',
  }),
  'checkpoint/change-refused': entry<{ pipeline: string; refusals: readonly string[] }>({
    title: 'Change cannot be made',
    severity: 'error',
    domain: 'user',
    retry: 'never',
    message: ({ pipeline, refusals }) =>
      `\`${pipeline}\` changed since its last run in a way that its tables cannot follow: ${refusals.join('; ')}`,
    why: 'What is in the lake would no longer be what the pipeline says. Nothing was changed.',
    example: { pipeline: 'acme/orders', refusals: ['the source `orders` reads another topic'] },
    fix: 'Take the change back, or give the changed source or pipeline another name.',
    since: '0.1.0',
  }),
  'checkpoint/other-plan': entry<{ pipeline: string; given: string; today: string }>({
    title: 'Approval is for another plan',
    severity: 'error',
    domain: 'user',
    retry: 'never',
    message: ({ pipeline, given, today }) => `The plan of \`${pipeline}\` is \`${today}\` today, not \`${given}\``,
    why: 'An approval is for one plan: the files have changed since it was shown, or it was another pipeline. Nothing was changed.',
    example: { pipeline: 'acme/orders', given: 'a51f3c02d9be', today: '77d0c1b6e2f4' },
    fix: ({ pipeline }) => `Look at today's plan with \`smelt plan ${pipeline}\`, then approve that one.`,
    since: '0.1.0',
  }),
  'checkpoint/bronze-incomplete': entry<{ source: string; expected: number; found: number; expiredBefore?: string }>({
    title: 'Bronze does not hold every record',
    severity: 'error',
    domain: 'external',
    retry: 'never',
    message: ({ source, expected, found, expiredBefore: before }) =>
      `\`bronze.${source}\` holds ${found} of the ${expected} records that were read${before === undefined ? '' : `, as what came before \`${before}\` has expired`}, so no table can be rebuilt from it`,
    why: 'A rebuild from a part of the records would drop rows in silence. Nothing was changed.',
    example: { source: 'orders', expected: 120_000, found: 119_000 },
    fix: 'Find out with `smelt audit` what is missing and restore it, or take the change back. What a retention or an erasure took away does not come back: audit without `--deep` then.',
    since: '0.1.0',
  }),
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
  'checkpoint/rolled-back': entry<{ pipeline: string; from: string; to: string; code: string; at: string }>({
    title: 'Version held back',
    severity: 'warning',
    domain: 'user',
    retry: 'never',
    message: ({ pipeline, from, to, code, at }) =>
      `\`${pipeline}\` runs by the plan \`${to}\`: \`${from}\`, which its files say, failed with \`${code}\` and was rolled back at ${at}`,
    why: 'It failed before its first checkpoint with records, and the pipeline has `rollback: auto`. Tables and state are those of the version before.',
    fix: ({ pipeline, from }) =>
      `Mend the files, or put the version before back; to try this one again as it is, use \`smelt apply ${pipeline} --approve ${from}\`.`,
    since: '0.1.0',
    example: {
      pipeline: 'acme/orders',
      from: '77c0b1e5f2a4',
      to: 'a51f3c02d9be',
      code: 'checkpoint/check-failed',
      at: '2026-11-20T10:00:00.000Z',
    },
  }),
  'checkpoint/held-back': entry<{ pipeline: string; hash: string; code: string }>({
    title: 'Version was rolled back',
    severity: 'error',
    domain: 'user',
    retry: 'never',
    message: ({ pipeline, hash, code }) =>
      `The plan \`${hash}\` of \`${pipeline}\` is held back: it failed with \`${code}\` and was rolled back`,
    why: 'What failed once would fail again. Nothing was changed, and the version before runs on.',
    fix: ({ pipeline, hash }) =>
      `Mend the files; or try it again as it is, with \`smelt apply ${pipeline} --approve ${hash}\`.`,
    since: '0.1.0',
    example: { pipeline: 'acme/orders', hash: '77c0b1e5f2a4', code: 'checkpoint/check-failed' },
  }),
  'checkpoint/unknown-version': entry<{ pipeline: string; version: string; known: readonly number[] }>({
    title: 'Unknown version',
    severity: 'error',
    domain: 'user',
    retry: 'never',
    message: ({ pipeline, version }) => `\`${pipeline}\` never ran a version \`${version}\``,
    why: 'Only a plan that ran was kept with its files. Nothing was changed.',
    fix: ({ pipeline, known }) =>
      `The nearest versions are ${known.map((each) => `\`${each}\``).join(', ')}; see all with \`smelt history ${pipeline}\`.`,
    since: '0.1.0',
    example: { pipeline: 'acme/orders', version: '7', known: [1, 2, 3] },
  }),
  'checkpoint/version-differs': entry<{
    pipeline: string
    version: number
    tenant: string
    stored: string
    today: string
  }>({
    title: 'Files of a version give another plan today',
    severity: 'error',
    domain: 'user',
    retry: 'never',
    message: ({ pipeline, version, stored, today }) =>
      `The files of version ${version} of \`${pipeline}\` give the plan \`${today}\` today, and gave \`${stored}\` when it ran`,
    why: 'A plan comes of the params in the file of its tenant too, which are not kept with a version. They are others than then, or this is another version of Smelt. Nothing was changed.',
    fix: ({ pipeline, version, tenant, today }) =>
      `Put the params in \`tenants/${tenant}.yaml\` back first; or take what comes of them today, with \`smelt rollback ${pipeline} --to ${version} --approve ${today}\`.`,
    since: '0.1.0',
    example: {
      pipeline: 'acme/orders',
      version: 2,
      tenant: 'acme',
      stored: 'a51f3c02d9be',
      today: '77c0b1e5f2a4',
    },
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
  'checkpoint/since-refused': entry<{ pipeline: string; reasons: readonly string[] }>({
    title: 'No rebuild since a time',
    severity: 'error',
    domain: 'user',
    retry: 'never',
    message: ({ pipeline, reasons }) => `\`${pipeline}\` cannot be rebuilt since a time: ${reasons.join('; ')}`,
    why: 'Rows after a time depend on what was remembered at it: keys, open windows, latest rows. It must be found out exactly, or a rebuild would repeat or lose rows. Nothing was changed.',
    fix: 'Leave out `--since`: `smelt rebuild` then works the tables out whole, from everything that bronze holds. See first what would differ with `--dry-run`.',
    since: '0.1.0',
    example: {
      pipeline: 'acme/inventory-compliance',
      reasons: ['the table `gold.fleet_health` itself keeps its state in another way now'],
    },
  }),
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
    fix: ({ nearest, known }) =>
      nearest === undefined
        ? `Name one of ${known.map((each) => `\`${each}\``).join(', ')}.`
        : `Did you mean \`${nearest}\`?`,
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
    fix: ({ nearest, known }) =>
      nearest === undefined
        ? `Name one of ${known.map((each) => `\`${each}\``).join(', ')}.`
        : `Did you mean \`${nearest}\`?`,
    since: '0.1.0',
    example: {
      pipeline: 'acme/inventory-compliance',
      table: 'fleet_helth',
      nearest: 'fleet_health',
      known: ['silver.devices', 'gold.fleet_health'],
    },
  }),
  'checkpoint/alerts-not-taken': entry<{ pipeline: string; sink: string; reason: string }>({
    title: 'Alerts are not taken',
    severity: 'warning',
    domain: 'external',
    retry: 'backoff',
    message: ({ pipeline, sink, reason }) => `The sink \`${sink}\` of \`${pipeline}\` takes no alerts: ${reason}`,
    why: 'They wait in the checkpoints and are sent again, at ever longer intervals; the tables go on.',
    fix: 'See to the receiver. `smelt status` shows how many wait; beyond `max_backlog` the oldest are dropped, or the pipeline stops, as `on_full` says.',
    since: '0.1.0',
    example: { pipeline: 'acme/inventory-compliance', sink: 'security_hook', reason: 'it answered 503' },
  }),
  'checkpoint/alerts-refused': entry<{ pipeline: string; sink: string; alerts: number; reason: string }>({
    title: 'Alerts refused',
    severity: 'warning',
    domain: 'external',
    retry: 'never',
    message: ({ pipeline, sink, alerts, reason }) =>
      `The sink \`${sink}\` of \`${pipeline}\` refused ${alerts} ${alerts === 1 ? 'alert' : 'alerts'}: ${reason}`,
    why: 'The receiver said that the same request will never do, so it is not repeated; it is counted in the checkpoint.',
    fix: 'See what the receiver asks for: an address, a key, a mapping of fields. The rows stand in the gold table.',
    since: '0.1.0',
    example: { pipeline: 'acme/inventory-compliance', sink: 'security_hook', alerts: 3, reason: '401 no such key' },
  }),
  'checkpoint/outbox-full': entry<{ pipeline: string; sink: string; waiting: number; reason: string }>({
    title: 'Too many alerts wait',
    severity: 'error',
    domain: 'external',
    retry: 'backoff',
    message: ({ pipeline, sink, waiting, reason }) =>
      `${waiting} alerts of \`${pipeline}\` wait for the sink \`${sink}\`, which takes none: ${reason}`,
    why: 'The sink says `on_full: stop`, so nothing more is committed before the receiver takes alerts again; none is lost.',
    fix: 'See to the receiver and start again; or raise `max_backlog`, or let the oldest go with `on_full: drop_oldest`.',
    since: '0.1.0',
    example: {
      pipeline: 'acme/inventory-compliance',
      sink: 'security_hook',
      waiting: 10_000,
      reason: 'it answered 503',
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
  'checkpoint/foreign-table': entry<{ table: string; pipeline: string; owner: string }>({
    title: 'Table belongs to another pipeline',
    severity: 'error',
    domain: 'user',
    retry: 'never',
    message: ({ table, pipeline, owner }) => `\`${table}\` is written by \`${owner}\`, not by \`${pipeline}\``,
    why: 'A table has one writer: two pipelines in one table could not account for its rows.',
    fix: 'Rename the source or table in one of the two pipelines.',
    since: '0.1.0',
    example: { table: 'acme.gold.daily', pipeline: 'sales', owner: 'orders' },
  }),
  'checkpoint/table-differs': entry<{ table: string; location: string }>({
    title: 'Table made by another version',
    severity: 'error',
    domain: 'user',
    retry: 'never',
    message: ({ table, location }) =>
      `\`${table}\` at \`${location}\` has other columns or partitions than the pipeline says`,
    why: 'Rows of the new version would not fit the table that an earlier version made.',
    fix: 'Take the change back, or remove the table if it is of no use, or run on an empty lake.',
    since: '0.1.0',
    example: { table: 'acme.silver.devices', location: 's3://acme-lake/silver/devices' },
  }),
  'checkpoint/check-failed': entry<{ check: string; table: string; partition: number; offset: string }>({
    title: 'Check failed',
    severity: 'error',
    domain: 'user',
    retry: 'never',
    message: ({ check, table, partition, offset }) =>
      `The check \`${check}\` of \`${table}\` is false for the record at topic partition ${partition}, offset ${offset}`,
    why: 'The check declares `on_fail: fail`: the pipeline stops before anything of this batch is committed.',
    fix: 'Mend the cause or the check, then start again; the pipeline goes on from its last checkpoint.',
    since: '0.1.0',
    example: { check: 'cpu_in_range', table: 'devices', partition: 3, offset: '1207' },
  }),
}
