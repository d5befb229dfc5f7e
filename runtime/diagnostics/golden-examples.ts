// Written by `UPDATE_GOLDEN=1 npx vitest run test/golden/codes.test.ts` from the golden cases. Do not edit.

/** The sound project that the examples change. */
export const PROJECT = {
  'pipelines/orders/contracts/orders.schema.json': `{
  "type": "object",
  "additionalProperties": false,
  "required": ["order_id", "country", "amount", "ordered_at", "email"],
  "properties": {
    "order_id": { "type": "string" },
    "country": { "type": "string" },
    "amount": { "type": "number" },
    "ordered_at": { "type": "string", "format": "date-time" },
    "email": { "type": "string" },
    "address": { "type": "object", "properties": { "city": { "type": "string" } } }
  }
}
`,
  'pipelines/orders/pipeline.yaml': `smelt: 1
name: orders
params:
  window: { type: duration, default: 1h }
sources:
  orders:
    topic: orders
    contract: contracts/orders.schema.json
    event_time: ordered_at
references:
  countries: { file: reference/countries.csv, key: [country] }
silver:
  orders:
    from: orders
    columns:
      order_id: order_id
      country: upper(country)
      amount: amount
      ordered_at: ordered_at
      buyer: { expr: email, pii: hash }
      region: { lookup: countries.region, on: [country] }
    dedupe: { by: [order_id], within: 24h }
    checks:
      positive: amount > 0
gold:
  revenue:
    from: orders
    window: { tumbling: "\${params.window}" }
    group_by: [country]
    measures:
      orders: count(*)
      revenue: sum(amount)
`,
  'pipelines/orders/reference/countries.csv': `country,region
de,emea
us,amer
`,
  'smelt.yaml': `smelt: 1
default_environment: local
environments:
  local:
    broker: { topic_log: .smelt/topics }
    lake: { folder: .smelt/lake }
`,
  'tenants/acme.yaml': `smelt: 1
pii_key: \${secrets.ACME_PII_KEY}
pipelines:
  orders:
`,
}

/** The golden case of each code. */
export const EXAMPLES = {
  'catalog/bad-name': {
    printed: `error[catalog/bad-name]: \`devices/eu\` cannot be the name of a table
  why: The name is a folder and a SQL identifier for every reader.
  help: Use letters, digits, \`_\` and \`-\`, starting with a letter or digit, at most 128 of them.

1 error
`,
  },
  'catalog/no-such-table': {
    printed: `error[catalog/no-such-table]: There is no table \`acme.silver.devices\` under \`s3://acme-lake\`
  why: A table is created when its pipeline first starts.
  help: Check the tenant, layer and name, or start the pipeline once.

1 error
`,
  },
  'catalog/table-exists': {
    printed: `error[catalog/table-exists]: The table \`acme.silver.devices\` exists already
  why: Creating it again would hide its rows.
  help: Load the table instead, or choose another name.

1 error
`,
  },
  'checkpoint/alerts-not-taken': {
    printed: `warning[checkpoint/alerts-not-taken]: The sink \`security_hook\` of \`acme/inventory-compliance\` takes no alerts: it answered 503
  why: They wait in the checkpoints and are sent again, at ever longer intervals; the tables go on.
  help: See to the receiver. \`smelt status\` shows how many wait; beyond \`max_backlog\` the oldest are dropped, or the pipeline stops, as \`on_full\` says.

1 warning
`,
  },
  'checkpoint/alerts-refused': {
    printed: `warning[checkpoint/alerts-refused]: The sink \`security_hook\` of \`acme/inventory-compliance\` refused 3 alerts: 401 no such key
  why: The receiver said that the same request will never do, so it is not repeated; it is counted in the checkpoint.
  help: See what the receiver asks for: an address, a key, a mapping of fields. The rows stand in the gold table.

1 warning
`,
  },
  'checkpoint/already-running': {
    printed: `error[checkpoint/already-running]: \`acme/inventory-compliance\` is already run on this machine by process 4711
  why: Two processes on one pipeline would repeat rows; this one changed nothing.
  help: Stop process 4711 first, or leave it running.

1 error
`,
  },
  'checkpoint/bronze-incomplete': {
    printed: `error[checkpoint/bronze-incomplete]: \`bronze.orders\` holds 119000 of the 120000 records that were read, so no table can be rebuilt from it
  why: A rebuild from a part of the records would drop rows in silence. Nothing was changed.
  help: Find out with \`smelt audit\` what is missing and restore it, or take the change back. What a retention or an erasure took away does not come back: audit without \`--deep\` then.

1 error
`,
  },
  'checkpoint/change-refused': {
    printed: `error[checkpoint/change-refused]: \`acme/orders\` changed since its last run in a way that its tables cannot follow: the source \`orders\` reads another topic
  why: What is in the lake would no longer be what the pipeline says. Nothing was changed.
  help: Take the change back, or give the changed source or pipeline another name.

1 error
`,
  },
  'checkpoint/check-failed': {
    printed: `error[checkpoint/check-failed]: The check \`cpu_in_range\` of \`devices\` is false for the record at topic partition 3, offset 1207
  why: The check declares \`on_fail: fail\`: the pipeline stops before anything of this batch is committed.
  help: Mend the cause or the check, then start again; the pipeline goes on from its last checkpoint.

1 error
`,
  },
  'checkpoint/corrupt': {
    printed: `error[checkpoint/corrupt]: The newest checkpoint \`state/inventory-compliance/checkpoints/00000042.json\` cannot be used: it ends in the middle of a value
  why: Without it the position in the topics and the state are unknown; an older one would repeat or lose rows.
  help: Restore the file from the store (an earlier object version, or a backup). Nothing was changed meanwhile.

1 error
`,
  },
  'checkpoint/fenced': {
    printed: `error[checkpoint/fenced]: Checkpoint 42 of \`acme/inventory-compliance\` was already written by another process
  why: Two processes on one pipeline would repeat rows, so the one that comes second stops. It committed nothing.
  help: Stop one of the two. If this is the one to keep, stop the other and start this one again.

1 error
`,
  },
  'checkpoint/foreign-table': {
    printed: `error[checkpoint/foreign-table]: \`acme.gold.daily\` is written by \`orders\`, not by \`sales\`
  why: A table has one writer: two pipelines in one table could not account for its rows.
  help: Rename the source or table in one of the two pipelines.

1 error
`,
  },
  'checkpoint/held-back': {
    printed: `error[checkpoint/held-back]: The plan \`77c0b1e5f2a4\` of \`acme/orders\` is held back: it failed with \`checkpoint/check-failed\` and was rolled back
  why: What failed once would fail again. Nothing was changed, and the version before runs on.
  help: Mend the files; or try it again as it is, with \`smelt apply acme/orders --approve 77c0b1e5f2a4\`.

1 error
`,
  },
  'checkpoint/needs-approval': {
    printed: `error[checkpoint/needs-approval]: \`acme/orders\` changed since its last run, and this needs an approval: \`silver.orders\` is rewritten: \`amount\` is worked out otherwise
  why: Rows or columns that people may read go, or are worked out anew. Nothing was changed.
  help: Look at it with \`smelt plan acme/orders\`, then approve it with \`smelt apply acme/orders --approve a51f3c02d9be\`, or take the change back.

1 error
`,
  },
  'checkpoint/none': {
    printed: `error[checkpoint/none]: \`acme/inventory-compliance\` has no checkpoint in this lake
  why: Before the first checkpoint there is nothing to audit, to keep or to go back to.
  help: Run \`smelt run acme/inventory-compliance\` first, or name the environment it runs in with \`--env\`.

1 error
`,
  },
  'checkpoint/offsets-lost': {
    printed: `error[checkpoint/offsets-lost]: \`acme/inventory-compliance\` cannot go back to savepoint before-upgrade without loss: the broker has deleted offsets 1207 to 4999 of \`acme.inventory-3\`
  why: Their rows would be taken out of the tables, and could not be read again. Nothing was changed.
  help: Go back to a newer savepoint (\`smelt savepoints list acme/inventory-compliance\`), or go on without these records with \`--accept-loss\`.

1 error
`,
  },
  'checkpoint/other-plan': {
    printed: `error[checkpoint/other-plan]: The plan of \`acme/orders\` is \`77d0c1b6e2f4\` today, not \`a51f3c02d9be\`
  why: An approval is for one plan: the files have changed since it was shown, or it was another pipeline. Nothing was changed.
  help: Look at today's plan with \`smelt plan acme/orders\`, then approve that one.

1 error
`,
  },
  'checkpoint/outbox-full': {
    printed: `error[checkpoint/outbox-full]: 10000 alerts of \`acme/inventory-compliance\` wait for the sink \`security_hook\`, which takes none: it answered 503
  why: The sink says \`on_full: stop\`, so nothing more is committed before the receiver takes alerts again; none is lost.
  help: See to the receiver and start again; or raise \`max_backlog\`, or let the oldest go with \`on_full: drop_oldest\`.

1 error
`,
  },
  'checkpoint/plan-applied': {
    printed: `info[checkpoint/plan-applied]: \`acme/orders\` goes on by the plan \`a51f3c02d9be\` from checkpoint 12: \`silver.orders\` evolved
  why: The pipeline, its contract or a reference is not what it was when it last ran.
  help: Nothing is to be done.

1 note
`,
  },
  'checkpoint/plan-changed': {
    printed: `error[checkpoint/plan-changed]: \`acme/orders\` is not the pipeline that wrote checkpoint 12
  why: Its tables and state were made by another version; going on would mix the two.
  help: Take this version over with \`smelt apply acme/orders\`, or take the change back.

1 error
`,
  },
  'checkpoint/plan-lost': {
    printed: `error[checkpoint/plan-lost]: The plan \`state/inventory-compliance/plans/3f2a.json\`, which the newest checkpoint names, cannot be used: it ends in the middle of a value
  why: Without it nobody can tell what a new version of the pipeline would change.
  help: Restore the file from the store (an earlier object version, or a backup). Nothing was changed meanwhile.

1 error
`,
  },
  'checkpoint/request-given-up': {
    printed: `error[checkpoint/request-given-up]: The request \`rebuild\` (\`001795219200000-5f0c\`) was begun 3 times, and its process ended each time before it was done
  why: An instance that began it for ever would never run again. It goes on without. Its tables are whole: as they were, or as was asked.
  help: Look in the log of the instance for what ended it; memory is what runs out most often. Then ask again.

1 error
`,
  },
  'checkpoint/rewound': {
    printed: `info[checkpoint/rewound]: \`acme/inventory-compliance\` went back to savepoint before-upgrade, as checkpoint 43
  why: It was started with \`--from\`: its tables, state and positions are those of then.
  help: Nothing is to be done. What came after is read again from the topics.

1 note
`,
  },
  'checkpoint/rolled-back': {
    printed: `warning[checkpoint/rolled-back]: \`acme/orders\` runs by the plan \`a51f3c02d9be\`: \`77c0b1e5f2a4\`, which its files say, failed with \`checkpoint/check-failed\` and was rolled back at 2026-11-20T10:00:00.000Z
  why: It failed before its first checkpoint with records, and the pipeline has \`rollback: auto\`. Tables and state are those of the version before.
  help: Mend the files, or put the version before back; to try this one again as it is, use \`smelt apply acme/orders --approve 77c0b1e5f2a4\`.

1 warning
`,
  },
  'checkpoint/savepoint-damaged': {
    printed: `error[checkpoint/savepoint-damaged]: The savepoint \`state/inventory-compliance/savepoints/before-upgrade.json\` cannot be used: its checksum does not match its content
  why: It tells which files must stay, so nothing is removed and nothing runs while it is unknown.
  help: Restore the file from the store (an earlier object version, or a backup), or delete it to give the savepoint up.

1 error
`,
  },
  'checkpoint/savepoint-exists': {
    printed: `error[checkpoint/savepoint-exists]: \`acme/inventory-compliance\` has a savepoint \`before-upgrade\` already, which keeps checkpoint 42
  why: A savepoint is never replaced: somebody may count on it.
  help: Choose another name, or let go of the old one first: \`smelt savepoints drop acme/inventory-compliance before-upgrade\`.

1 error
`,
  },
  'checkpoint/savepoint-failed': {
    printed: `warning[checkpoint/savepoint-failed]: The savepoint that was due was not taken: the store refuses the write
  why: The pipeline goes on and no row is lost; but for as long as this lasts, there is no newer savepoint to go back to.
  help: Look at the store if this lasts; the next checkpoint tries again.

1 warning
`,
  },
  'checkpoint/savepoint-incomplete': {
    printed: `error[checkpoint/savepoint-incomplete]: The savepoint \`before-upgrade\` needs the snapshot 4711 of \`silver.devices\`, which is not in the lake
  why: Somebody removed it past Smelt, which keeps what a savepoint needs. Nothing was changed.
  help: Restore it from the store (an earlier object version, or a backup), or go back to another savepoint.

1 error
`,
  },
  'checkpoint/since-refused': {
    printed: `error[checkpoint/since-refused]: \`acme/inventory-compliance\` cannot be rebuilt since a time: the table \`gold.fleet_health\` itself keeps its state in another way now
  why: Rows after a time depend on what was remembered at it: keys, open windows, latest rows. It must be found out exactly, or a rebuild would repeat or lose rows. Nothing was changed.
  help: Leave out \`--since\`: \`smelt rebuild\` then works the tables out whole, from everything that bronze holds. See first what would differ with \`--dry-run\`.

1 error
`,
  },
  'checkpoint/state-missing': {
    printed: `error[checkpoint/state-missing]: The state file \`state/inventory-compliance/dedupe-42.parquet\`, which the newest checkpoint names, is not in the lake
  why: Duplicates and open windows could not be told without it.
  help: Restore the file from the store (an earlier object version, or a backup). Nothing was changed meanwhile.

1 error
`,
  },
  'checkpoint/subject-held': {
    printed: `error[checkpoint/subject-held]: A snapshot of \`bronze.orders\` that may hold the subject is being read
  why: Files that a query reads are not taken from under it. What is current no longer holds the subject; the history still does.
  help: Run the same command again when the query has ended. It goes on from here.

1 error
`,
  },
  'checkpoint/subject-kept': {
    printed: `error[checkpoint/subject-kept]: The subject is in what \`acme/orders\` keeps on purpose: \`savepoint before-upgrade\`
  why: A savepoint or tag keeps the files of its snapshots, so erasing beside it would leave the subject there. Nothing was changed.
  help: Let them go with \`--drop-savepoints\`, and take a savepoint anew afterwards.

1 error
`,
  },
  'checkpoint/table-differs': {
    printed: `error[checkpoint/table-differs]: \`acme.silver.devices\` at \`s3://acme-lake/silver/devices\` has other columns or partitions than the pipeline says
  why: Rows of the new version would not fit the table that an earlier version made.
  help: Take the change back, or remove the table if it is of no use, or run on an empty lake.

1 error
`,
  },
  'checkpoint/uncommitted': {
    printed: `error[checkpoint/uncommitted]: Checkpoint 42 of \`acme/inventory-compliance\` is not yet committed to every table
  why: A process is committing it right now, or died before it could; the next start finishes it.
  help: Try again in a moment; if no process runs it, start \`smelt run acme/inventory-compliance\`.

1 error
`,
  },
  'checkpoint/unknown-request': {
    printed: `error[checkpoint/unknown-request]: The running instance does not know requests of the kind \`savepoint\` (\`001795219200000-5f0c\`)
  why: It runs another version of Smelt than the command that asked. Nothing was changed.
  help: Stop the instance, start it with the version of the command, and try again.

1 error
`,
  },
  'checkpoint/unknown-savepoint': {
    printed: `error[checkpoint/unknown-savepoint]: \`acme/inventory-compliance\` has no savepoint \`before-upgrad\`
  why: Only a checkpoint that was kept can be gone back to. Nothing was changed.
  help: Did you mean \`before-upgrade\`?

1 error
`,
  },
  'checkpoint/unknown-source': {
    printed: `error[checkpoint/unknown-source]: \`acme/inventory-compliance\` has no source \`inventry\`
  why: Quarantine holds records of the sources that the pipeline reads.
  help: Did you mean \`inventory\`?

1 error
`,
  },
  'checkpoint/unknown-table': {
    printed: `error[checkpoint/unknown-table]: \`acme/inventory-compliance\` has no silver or gold table \`fleet_helth\`
  why: Only the silver and gold tables of a pipeline are worked out from bronze.
  help: Did you mean \`fleet_health\`?

1 error
`,
  },
  'checkpoint/unknown-version': {
    printed: `error[checkpoint/unknown-version]: \`acme/orders\` never ran a version \`7\`
  why: Only a plan that ran was kept with its files. Nothing was changed.
  help: The nearest versions are \`1\`, \`2\`, \`3\`; see all with \`smelt history acme/orders\`.

1 error
`,
  },
  'checkpoint/version-differs': {
    printed: `error[checkpoint/version-differs]: The files of version 2 of \`acme/orders\` give the plan \`77c0b1e5f2a4\` today, and gave \`a51f3c02d9be\` when it ran
  why: A plan comes of the params in the file of its tenant too, which are not kept with a version. They are others than then, or this is another version of Smelt. Nothing was changed.
  help: Put the params in \`tenants/acme.yaml\` back first; or take what comes of them today, with \`smelt rollback acme/orders --to 2 --approve 77c0b1e5f2a4\`.

1 error
`,
  },
  'cli/already-there': {
    printed: `$ smelt new pipeline orders --from pipelines/orders/reference/countries.csv
error[cli/already-there]: \`smelt new pipeline orders\` would overwrite \`pipelines/orders/contracts\`, \`pipelines/orders/pipeline.yaml\`, \`pipelines/orders/reference\`
  why: No file that is there is ever overwritten; nothing was written.
  help: Choose another name or folder, or move the files away first.
exit code 1
`,
  },
  'cli/bad-sink-address': {
    printed: `error[cli/bad-sink-address]: The secret \`SECURITY_HOOK_URL\` of the sink \`security_hook\` is no address that alerts can be sent to: it was read from the environment variable \`SMELT_SECRET_SECURITY_HOOK_URL\`
  why: A sink takes HTTP requests; an address with a user or a password in it is refused by the client.
  help: Write an address such as \`https://example.org/hook\` there, and what authorises the sender under \`authorization\`.

1 error
`,
  },
  'cli/bad-usage': {
    printed: `$ smelt run acme/orders --untill-end
error[cli/bad-usage]: Unknown option '--untill-end' (Did you mean --until-end?)
  why: The command line was not understood; nothing was done.
  help: See \`smelt run --help\`.
exit code 2
`,
  },
  'cli/cannot-listen': {
    printed: `error[cli/cannot-listen]: Nothing can listen at \`127.0.0.1:8081\`: another process listens there
  why: Who starts the instances asks there whether they run; without an answer it would end them.
  help: Give \`--health\` a free port of this machine, such as \`8081\`, or \`*:8081\` to be asked from outside.

1 error
`,
  },
  'cli/cannot-watch': {
    printed: `error[cli/cannot-watch]: The folder \`pipelines/orders\` cannot be watched for changes
  why: The system told the cause; a limit on the number of watched folders is the usual one.
  help: Raise the limit (\`fs.inotify.max_user_watches\` on Linux), or run \`smelt check\` without \`--watch\`.

1 error
`,
  },
  'cli/cannot-write': {
    printed: `$ smelt schema --out smelt.yaml/schemas
error[cli/cannot-write]: \`<project>/smelt.yaml/schemas/project.schema.json\` could not be written
  cause: ENOTDIR: not a directory, mkdir '<project>/smelt.yaml/schemas'
  why: The system refused it; what was written before it is there.
  help: Make the folder writable, or name another one, and run the command again.
exit code 3
`,
  },
  'cli/files-edited': {
    printed: `error[cli/files-edited]: Going back to version 2 would overwrite what was edited since it last ran: \`pipelines/orders/pipeline.yaml\`
  why: Neither that version nor the newest one holds what is in there, so it could not be brought back. Nothing was changed.
  help: Commit or put away what was edited, or let it go with \`--overwrite\`.

1 error
`,
  },
  'cli/fix-refused': {
    printed: `warning[cli/fix-refused]: \`pipelines/orders/pipeline.yaml\` was not fixed: it changed while it was checked
  why: A file is only written while it is what was checked, and only inside the project.
  help: Run the command again, or make the change by hand.

1 warning
`,
  },
  'cli/instance-ended': {
    printed: `error[cli/instance-ended]: The process of \`acme/inventory-compliance\` ended by the signal SIGKILL
  why: It was killed from outside, by a lack of memory for example, or broke down. Its last checkpoint stands.
  help: Start it again: it goes on at its last checkpoint. If memory ran out, lower \`memory_limit\` or \`batch_bytes\`.

1 error
`,
  },
  'cli/missing-secret': {
    printed: `error[cli/missing-secret]: The secret \`ACME_PII_KEY\` is not set: it was looked for in the environment variable \`SMELT_SECRET_ACME_PII_KEY\`
  why: The environment needs its value, and a guess would be wrong or unsafe.
  help: Put the value in the environment variable \`SMELT_SECRET_ACME_PII_KEY\`.

1 error
`,
  },
  'cli/needs-tenant': {
    input: `+++ pipelines/orders/pipeline.yaml
-  window: { type: duration, default: 1h }
+  window: { type: duration }
+++ tenants/acme.yaml
-  orders:
+  orders: { params: { window: 15m } }
`,
    printed: `$ smelt explain orders
error[cli/needs-tenant]: The pipeline \`orders\` has no plan of its own: \`window\` has no default
  why: A plan holds the value of every param, and only a tenant gives those without a default.
  help: Name an instance such as \`acme/orders\`.
exit code 1
`,
  },
  'cli/no-project': {
    printed: `error[cli/no-project]: Neither \`/home/ada\` nor a folder above it has a \`smelt.yaml\`
  why: A project starts at the folder of its \`smelt.yaml\`.
  help: Change into a project, or name one with \`--project <dir>\`.

1 error
`,
  },
  'cli/nothing-to-run': {
    input: `without tenants/acme.yaml
`,
    printed: `$ smelt run --all
error[cli/nothing-to-run]: The project runs no pipeline
  why: An instance is there when the file of a tenant lists a pipeline.
  help: List a pipeline under \`pipelines\` in the file of the tenant.
exit code 1
`,
  },
  'cli/query-failed': {
    printed: `error[cli/query-failed]: Table with name devises does not exist
  why: The query engine could not run the statement.
  help: Did you mean \`acme.silver.devices\`?

1 error
`,
  },
  'cli/query-refused': {
    printed: `error[cli/query-refused]: This is not a single read-only query: it is a DROP statement
  why: \`query\` reads the tables of the lake and nothing else, so it takes one SELECT, EXPLAIN, DESCRIBE, SHOW or SUMMARIZE.
  help: Write one SELECT over tables such as \`acme.silver.devices\`; \`smelt tables\` lists them.

1 error
`,
  },
  'cli/report-not-signed': {
    input: `env SMELT_SECRET_ACME_PII_KEY=key of the tests
`,
    printed: `$ smelt erase acme --verify-report report.json
error[cli/report-not-signed]: \`report.json\` is no report that \`acme\` signed: its text does not give its signature under the \`pii_key\` of the tenant
  why: The signature covers every value of the report, so one that was changed, or signed with another key, proves nothing.
  help: Take the report as \`smelt erase\` wrote it: the lake of \`acme\` keeps each under \`erasures/\`. A key that was replaced must be put back for its reports.
exit code 1
`,
  },
  'cli/restart-loop': {
    printed: `error[cli/restart-loop]: \`acme/inventory-compliance\` is not started again: the same error came 3 times without a checkpoint in between
  why: Something that does not pass keeps it from its next checkpoint. Its last checkpoint stands.
  help: Mend what the error before this one names, then start it; or go back to a savepoint with \`smelt run --from\`.

1 error
`,
  },
  'cli/restarting': {
    printed: `warning[cli/restarting]: \`acme/inventory-compliance\` is started again in 20 s
  why: It failed by something that may pass. Its last checkpoint stands, and no row is lost or repeated.
  help: Nothing, if it was of the moment; otherwise look at the error before this one.

1 warning
`,
  },
  'cli/secret-not-set': {
    printed: `$ smelt check
warning[cli/secret-not-set]: The secret \`ACME_PII_KEY\` is not set on this machine: it was looked for in the environment variable \`SMELT_SECRET_ACME_PII_KEY\`
  tenants/acme.yaml:2:10
    1 | smelt: 1
    2 | pii_key: \${secrets.ACME_PII_KEY}
      |          ^^^^^^^^^^^^^^^^^^^^^^^
    3 | pipelines:
  why: \`run\` needs its value; \`check\` does not.
  help: Put the value in the environment variable \`SMELT_SECRET_ACME_PII_KEY\` where the pipeline runs.

1 warning
checked 1 pipeline and 1 instance: no errors
exit code 0
`,
  },
  'cli/unfit-subject': {
    printed: `$ smelt erase acme --subject address=Berlin
error[cli/unfit-subject]: The field \`address\` of the tenant \`acme\` names nobody: it is \`object\`
  why: A subject is found by one value: a text, a number, a date, or what stands in a list of them. A boolean or an instant is true of many, and an object has no value of its own. Nothing was changed.
  help: Name a field that tells who it is, such as an address or a number; of an object, a field in it: \`user.email\`.
exit code 1
`,
  },
  'cli/unknown-code': {
    printed: `$ smelt explain-code record/laet
error[cli/unknown-code]: There is no code \`record/laet\`
  why: Only codes of this version can be explained.
  help: Did you mean \`record/late\`?
exit code 1
`,
  },
  'cli/unknown-column': {
    printed: `$ smelt explain orders --lineage gold.revenue.revenu
error[cli/unknown-column]: The pipeline has no table, column, field or reference \`gold.revenue.revenu\`
  why: Lineage goes from names that the plan has: \`gold.<table>.<column>\`, \`<source>.<field>\`, \`<reference>.<column>\`.
  help: Did you mean \`gold.revenue.revenue\`?
exit code 1
`,
  },
  'cli/unknown-operator': {
    printed: `$ smelt explain orders --sql silver.orders/dedup
error[cli/unknown-operator]: The pipeline has no operator \`silver.orders/dedup\`
  why: SQL is shown by the operator, source or table that it serves.
  help: Did you mean \`silver.orders/dedupe\`?
exit code 1
`,
  },
  'cli/unknown-path': {
    printed: `$ smelt check pipelines/ordres
error[cli/unknown-path]: There is nothing of this project at \`pipelines/ordres\`
  why: Checking nothing would look like a success.
  help: Name a file or folder of the project.
exit code 1
`,
  },
  'cli/unknown-schema': {
    printed: `$ smelt schema pipelin
error[cli/unknown-schema]: There is no schema \`pipelin\`
  why: There is one schema for each kind of YAML file.
  help: Did you mean \`pipeline\`?
exit code 1
`,
  },
  'cli/unknown-subject': {
    printed: `$ smelt erase acme --subject emial=ann@example.com
error[cli/unknown-subject]: No contract of the tenant \`acme\` has the field \`emial\`
  why: A subject is named by a contract field and its value, so that records are found by what they say and not by chance.
  help: Did you mean \`email\`?
exit code 1
`,
  },
  'cli/unknown-tenant': {
    printed: `$ smelt run acne
error[cli/unknown-tenant]: There is no tenant \`acne\`
  why: A tenant is there when it has a file under \`tenants/\`.
  help: Did you mean \`acme\`?
exit code 1
`,
  },
  'cli/unread-topic': {
    printed: `warning[cli/unread-topic]: No pipeline of the tenant reads \`inventry\`
  why: The records are stored, but end up in no table.
  help: Did you mean \`inventory\`?

1 warning
`,
  },
  'cli/unreadable-file': {
    printed: `$ smelt produce acme.orders --file events.ndjson
error[cli/unreadable-file]: \`events.ndjson\` cannot be read: ENOENT: no such file or directory, open '<project>/events.ndjson'
  why: The command needs its content.
  help: Check the path and the rights of the file.
exit code 1
`,
  },
  'cli/unusable-sample': {
    printed: `$ smelt new pipeline people --from pipelines/orders/contracts/orders.schema.json --records people
error[cli/unusable-sample]: No pipeline can be proposed from \`pipelines/orders/contracts/orders.schema.json\`: it has no list at \`people\`
  why: A contract and tables are inferred from records, so there must be some.
  help: Leave \`--records\` out: the document is one record.
exit code 1
`,
  },
  'contract/ambiguous-names': {
    input: `+++ pipelines/orders/contracts/orders.schema.json
-    "country": { "type": "string" },
+    "country": { "type": "string" },
+    "Country": { "type": "string" },
`,
    printed: `error[contract/ambiguous-names]: The properties \`Country\` and \`country\` differ by case only
  pipelines/orders/contracts/orders.schema.json:8:5
    7 |     "country": { "type": "string" },
    8 |     "Country": { "type": "string" },
      |     ^^^^^^^^^
    9 |     "amount": { "type": "number" },
  why: Table readers ignore case in column names, so one of the two could not be read.
  help: Rename one of them.

1 error
`,
  },
  'contract/bad-example': {
    input: `env SMELT_SECRET_ACME_PII_KEY=key
+++ pipelines/orders/contracts/orders.schema.json
-    "amount": { "type": "number" },
+    "amount": { "type": "number", "minimum": 0, "examples": [12.5, -3] },
`,
    printed: `$ smelt check
warning[contract/bad-example]: This example does not satisfy the schema it stands in: the value must be at least 0 (minimum)
  pipelines/orders/contracts/orders.schema.json:8:68
    7 |     "country": { "type": "string" },
    8 |     "amount": { "type": "number", "minimum": 0, "examples": [12.5, -3] },
      |                                                                    ^^
    9 |     "ordered_at": { "type": "string", "format": "date-time" },
  why: Whoever writes records by it would see them refused; or the schema is wrong, and refuses good ones.
  help: Correct the value, or the schema.

1 warning
checked 1 pipeline and 1 instance: no errors
exit code 0
`,
  },
  'contract/bad-pattern': {
    input: `+++ pipelines/orders/contracts/orders.schema.json
-    "country": { "type": "string" },
+    "country": { "type": "string", "pattern": "[A-Z" },
`,
    printed: `error[contract/bad-pattern]: \`pattern\` holds no regular expression: Unterminated character class
  pipelines/orders/contracts/orders.schema.json:7:47
    6 |     "order_id": { "type": "string" },
    7 |     "country": { "type": "string", "pattern": "[A-Z" },
      |                                               ^^^^^^
    8 |     "amount": { "type": "number" },
  why: A pattern that does not compile can check nothing.
  help: Correct the expression (ECMA-262 syntax, with the \`u\` flag).

1 error
`,
  },
  'contract/bad-type': {
    input: `+++ pipelines/orders/contracts/orders.schema.json
-    "amount": { "type": "number" },
+    "amount": { "type": "number", "x-smelt-type": "decimal(40,2)" },
`,
    printed: `error[contract/bad-type]: \`decimal(40,2)\` is no type that \`x-smelt-type\` knows here
  pipelines/orders/contracts/orders.schema.json:8:51
    7 |     "country": { "type": "string" },
    8 |     "amount": { "type": "number", "x-smelt-type": "decimal(40,2)" },
      |                                                   ^^^^^^^^^^^^^^^
    9 |     "ordered_at": { "type": "string", "format": "date-time" },
  why: The keyword names the exact column type of a number: \`decimal(precision,scale)\`.
  help: Write \`decimal(p,s)\` with p from 1 to 38 and s from 0 to p, beside \`"type": "number"\`, \`"string"\` or both.

1 error
`,
  },
  'contract/duplicate-key': {
    input: `+++ pipelines/orders/contracts/orders.schema.json
-    "amount": { "type": "number" },
+    "amount": { "type": "number" },
+    "amount": { "type": "integer" },
`,
    printed: `error[contract/duplicate-key]: The key \`amount\` stands twice in one object
  pipelines/orders/contracts/orders.schema.json:9:5
     8 |     "amount": { "type": "number" },
     9 |     "amount": { "type": "integer" },
       |     ^^^^^^^^
    10 |     "ordered_at": { "type": "string", "format": "date-time" },
  why: Only one of the two would hold, and which one depends on the reader.
  help: Keep one of them.

1 error
`,
  },
  'contract/extension-keyword': {
    input: `+++ pipelines/orders/contracts/orders.schema.json
-  "additionalProperties": false,
+  "unevaluatedProperties": false,
`,
    printed: `error[contract/extension-keyword]: \`unevaluatedProperties\` is not supported in a contract
  pipelines/orders/contracts/orders.schema.json:3:3
    2 |   "type": "object",
    3 |   "unevaluatedProperties": false,
      |   ^^^^^^^^^^^^^^^^^^^^^^^
    4 |   "required": ["order_id", "country", "amount", "ordered_at", "email"],
  why: The keyword is for schemas composed of others, and validators disagree on it; a contract must mean one thing everywhere.
  help: Use \`$ref\` to a schema under \`$defs\`, and \`additionalProperties\` or \`items\` where all members are declared.

1 error
`,
  },
  'contract/idle-keyword': {
    input: `+++ pipelines/orders/contracts/orders.schema.json
-    "amount": { "type": "number" },
+    "amount": { "type": "number", "maxLength": 10 },
`,
    printed: `warning[contract/idle-keyword]: \`maxLength\` checks nothing here, as the value is of type \`number\`
  pipelines/orders/contracts/orders.schema.json:8:35
    7 |     "country": { "type": "string" },
    8 |     "amount": { "type": "number", "maxLength": 10 },
      |                                   ^^^^^^^^^^^
    9 |     "ordered_at": { "type": "string", "format": "date-time" },
  why: JSON Schema ignores a keyword on a value of another type.
  help: Take the keyword away, or correct the type.

1 warning
`,
  },
  'contract/inexact-number': {
    input: `+++ pipelines/orders/contracts/orders.schema.json
-    "amount": { "type": "number" },
+    "amount": { "type": "number", "maximum": 12345678901234567890 },
`,
    printed: `error[contract/inexact-number]: The number \`12345678901234567890\` is rounded by every JSON reader that uses doubles
  pipelines/orders/contracts/orders.schema.json:8:46
    7 |     "country": { "type": "string" },
    8 |     "amount": { "type": "number", "maximum": 12345678901234567890 },
      |                                              ^^^^^^^^^^^^^^^^^^^^
    9 |     "ordered_at": { "type": "string", "format": "date-time" },
  why: A limit that readers round differently refuses different records in different places.
  help: Use a number of at most 15 digits; the range of a 64-bit integer needs no limit, as it is checked anyway.

1 error
`,
  },
  'contract/not-an-object': {
    input: `+++ pipelines/orders/contracts/orders.schema.json
-  "type": "object",
+  "type": "array",
`,
    printed: `error[contract/not-an-object]: The contract does not say \`"type": "object"\` at its top level
  pipelines/orders/contracts/orders.schema.json:2:11
    1 | {
    2 |   "type": "array",
      |           ^^^^^^^
    3 |   "additionalProperties": false,
  why: A record becomes one row, so its value must be an object whose properties are the columns.
  help: Write \`"type": "object"\` and the columns under \`properties\`.

1 error
`,
  },
  'contract/not-json': {
    input: `+++ pipelines/orders/contracts/orders.schema.json
-    "amount": { "type": "number" },
+    "amount": { "type": "number" }
`,
    printed: `error[contract/not-json]: The contract is not one JSON value: \`"\` stands where \`,\` or \`}\` is expected
  pipelines/orders/contracts/orders.schema.json:9:5
     8 |     "amount": { "type": "number" }
     9 |     "ordered_at": { "type": "string", "format": "date-time" },
       |     ^
    10 |     "email": { "type": "string" },
  why: A contract is a JSON Schema; a file that does not parse promises nothing.
  help: Mend the syntax at the marked place.

1 error
`,
  },
  'contract/not-usable': {
    printed: `error[contract/not-usable]: The contract \`contracts/orders.schema.json\` cannot be compiled to a check: the schema under \`/properties/tree\` never ends
  why: Records cannot be judged without it.
  help: Simplify the contract at the keyword named.

1 error
`,
  },
  'contract/row-by-row': {
    input: `+++ pipelines/orders/contracts/orders.schema.json
-    "address": { "type": "object", "properties": { "city": { "type": "string" } } }
+    "address": { "type": "object", "minProperties": 1, "properties": { "city": { "type": "string" } } }
`,
    printed: `info[contract/row-by-row]: \`minProperties\` here makes every record of the source go through the row-by-row check
  pipelines/orders/contracts/orders.schema.json:11:53
    10 |     "email": { "type": "string" },
    11 |     "address": { "type": "object", "minProperties": 1, "properties": { "city": { "type": "string" } } }
       |                                                     ^
    12 |   }
  why: The engine checks most contracts in one vectorised pass; what that pass cannot judge costs several times more per record.
  help: Leave it if the source is small; otherwise express the rule with keywords of the vectorised set.

1 note
`,
  },
  'contract/undeclared-required': {
    input: `+++ pipelines/orders/contracts/orders.schema.json
-  "required": ["order_id", "country", "amount", "ordered_at", "email"],
+  "required": ["order_id", "contry", "amount", "ordered_at", "email"],
`,
    printed: `error[contract/undeclared-required]: \`contry\` is required, but \`properties\` does not declare it; did you mean \`country\`?
  pipelines/orders/contracts/orders.schema.json:4:28
    3 |   "additionalProperties": false,
    4 |   "required": ["order_id", "contry", "amount", "ordered_at", "email"],
      |                            ^^^^^^^^
    5 |   "properties": {
  \`country\` is declared here: pipelines/orders/contracts/orders.schema.json:7:5
    6 |     "order_id": { "type": "string" },
    7 |     "country": { "type": "string" },
      |     ^^^^^^^^^
    8 |     "amount": { "type": "number" },
  why: A column without a type cannot be stored, and a misspelt name would refuse every record.
  help: Declare the property, or take its name out of \`required\`.
  fix (maybe): Write \`country\`
    - "required": ["order_id", "contry", "amount", "ordered_at", "email"],
    + "required": ["order_id", "country", "amount", "ordered_at", "email"],

1 error
`,
  },
  'contract/unknown-format': {
    input: `+++ pipelines/orders/contracts/orders.schema.json
-    "country": { "type": "string" },
+    "country": { "type": "string", "format": "country" },
`,
    printed: `error[contract/unknown-format]: \`country\` is no format that Smelt checks
  pipelines/orders/contracts/orders.schema.json:7:46
    6 |     "order_id": { "type": "string" },
    7 |     "country": { "type": "string", "format": "country" },
      |                                              ^^^^^^^^^
    8 |     "amount": { "type": "number" },
  why: A format that is not checked would promise something that does not hold.
  help: Use one of date-time, date, time, duration, email, hostname, ipv4, ipv6, uri, uri-reference, uuid, json-pointer, relative-json-pointer, or write a \`pattern\`.

1 error
`,
  },
  'contract/unknown-keyword': {
    input: `+++ pipelines/orders/contracts/orders.schema.json
-    "amount": { "type": "number" },
+    "amount": { "type": "number", "minimun": 0 },
`,
    printed: `error[contract/unknown-keyword]: \`minimun\` is no keyword of JSON Schema 2020-12; did you mean \`minimum\`?
  pipelines/orders/contracts/orders.schema.json:8:35
    7 |     "country": { "type": "string" },
    8 |     "amount": { "type": "number", "minimun": 0 },
      |                                   ^^^^^^^^^
    9 |     "ordered_at": { "type": "string", "format": "date-time" },
  why: A misspelt keyword checks nothing, and nobody would notice.
  help: Correct the keyword; notes of your own start with \`x-\`.
  fix (safe): Write \`minimum\`
    - "amount": { "type": "number", "minimun": 0 },
    + "amount": { "type": "number", "minimum": 0 },

1 error
`,
  },
  'contract/unresolved-ref': {
    input: `+++ pipelines/orders/contracts/orders.schema.json
-    "country": { "type": "string" },
+    "country": { "$ref": "#/$defs/country" },
`,
    printed: `error[contract/unresolved-ref]: \`#/$defs/country\` leads to no schema in this file
  pipelines/orders/contracts/orders.schema.json:7:26
    6 |     "order_id": { "type": "string" },
    7 |     "country": { "$ref": "#/$defs/country" },
      |                          ^^^^^^^^^^^^^^^^^
    8 |     "amount": { "type": "number" },
  why: A contract stands alone: nothing is fetched, and a missing schema checks nothing.
  help: Point to a schema of this file, as in \`#/$defs/address\`, or copy the other schema under \`$defs\`.

1 error
`,
  },
  'contract/wrong-dialect': {
    input: `+++ pipelines/orders/contracts/orders.schema.json
-  "type": "object",
+  "$schema": "http://json-schema.org/draft-07/schema#",
+  "type": "object",
`,
    printed: `error[contract/wrong-dialect]: The contract is written for \`http://json-schema.org/draft-07/schema#\`, not for JSON Schema 2020-12
  pipelines/orders/contracts/orders.schema.json:2:14
    1 | {
    2 |   "$schema": "http://json-schema.org/draft-07/schema#",
      |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    3 |   "type": "object",
  why: Dialects give the same words different meanings.
  help: Convert the contract and write \`"$schema": "https://json-schema.org/draft/2020-12/schema"\`, or leave \`$schema\` out.

1 error
`,
  },
  'contract/wrong-value': {
    input: `+++ pipelines/orders/contracts/orders.schema.json
-    "amount": { "type": "number" },
+    "amount": { "type": "number", "minimum": "0" },
`,
    printed: `error[contract/wrong-value]: \`minimum\` must be a number
  pipelines/orders/contracts/orders.schema.json:8:46
    7 |     "country": { "type": "string" },
    8 |     "amount": { "type": "number", "minimum": "0" },
      |                                              ^^^
    9 |     "ordered_at": { "type": "string", "format": "date-time" },
  why: JSON Schema 2020-12 gives the keyword no other meaning.
  help: Correct the value at the marked place.

1 error
`,
  },
  'ingest/address-taken': {
    printed: `error[ingest/address-taken]: The server cannot listen on \`127.0.0.1:8080\`: address already in use
  why: Clients send their records to this address.
  help: Choose another address with \`--host\` and \`--port\`, or end the process that listens on it.

1 error
`,
  },
  'ingest/already-running': {
    printed: `error[ingest/already-running]: The folder \`.smelt/ingest\` is used by the ingest server of process 4711
  why: The folder holds which requests were answered; two servers would not know of each other.
  help: Give this server a folder of its own with \`--state\`, or end the other.

1 error
`,
  },
  'ingest/bad-body': {
    printed: `error[ingest/bad-body]: The body cannot be divided into records: it is not gzip
  why: No record of the request was taken.
  help: Correct the body and send it again.

1 error
`,
  },
  'ingest/bad-parameter': {
    printed: `error[ingest/bad-parameter]: The parameter \`mode\` is not understood: it is \`strict\` or \`accept\`
  why: A parameter that was passed over could mean something else than what was done.
  help: Correct it; \`/v1/openapi.json\` lists the parameters.

1 error
`,
  },
  'ingest/body-timeout': {
    printed: `error[ingest/body-timeout]: The body was not there after 30 s
  why: A request that never ends would keep its place for ever. No record of the request was taken.
  help: Send it again, in smaller requests where the line is slow.

1 error
`,
  },
  'ingest/body-too-large': {
    printed: `error[ingest/body-too-large]: The body has more than 8,388,608 bytes, counted before and after decompression
  why: A bounded body keeps one client from taking the memory of all. No record of the request was taken.
  help: Send the records in several requests, or raise \`--max-body\`.

1 error
`,
  },
  'ingest/busy': {
    printed: `error[ingest/busy]: More is in flight than the server keeps in memory
  why: Records wait for the broker in memory, and memory has a bound. No record of the request was taken.
  help: Send the request again after the seconds that \`Retry-After\` names.

1 error
`,
  },
  'ingest/damaged-token': {
    printed: `error[ingest/damaged-token]: The token file \`state/.ingest/tokens/5d1f0a9b3c24.json\` in the lake of the tenant is damaged: it is not JSON
  why: A token whose file cannot be read is not good for anything.
  help: Revoke it with \`smelt token revoke\` and make a new one.

1 error
`,
  },
  'ingest/draining': {
    printed: `error[ingest/draining]: The server is ending and takes no new requests
  why: It finishes what it has taken and then ends. No record of the request was taken.
  help: Send the request again; another server takes it, or this one once it is back.

1 error
`,
  },
  'ingest/forbidden': {
    printed: `error[ingest/forbidden]: The token does not allow this path
  why: A token is good for the topics of one tenant that it names. Whether anything else exists is not told.
  help: Correct the tenant and the topic in the path, or use a token that was made for them.

1 error
`,
  },
  'ingest/key-reused': {
    printed: `error[ingest/key-reused]: The idempotency key was used for other records
  why: A key names one request, so that a repetition of it stores nothing twice.
  help: Take a new key for new records; send the same bytes with the same key only to repeat a request.

1 error
`,
  },
  'ingest/nothing-to-serve': {
    printed: `error[ingest/nothing-to-serve]: The tenant \`acme\` has no pipeline that reads a topic
  why: A server without a topic would refuse every record.
  help: List a pipeline in the file of a tenant.

1 error
`,
  },
  'ingest/record-too-large': {
    printed: `error[ingest/record-too-large]: Record 3 has 2,000,000 bytes; a topic takes at most 1,000,000 bytes
  why: A broker refuses a larger one together with all records that are sent beside it. No record of the request was taken.
  help: Send a smaller record, or a reference to what is large in it.

1 error
`,
  },
  'ingest/records-refused': {
    printed: `error[ingest/records-refused]: 1 of 3 records break the contract
  why: The tables would refuse them too. No record of the request was taken.
  help: Mend the records that \`refused\` names and send all again; \`?mode=accept\` takes them as they are, into quarantine.

1 error
`,
  },
  'ingest/refused-by-broker': {
    printed: `error[ingest/refused-by-broker]: The broker does not take the records as they are: INVALID_RECORD
  why: The same records would be refused again, a record without a key by a compacted topic for example.
  help: Send records that the topic takes, or change the settings of the topic.

1 error
`,
  },
  'ingest/suspended': {
    printed: `error[ingest/suspended]: The tenant of the token takes no records at present
  why: It is suspended. Nothing of the request was stored.
  help: Keep the records and send them once the tenant is resumed; who runs the service can say when.

1 error
`,
  },
  'ingest/unauthorized': {
    printed: `error[ingest/unauthorized]: The request carries no valid token
  why: Records are taken from whoever holds a token of the tenant. What is wrong with a token is not told.
  help: Send \`Authorization: Bearer <token>\`; \`smelt token create\` makes a token, \`smelt token list\` shows which have expired.

1 error
`,
  },
  'ingest/unavailable': {
    printed: `error[ingest/unavailable]: The records cannot be stored now: the broker cannot be reached
  why: A record is acknowledged when the broker has it. Whether it has some of these is not known.
  help: Send the request again after the seconds that \`Retry-After\` names; with the same \`Idempotency-Key\` nothing is stored twice.

1 error
`,
  },
  'ingest/unknown-path': {
    printed: `error[ingest/unknown-path]: There is nothing at \`/v1/acme\`
  why: Records are sent to \`/v1/<tenant>/<topic>\`.
  help: See \`/v1/openapi.json\` for what there is.

1 error
`,
  },
  'ingest/unknown-token': {
    printed: `error[ingest/unknown-token]: The tenant has no token \`5d1f0a9b3c42\`
  why: A token is named by the id that \`smelt token list\` shows.
  help: Did you mean \`5d1f0a9b3c24\`?

1 error
`,
  },
  'ingest/unknown-topic': {
    printed: `error[ingest/unknown-topic]: No pipeline of the tenant reads a topic \`inventry\`
  why: Records are checked against the contracts of the sources that read them, so a topic needs one.
  help: Did you mean \`inventory\`?

1 error
`,
  },
  'ingest/unsupported-body': {
    printed: `error[ingest/unsupported-body]: The \`content-type\` \`text/csv\` is not known
  why: How a body is divided into records is never guessed.
  help: Send \`content-type\` as one of \`application/json\`, \`application/x-ndjson\`.

1 error
`,
  },
  'ingest/wrong-method': {
    printed: `error[ingest/wrong-method]: \`PUT\` does nothing here; this path takes \`POST\`
  why: Records are sent with \`POST\`, everything else is read with \`GET\`.
  help: Send a \`POST\` request.

1 error
`,
  },
  'internal/bug': {
    printed: `error[internal/bug]: Smelt met a state it does not handle: the batch of offset 4711 was committed twice
  why: This is a fault of Smelt and not of your files.
  help: Report it with the command you ran and this message.

1 error
`,
  },
  'lake/access-denied': {
    printed: `error[lake/access-denied]: Access to \`s3://acme-lake/silver/devices\` is denied
  why: The lake must be readable and writable for the process.
  help: Give the user or role of the process read, write, list and delete rights there, or mend its credentials.

1 error
`,
  },
  'lake/bad-key': {
    printed: `error[lake/bad-key]: \`../globex/silver/devices\` is not a key of an object store
  why: A key is a relative path without empty, \`.\` or \`..\` segments, so that nothing outside the lake can be named.
  help: Look for a table or file name with \`/\` or \`..\` in it.

1 error
`,
  },
  'lake/bad-literal': {
    printed: `error[lake/bad-literal]: \`2026-13-01\` is not a value of type date
  why: Files are pruned by comparing with this value.
  help: Write it in the form of the type.

1 error
`,
  },
  'lake/bad-metadata': {
    printed: `error[lake/bad-metadata]: \`s3://acme-lake/silver/devices/metadata/v7.metadata.json\` cannot be read as Iceberg metadata: \`format-version\` is missing
  why: A table is never written on top of metadata that was not fully understood.
  help: Check which program wrote the file; restore it, or roll back by pointing \`version-hint.text\` to an earlier version.

1 error
`,
  },
  'lake/bad-schema': {
    printed: `error[lake/bad-schema]: The table schema is not possible: two columns are named \`device_id\`
  why: Every reader must be able to tell the columns apart and to hold their types.
  help: Change the column or partition declaration that is named.

1 error
`,
  },
  'lake/commit-conflict': {
    printed: `error[lake/commit-conflict]: The commit to \`acme.gold.device_status\` cannot be applied: a file it deletes from was rewritten
  why: Another writer changed the same rows first. Nothing of this commit was applied.
  help: Stop the other writer of this table, then start again; the work is redone on the newest snapshot.

1 error
`,
  },
  'lake/disk-full': {
    printed: `error[lake/disk-full]: There is no space left to write \`/data/lake/acme/silver/devices/data/00042.parquet\`
  why: Nothing is committed until it is durable, so the run waits at its last checkpoint; no row is lost.
  help: Free space on that disk or raise the quota, then start again.

1 error
`,
  },
  'lake/foreign-location': {
    printed: `error[lake/foreign-location]: \`s3://globex-lake/silver/devices/a.parquet\` does not lie under \`s3://acme-lake\`
  why: A table is read and written only below the root of its own tenant.
  help: Open the lake by the same path or bucket it was written with; a moved table must be rewritten.

1 error
`,
  },
  'lake/missing-file': {
    printed: `error[lake/missing-file]: \`s3://acme-lake/silver/devices/data/00042.parquet\` belongs to a table but does not exist
  why: A live snapshot names the file, so rows or metadata of the table were deleted by something else.
  help: Restore the file from a backup or an older object version, or roll the table back to an earlier snapshot.

1 error
`,
  },
  'lake/no-such-bucket': {
    printed: `error[lake/no-such-bucket]: The bucket \`acme-lake\` does not exist
  why: Smelt never creates buckets: their policies come from the infrastructure.
  help: Create the bucket, or mend its name, region or endpoint in the environment.

1 error
`,
  },
  'lake/no-such-snapshot': {
    printed: `error[lake/no-such-snapshot]: \`acme.silver.devices\` has no snapshot or tag \`before-upgrade\`
  why: It was never made, or has expired.
  help: Choose one of the snapshots or tags that the table still has.

1 error
`,
  },
  'lake/not-a-folder': {
    printed: `error[lake/not-a-folder]: \`/data/lake/acme\` runs through a file
  why: The lake is a folder, and so is everything above its files.
  help: Name another path, or move the file away.

1 error
`,
  },
  'lake/null-in-required': {
    printed: `error[lake/null-in-required]: 3 rows for \`acme.silver.devices\` have null in \`device_id\`, which is required
  why: Readers rely on the promise of the schema.
  help: Make the column optional.

1 error
`,
  },
  'lake/schema-change-refused': {
    printed: `error[lake/schema-change-refused]: \`acme.silver.devices\` cannot change so: \`cpu_pct\` would change from \`double\` to \`string\`
  why: Files already written could no longer be read with the new schema.
  help: Add a new column instead, or have the table rewritten.

1 error
`,
  },
  'lake/store-failed': {
    printed: `error[lake/store-failed]: The object store failed at \`s3://acme-lake/state/checkpoints/00000042.json\`
  why: What was not confirmed as durable does not count as written.
  help: Read the cause below; the work is tried again from the last checkpoint.

1 error
`,
  },
  'lake/store-not-atomic': {
    printed: `error[lake/store-not-atomic]: \`s3://acme-lake\` does not create objects atomically: it let two writers create one object
  why: Commits rest on create-if-absent; on such a store two writers would overwrite each other and lose rows.
  help: Use a store that honours \`If-None-Match: *\` (Amazon S3, versitygw, MinIO), or a local folder.

1 error
`,
  },
  'lake/store-unavailable': {
    printed: `error[lake/store-unavailable]: The object store did not answer for \`s3://acme-lake/silver/devices\` in 5 attempts
  why: What was not confirmed as durable does not count as written.
  help: Check the endpoint and the network; the work is tried again from the last checkpoint.

1 error
`,
  },
  'lake/unknown-column': {
    printed: `error[lake/unknown-column]: \`acme.silver.devices\` has no column \`devise_id\`
  why: A column is addressed by its current name.
  help: Use a column of the current schema.

1 error
`,
  },
  'lake/unknown-data-file': {
    printed: `error[lake/unknown-data-file]: Rows of \`s3://acme-lake/gold/device_status/data/00007.parquet\` shall be deleted from \`acme.gold.device_status\`, but its partition is unknown
  why: A delete file lies in the partition of the data files it points at, or readers miss it.
  help: Run \`smelt doctor\` and report this.

1 error
`,
  },
  'lake/unsupported': {
    printed: `error[lake/unsupported]: \`s3://acme-lake/silver/devices/metadata/v7.metadata.json\` uses format version 3, which Smelt does not read
  why: Another program wrote it; reading on without it could give wrong rows.
  help: Rewrite the table without that feature with the program that added it.

1 error
`,
  },
  'lake/upkeep-failed': {
    printed: `warning[lake/upkeep-failed]: A table could not be kept fit to be read: There is no space left to write \`/data/lake/acme/silver/devices/data/00042.parquet\`
  why: No row is lost or changed by it; small files and old snapshots gather as long as it fails.
  help: It is tried again when it is due. If it fails each time, mend what the message names, then run \`smelt maintain\`.

1 warning
`,
  },
  'plan/aggregate-not-allowed': {
    input: `+++ pipelines/orders/pipeline.yaml
       amount: amount
+      extra: sum(amount)
`,
    printed: `error[plan/aggregate-not-allowed]: \`sum\` aggregates rows, and this expression sees one row
  pipelines/orders/pipeline.yaml:19:14
    18 |       amount: amount
    19 |       extra: sum(amount)
       |              ^^^
    20 |       ordered_at: ordered_at
  why: Only measures of a window see many rows.
  help: Move it to a measure.

1 error
`,
  },
  'plan/argument-count': {
    input: `+++ pipelines/orders/pipeline.yaml
       amount: amount
+      extra: lower(country, email)
`,
    printed: `error[plan/argument-count]: \`lower\` is given 2 arguments and takes 1
  pipelines/orders/pipeline.yaml:19:14
    18 |       amount: amount
    19 |       extra: lower(country, email)
       |              ^^^^^^^^^^^^^^^^^^^^^
    20 |       ordered_at: ordered_at
  why: Every expression is typed before anything runs, so that no record meets a type error.
  help: Give the arguments that the function takes, in its order.

1 error
`,
  },
  'plan/argument-type': {
    input: `+++ pipelines/orders/pipeline.yaml
       amount: amount
+      extra: lower(amount)
`,
    printed: `error[plan/argument-type]: \`text\` of \`lower\` must be string, and this is double
  pipelines/orders/pipeline.yaml:19:20
    18 |       amount: amount
    19 |       extra: lower(amount)
       |                    ^^^^^^
    20 |       ordered_at: ordered_at
  why: Every expression is typed before anything runs, so that no record meets a type error.
  help: Give a value of that type.

1 error
`,
  },
  'plan/argument-value': {
    input: `+++ pipelines/orders/pipeline.yaml
       amount: amount
+      extra: substring(country, 0)
`,
    printed: `error[plan/argument-value]: \`start\` of \`substring\` must be at least 1: positions count from 1
  pipelines/orders/pipeline.yaml:19:33
    18 |       amount: amount
    19 |       extra: substring(country, 0)
       |                                 ^
    20 |       ordered_at: ordered_at
  why: The function has no result for such an argument, or engines differ in it.
  help: Give a value that the function takes.

1 error
`,
  },
  'plan/bad-alert': {
    input: `+++ pipelines/orders/pipeline.yaml
     measures:
       orders: count(*)
       revenue: sum(amount)
+    emit: on_change
+    alert: { id: [window_start, country], to: [sales] }
+sinks:
+  sales: { kafka: revenue }
`,
    printed: `error[plan/bad-alert]: Rows of \`revenue\` cannot be sent so: they are replaced by newer ones
  pipelines/orders/pipeline.yaml:34:12
    33 |     emit: on_change
    34 |     alert: { id: [window_start, country], to: [sales] }
       |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    35 | sinks:
  why: An alert is sent once for a row that stays as it is, and to where it cannot come back from.
  help: Let a table with \`join\`, or with a \`window\` whose rows are written when it closes, have the alert, and send it to a topic that the pipeline does not read.

1 error
`,
  },
  'plan/bad-join': {
    input: `+++ pipelines/orders/pipeline.yaml
     measures:
       orders: count(*)
       revenue: sum(amount)
+  limited:
+    from: orders
+    join: { limit: { table: orders, as_of: ordered_at, on: limit.country = country } }
+    columns: { order_id: order_id }
`,
    printed: `error[plan/bad-join]: \`limited\` cannot be joined so: the source \`orders\` has no \`versioned_by\`
  pipelines/orders/pipeline.yaml:35:29
    34 |     from: orders
    35 |     join: { limit: { table: orders, as_of: ordered_at, on: limit.country = country } }
       |                             ^^^^^^
    36 |     columns: { order_id: order_id }
  why: A row is put beside the versions of one changelog that held at its time, all read before it, or beside the rows of one silver table that are near in time; both are found by an equality.
  help: Join a source with \`versioned_by\` and \`as_of\`, or a silver table and \`within\`, and let \`on\` have an equality of both sides such as \`rule.org = org\`.

1 error
`,
  },
  'plan/bad-literal': {
    input: `+++ pipelines/orders/pipeline.yaml
       amount: amount
+      extra: cast(1.234 as decimal(5, 2))
`,
    printed: `error[plan/bad-literal]: \`1.234\` is not a value: \`decimal(5, 2)\` does not hold it exactly
  pipelines/orders/pipeline.yaml:19:19
    18 |       amount: amount
    19 |       extra: cast(1.234 as decimal(5, 2))
       |                   ^^^^^
    20 |       ordered_at: ordered_at
  why: A literal is taken exactly as written or not at all.
  help: Write the value in one of the forms of the expression reference.

1 error
`,
  },
  'plan/bad-partition': {
    input: `+++ pipelines/orders/pipeline.yaml
     dedupe: { by: [order_id], within: 24h }
+    partition_by: [week(ordered_at)]
`,
    printed: `error[plan/bad-partition]: \`week(ordered_at)\` is not a partition transform
  pipelines/orders/pipeline.yaml:23:20
    22 |     dedupe: { by: [order_id], within: 24h }
    23 |     partition_by: [week(ordered_at)]
       |                    ^^^^^^^^^^^^^^^^
    24 |     checks:
  why: Tables are partitioned by Iceberg transforms of columns.
  help: Write a column, or one of \`year(c)\`, \`month(c)\`, \`day(c)\`, \`hour(c)\`, \`bucket(n, c)\`, \`truncate(n, c)\`.

1 error
`,
  },
  'plan/bad-reference': {
    input: `+++ pipelines/orders/pipeline.yaml
-  countries: { file: reference/countries.csv, key: [country] }
+  countries: { file: reference/countries.csv, key: [code] }
`,
    printed: `error[plan/bad-reference]: The reference \`pipelines/orders/reference/countries.csv\` cannot be used: it has no column \`code\`, which \`key\` names
  pipelines/orders/reference/countries.csv:1:1
    1 | country,region
      | ^^^^^^^^^^^^^^
    2 | de,emea
  \`key\` names it here: pipelines/orders/pipeline.yaml:11:53
    10 | references:
    11 |   countries: { file: reference/countries.csv, key: [code] }
       |                                                     ^^^^
    12 | silver:
  why: A lookup needs a table with named columns and one row per key.
  help: Name the column in the file, or let \`key\` name one that is there: \`country\`, \`region\`.

1 error
`,
  },
  'plan/bad-rename': {
    input: `+++ pipelines/orders/pipeline.yaml
 silver:
   orders:
     from: orders
     columns:
       order_id: order_id
+      nation: { expr: country, was: country }
       country: upper(country)
`,
    printed: `error[plan/bad-rename]: \`nation\` cannot have been \`country\`: \`country\` is still a column of the table
  pipelines/orders/pipeline.yaml:17:37
    16 |       order_id: order_id
    17 |       nation: { expr: country, was: country }
       |                                     ^^^^^^^
    18 |       country: upper(country)
  why: \`was\` hands the rows of a former column over to the one that has it, so the former one must be gone.
  help: Leave \`was\` out, or name the column that this one replaces.

1 error
`,
  },
  'plan/bad-slide': {
    input: `+++ pipelines/orders/pipeline.yaml
-    window: { tumbling: "\${params.window}" }
+    window: { sliding: 1h, slide: 25m }
`,
    printed: `error[plan/bad-slide]: Windows of \`1h\` cannot start every \`25m\`: the length is no multiple of it
  pipelines/orders/pipeline.yaml:28:35
    27 |     from: orders
    28 |     window: { sliding: 1h, slide: 25m }
       |                                   ^^^
    29 |     group_by: [country]
  why: Sliding windows are put together from pieces of one slide each, so a window is a whole number of them.
  help: Write a slide that is shorter than the window and divides it, such as \`15m\` for \`1h\`; or use \`tumbling\`.

1 error
`,
  },
  'plan/bad-version-key': {
    input: `+++ pipelines/orders/pipeline.yaml
     event_time: ordered_at
+    versioned_by: [amount]
`,
    printed: `error[plan/bad-version-key]: \`amount\` cannot be a key of \`versioned_by\`: it has type \`double\`
  pipelines/orders/pipeline.yaml:10:20
     9 |     event_time: ordered_at
    10 |     versioned_by: [amount]
       |                    ^^^^^^
    11 | references:
  why: Every version has a key, and a record with a null value names it in its key bytes alone, which hold texts and whole numbers.
  help: Name required fields of type string or long.

1 error
`,
  },
  'plan/cycle': {
    input: `+++ pipelines/orders/pipeline.yaml
 silver:
+  a: { from: b }
+  b: { from: a }
`,
    printed: `error[plan/cycle]: Tables read each other in a circle: \`a -> b -> a\`
  pipelines/orders/pipeline.yaml:13:14
    12 | silver:
    13 |   a: { from: b }
       |              ^
    14 |   b: { from: a }
  why: A table that needs itself can never be made.
  help: Let one of them read a source.

1 error
`,
  },
  'plan/event-time-type': {
    input: `+++ pipelines/orders/pipeline.yaml
-    event_time: ordered_at
+    event_time: order_id
`,
    printed: `error[plan/event-time-type]: The event time \`order_id\` has type \`string\`
  pipelines/orders/pipeline.yaml:9:17
     8 |     contract: contracts/orders.schema.json
     9 |     event_time: order_id
       |                 ^^^^^^^^
    10 | references:
  why: Windows, lateness and duplicates are decided on instants.
  help: Give the field \`format: date-time\` in the contract if it is RFC 3339 with a zone, write \`parse_timestamp(order_id, '<format>')\`, or take the time the broker has for the record: \`event_time: kafka_timestamp\`.

1 error
`,
  },
  'plan/expression-syntax': {
    input: `+++ pipelines/orders/pipeline.yaml
       amount: amount
+      extra: amount * * 2
`,
    printed: `error[plan/expression-syntax]: Found \`*\` where a column, a value, a function or \`(\` is expected
  pipelines/orders/pipeline.yaml:19:23
    18 |       amount: amount
    19 |       extra: amount * * 2
       |                       ^
    20 |       ordered_at: ordered_at
  why: The text is not an expression of the SQL subset.
  help: Mend the expression at the marked place.

1 error
`,
  },
  'plan/expression-too-deep': {
    input: `+++ pipelines/orders/pipeline.yaml
       amount: amount
+      extra: ‹(×100›amount‹)×100›
`,
    printed: `error[plan/expression-too-deep]: The expression is nested deeper than 48 levels
  pipelines/orders/pipeline.yaml:19:62
    18 |       amount: amount
    19 |       extra: ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((amount)))))))))))))))))))))…
       |                                                              ^
    20 |       ordered_at: ordered_at
  why: Depth is bounded so that every expression compiles and runs in bounded space.
  help: Split it over several columns, or write a chain of \`or\` as \`in (...)\`.

1 error
`,
  },
  'plan/expression-too-large': {
    input: `+++ pipelines/orders/pipeline.yaml
       amount: amount
+      extra: country in (‹'DE', ×11000›'FR')
`,
    printed: `error[plan/expression-too-large]: The expression has more than 10000 parts
  pipelines/orders/pipeline.yaml:19:14
    18 |       amount: amount
    19 |       extra: country in ('DE', 'DE', 'DE', 'DE', 'DE', 'DE', 'DE', 'DE', 'DE', 'DE', 'DE', 'DE', 'DE', 'DE', 'DE', 'DE', 'DE', 'DE', 'DE', '…
       |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    20 |       ordered_at: ordered_at
  why: Size is bounded so that every expression compiles and runs in bounded space.
  help: Split it over several columns, or put the values in a reference and look them up.

1 error
`,
  },
  'plan/forbidden-cast': {
    input: `+++ pipelines/orders/pipeline.yaml
       amount: amount
+      extra: cast(country as long)
`,
    printed: `error[plan/forbidden-cast]: string cannot be cast to long
  pipelines/orders/pipeline.yaml:19:14
    18 |       amount: amount
    19 |       extra: cast(country as long)
       |              ^^^^^^^^^^^^^^^^^^^^^
    20 |       ordered_at: ordered_at
  why: Casts between these types lose data or differ between engines.
  help: Declare the field as a number in the contract.

1 error
`,
  },
  'plan/kept-for-ever': {
    input: `+++ pipelines/orders/pipeline.yaml
 name: orders
+retention: { silver: 90d }
@@
     dedupe: { by: [order_id], within: 24h }
+    partition_by: [country]
`,
    printed: `warning[plan/kept-for-ever]: The retention of silver tables does not reach \`silver.orders\`: it is not partitioned by a time
  pipelines/orders/pipeline.yaml:14:3
    13 | silver:
    14 |   orders:
       |   ^^^^^^
    15 |     from: orders
  why: Rows go by whole partitions of the lake, once all of a partition is too old. The rows of this table are kept for ever.
  help: Partition it by a time, such as \`partition_by: [day(reported_at)]\`.

1 warning
`,
  },
  'plan/latest-needs-event-time': {
    input: `+++ pipelines/orders/pipeline.yaml
-      ordered_at: ordered_at
@@
-  revenue:
-    from: orders
-    window: { tumbling: "\${params.window}" }
-    group_by: [country]
-    measures:
-      orders: count(*)
-      revenue: sum(amount)
+  newest: { from: orders, latest_by: [order_id] }
`,
    printed: `error[plan/latest-needs-event-time]: \`newest\` keeps the latest row, but no column carries the event time
  pipelines/orders/pipeline.yaml:25:3
    24 | gold:
    25 |   newest: { from: orders, latest_by: [order_id] }
       |   ^^^^^^
  why: Which row is latest must be readable from the table itself.
  help: Add the source's event time field as a column of the silver table, and keep it in this one.

1 error
`,
  },
  'plan/lookup-keys': {
    input: `+++ pipelines/orders/pipeline.yaml
-      region: { lookup: countries.region, on: [country] }
+      region: { lookup: countries.region, on: [country, order_id] }
`,
    printed: `error[plan/lookup-keys]: Reference \`countries\` has 1 key column, \`on\` gives 2
  pipelines/orders/pipeline.yaml:21:25
    20 |       buyer: { expr: email, pii: hash }
    21 |       region: { lookup: countries.region, on: [country, order_id] }
       |                         ^^^^^^^^^^^^^^^^
    22 |     dedupe: { by: [order_id], within: 24h }
  why: A lookup finds at most one row, by the whole key.
  help: Give one expression per key column, in the order of the reference's \`key\`.

1 error
`,
  },
  'plan/misplaced-interval': {
    input: `+++ pipelines/orders/pipeline.yaml
       amount: amount
+      extra: interval '5' minute
`,
    printed: `error[plan/misplaced-interval]: An interval stands only right of \`+\` or \`-\`, next to a timestamp or a date
  pipelines/orders/pipeline.yaml:19:14
    18 |       amount: amount
    19 |       extra: interval '5' minute
       |              ^^^^^^^^^^^^^^^^^^^
    20 |       ordered_at: ordered_at
  why: There are no interval values: months have no fixed length, so they cannot be compared or stored.
  help: Write \`<timestamp> + interval '5' minute\`, or use \`date_add\` and \`date_diff\`.

1 error
`,
  },
  'plan/missing-file': {
    input: `+++ pipelines/orders/pipeline.yaml
-    contract: contracts/orders.schema.json
+    contract: contracts/order.schema.json
`,
    printed: `error[plan/missing-file]: The contract file \`pipelines/orders/contracts/order.schema.json\` does not exist
  pipelines/orders/pipeline.yaml:8:15
    7 |     topic: orders
    8 |     contract: contracts/order.schema.json
      |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^
    9 |     event_time: ordered_at
  why: The pipeline cannot be compiled without it.
  help: Create the file, or correct the path; paths are relative to the pipeline file.

1 error
`,
  },
  'plan/nested-aggregate': {
    input: `+++ pipelines/orders/pipeline.yaml
       revenue: sum(amount)
+      extra: sum(count(*))
`,
    printed: `error[plan/nested-aggregate]: \`count\` stands inside another aggregate
  pipelines/orders/pipeline.yaml:33:18
    32 |       revenue: sum(amount)
    33 |       extra: sum(count(*))
       |                  ^^^^^
  why: The arguments and the filter of an aggregate see one row.
  help: Aggregate in one table and aggregate again in a table that reads it.

1 error
`,
  },
  'plan/no-aggregate': {
    input: `+++ pipelines/orders/pipeline.yaml
       revenue: sum(amount)
+      extra: 1 + 1
`,
    printed: `error[plan/no-aggregate]: The measure aggregates nothing
  pipelines/orders/pipeline.yaml:33:14
    32 |       revenue: sum(amount)
    33 |       extra: 1 + 1
       |              ^^^^^
  why: A measure says what is computed over the rows of a group.
  help: Use an aggregate, for example \`count(*)\`.

1 error
`,
  },
  'plan/no-retention': {
    input: `+++ pipelines/orders/pipeline.yaml
       revenue: sum(amount)
+    emit: on_change
+    retention: 30d
`,
    printed: `error[plan/no-retention]: \`gold.revenue\` cannot have a \`retention\`: it keeps the row of each window current
  pipelines/orders/pipeline.yaml:34:16
    33 |     emit: on_change
    34 |     retention: 30d
       |                ^^^
  why: Rows go by whole partitions of the lake, once all of a partition is too old. So a table must be partitioned by a time, and its rows must not be replaced while the pipeline runs.
  help: Take \`retention\` of the table away, or partition it by a time such as \`day(reported_at)\`.

1 error
`,
  },
  'plan/not-a-source': {
    input: `+++ pipelines/orders/pipeline.yaml
 silver:
+  cleaned: { from: revenue }
`,
    printed: `error[plan/not-a-source]: \`revenue\` is a gold table; a silver table reads a source
  pipelines/orders/pipeline.yaml:13:20
    12 | silver:
    13 |   cleaned: { from: revenue }
       |                    ^^^^^^^
    14 |   orders:
  why: Silver is what validated records of one topic look like.
  help: Name one of the sources, or make this a gold table.

1 error
`,
  },
  'plan/not-aggregated': {
    input: `+++ pipelines/orders/pipeline.yaml
       revenue: sum(amount)
+      extra: sum(amount) / amount
`,
    printed: `error[plan/not-aggregated]: \`amount\` stands outside an aggregate
  pipelines/orders/pipeline.yaml:33:28
    32 |       revenue: sum(amount)
    33 |       extra: sum(amount) / amount
       |                            ^^^^^^
  why: A measure has one value per group, and the column one per row.
  help: Say which value is meant, for example \`max(amount)\`, or list it under \`group_by\`.

1 error
`,
  },
  'plan/not-an-aggregate': {
    input: `+++ pipelines/orders/pipeline.yaml
       revenue: sum(amount)
+      extra: sum(distinct amount)
`,
    printed: `error[plan/not-an-aggregate]: \`sum\` does not take \`distinct\`
  pipelines/orders/pipeline.yaml:33:14
    32 |       revenue: sum(amount)
    33 |       extra: sum(distinct amount)
       |              ^^^^^^^^^^^^^^^^^^^^
  why: The form belongs to aggregates, and not to all of them.
  help: Leave out \`distinct\`.

1 error
`,
  },
  'plan/not-boolean': {
    input: `+++ pipelines/orders/pipeline.yaml
       amount: amount
+      extra: not amount
`,
    printed: `error[plan/not-boolean]: What \`not\` denies must be a boolean, and this is double
  pipelines/orders/pipeline.yaml:19:18
    18 |       amount: amount
    19 |       extra: not amount
       |                  ^^^^^^
    20 |       ordered_at: ordered_at
  why: Only true, false and null decide a condition; no other value is taken for one.
  help: Compare it with something, for example \`> 0\` or \`is not null\`.

1 error
`,
  },
  'plan/odd-reference-value': {
    input: `+++ pipelines/orders/reference/countries.csv
-country,region
-de,emea
-us,amer
+country,region,since
+de,emea,2019-04-01
+us,amer,2019-06-01
+fr,emea,2020-13-01
+jp,apac,2021-02-01
+br,amer,2021-05-01
`,
    printed: `warning[plan/odd-reference-value]: \`since\` is text because of \`2020-13-01\`: 4 of its 5 values are of type \`date\`
  pipelines/orders/reference/countries.csv:4:9
    3 | us,amer,2019-06-01
    4 | fr,emea,2020-13-01
      |         ^^^^^^^^^^
    5 | jp,apac,2021-02-01
  why: A column has a type that every value of it has, so one mistyped value makes the whole column text.
  help: Correct the value, or leave it empty; a column that is meant to be text can stay.

1 warning
`,
  },
  'plan/operand-type': {
    input: `+++ pipelines/orders/pipeline.yaml
       amount: amount
+      extra: country * 2
`,
    printed: `error[plan/operand-type]: \`*\` takes numbers, and this is string
  pipelines/orders/pipeline.yaml:19:14
    18 |       amount: amount
    19 |       extra: country * 2
       |              ^^^^^^^
    20 |       ordered_at: ordered_at
  why: Every expression is typed before anything runs, so that no record meets a type error.
  help: Join text with \`||\`.

1 error
`,
  },
  'plan/outside-project': {
    input: `+++ pipelines/orders/pipeline.yaml
-    contract: contracts/orders.schema.json
+    contract: ../shared/orders.schema.json
`,
    printed: `error[plan/outside-project]: The path \`../shared/orders.schema.json\` leads out of the pipeline's folder
  pipelines/orders/pipeline.yaml:8:15
    7 |     topic: orders
    8 |     contract: ../shared/orders.schema.json
      |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    9 |     event_time: ordered_at
  why: A pipeline reads only its own files.
  help: Move the file into the pipeline folder and use a relative path.

1 error
`,
  },
  'plan/pii-type': {
    input: `+++ pipelines/orders/pipeline.yaml
-      buyer: { expr: email, pii: hash }
+      buyer: { expr: amount, pii: hash }
`,
    printed: `error[plan/pii-type]: \`buyer\` has type \`double\`, which cannot be hashed or masked
  pipelines/orders/pipeline.yaml:20:35
    19 |       ordered_at: ordered_at
    20 |       buyer: { expr: amount, pii: hash }
       |                                   ^^^^
    21 |       region: { lookup: countries.region, on: [country] }
  why: Hashing and masking are defined on text (hashing on whole numbers too), so that every engine gives the same.
  help: Hide the text it is made from, or use \`pii: drop\`.

1 error
`,
  },
  'plan/precision-too-large': {
    input: `+++ pipelines/orders/pipeline.yaml
       amount: amount
+      extra: cast(amount as decimal(38, 0)) * cast(amount as decimal(38, 0))
`,
    printed: `error[plan/precision-too-large]: The result of \`*\` needs 76 digits; a decimal has at most 38
  pipelines/orders/pipeline.yaml:19:14
    18 |       amount: amount
    19 |       extra: cast(amount as decimal(38, 0)) * cast(amount as decimal(38, 0))
       |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    20 |       ordered_at: ordered_at
  why: A decimal keeps every digit, so its type must be able to hold every result.
  help: Cast an operand to a decimal with fewer digits first.

1 error
`,
  },
  'plan/reserved-name': {
    input: `+++ pipelines/orders/pipeline.yaml
       amount: amount
+      kafka_offset: 1
`,
    printed: `error[plan/reserved-name]: \`kafka_offset\` is a name that Smelt or Iceberg keeps for itself
  pipelines/orders/pipeline.yaml:19:7
    18 |       amount: amount
    19 |       kafka_offset: 1
       |       ^^^^^^^^^^^^
    20 |       ordered_at: ordered_at
  why: Lineage columns and window bounds are added to tables under fixed names; names with a leading underscore are internal.
  help: Choose another name.

1 error
`,
  },
  'plan/unknown-column': {
    input: `+++ pipelines/orders/pipeline.yaml
       amount: amount
+      extra: upper(contry)
`,
    printed: `error[plan/unknown-column]: No column \`contry\` is in scope
  pipelines/orders/pipeline.yaml:19:20
    18 |       amount: amount
    19 |       extra: upper(contry)
       |                    ^^^^^^
    20 |       ordered_at: ordered_at
  \`country\` is defined here: pipelines/orders/contracts/orders.schema.json:7:5
    6 |     "order_id": { "type": "string" },
    7 |     "country": { "type": "string" },
      |     ^^^^^^^^^
    8 |     "amount": { "type": "number" },
  why: A name in an expression is a column of the table it stands on.
  help: Did you mean \`country\`?
  fix (maybe): Write \`country\`
    - extra: upper(contry)
    + extra: upper(country)

1 error
`,
  },
  'plan/unknown-field': {
    input: `+++ pipelines/orders/pipeline.yaml
       amount: amount
+      extra: address.town
`,
    printed: `error[plan/unknown-field]: \`address\` has no field \`town\`
  pipelines/orders/pipeline.yaml:19:22
    18 |       amount: amount
    19 |       extra: address.town
       |                      ^^^^
    20 |       ordered_at: ordered_at
  why: Only the fields of an object that its contract declares can be read.
  help: Use a field that the contract declares.

1 error
`,
  },
  'plan/unknown-function': {
    input: `+++ pipelines/orders/pipeline.yaml
       amount: amount
+      extra: uper(country)
`,
    printed: `error[plan/unknown-function]: There is no function \`uper\`
  pipelines/orders/pipeline.yaml:19:14
    18 |       amount: amount
    19 |       extra: uper(country)
       |              ^^^^
    20 |       ordered_at: ordered_at
  why: An expression must mean the same on every engine, so only the portable functions and forms exist.
  help: Did you mean \`upper\`?
  fix (maybe): Write \`upper\`
    - extra: uper(country)
    + extra: upper(country)

1 error
`,
  },
  'plan/unknown-name': {
    input: `+++ pipelines/orders/pipeline.yaml
-  revenue:
-    from: orders
+  revenue:
+    from: ordres
`,
    printed: `error[plan/unknown-name]: There is no silver table \`ordres\`
  pipelines/orders/pipeline.yaml:27:11
    26 |   revenue:
    27 |     from: ordres
       |           ^^^^^^
    28 |     window: { tumbling: "\${params.window}" }
  \`orders\` is defined here: pipelines/orders/pipeline.yaml:13:3
    12 | silver:
    13 |   orders:
       |   ^^^^^^
    14 |     from: orders
  why: Every name must be declared in the pipeline that uses it.
  help: Did you mean \`orders\`?
  fix (maybe): Write \`orders\`
    - from: ordres
    + from: orders

1 error
`,
  },
  'plan/unknown-type': {
    input: `+++ pipelines/orders/pipeline.yaml
       amount: amount
+      extra: cast(amount as int)
`,
    printed: `error[plan/unknown-type]: There is no type \`int\`
  pipelines/orders/pipeline.yaml:19:29
    18 |       amount: amount
    19 |       extra: cast(amount as int)
       |                             ^^^
    20 |       ordered_at: ordered_at
  why: Types are \`boolean\`, \`long\`, \`double\`, \`decimal(p, s)\`, \`string\`, \`date\` and \`timestamp\`.
  help: Did you mean \`long\`?

1 error
`,
  },
  'plan/unlike-types': {
    input: `+++ pipelines/orders/pipeline.yaml
       amount: amount
+      extra: amount = country
`,
    printed: `error[plan/unlike-types]: \`=\` is given double and string
  pipelines/orders/pipeline.yaml:19:14
    18 |       amount: amount
    19 |       extra: amount = country
       |              ^^^^^^^^^^^^^^^^
    20 |       ordered_at: ordered_at
  why: Values of unlike types are never converted in silence.
  help: Write the number without quotes, or declare the field as a number in the contract.

1 error
`,
  },
  'plan/unportable-function': {
    input: `+++ pipelines/orders/pipeline.yaml
       amount: amount
+      extra: now()
`,
    printed: `error[plan/unportable-function]: \`now\` is not available: its result changes from run to run, and tables must not
  pipelines/orders/pipeline.yaml:19:14
    18 |       amount: amount
    19 |       extra: now()
       |              ^^^
    20 |       ordered_at: ordered_at
  why: An expression must mean the same on every engine, so only the portable functions and forms exist.
  help: Use the event time, or the columns of the record.

1 error
`,
  },
  'plan/unportable-pattern': {
    input: `+++ pipelines/orders/pipeline.yaml
       amount: amount
+      extra: regex_like(country, '[A-Z]+$')
`,
    printed: `error[plan/unportable-pattern]: The pattern holds \`$\`: engines differ before a final line feed; write \`\\z\`
  pipelines/orders/pipeline.yaml:19:41
    18 |       amount: amount
    19 |       extra: regex_like(country, '[A-Z]+$')
       |                                         ^
    20 |       ordered_at: ordered_at
  why: Regular expressions are limited to what every engine reads alike.
  help: Write the pattern without it.

1 error
`,
  },
  'plan/untyped-null': {
    input: `+++ pipelines/orders/pipeline.yaml
       amount: amount
+      extra: coalesce(null, null)
`,
    printed: `error[plan/untyped-null]: Nothing says which type this null has
  pipelines/orders/pipeline.yaml:19:23
    18 |       amount: amount
    19 |       extra: coalesce(null, null)
       |                       ^^^^
    20 |       ordered_at: ordered_at
  why: Every expression is typed before anything runs, so that no record meets a type error.
  help: Write \`cast(null as <type>)\`.

1 error
`,
  },
  'plan/wrong-type': {
    input: `+++ pipelines/orders/pipeline.yaml
-      positive: amount > 0
+      positive: amount
`,
    printed: `error[plan/wrong-type]: The check \`positive\` must be true or false, not \`double\`
  pipelines/orders/pipeline.yaml:24:17
    23 |     checks:
    24 |       positive: amount
       |                 ^^^^^^
    25 | gold:
  why: Types are checked before anything runs, so that no record meets the mistake.
  help: Change the expression so that it has the expected type.

1 error
`,
  },
  'record/check-failed': {
    printed: `error[record/check-failed]: The check \`cpu_in_range\` is false
  why: The check declares \`on_fail: quarantine\`.
  help: Mend the producer; once the contract or the pipeline accepts the record, replay it from quarantine.

1 error
`,
  },
  'record/contract-violation': {
    printed: `error[record/contract-violation]: The value does not satisfy the contract: \`/cpu_pct\` must be number
  why: Silver tables hold only what the contract promises.
  help: Mend the producer; once the contract or the pipeline accepts the record, replay it from quarantine.

1 error
`,
  },
  'record/duplicate-key': {
    printed: `error[record/duplicate-key]: An object has the key \`device_id\` twice
  why: Readers differ in which of the two they keep, so neither can be trusted.
  help: Mend the producer; once the contract or the pipeline accepts the record, replay it from quarantine.

1 error
`,
  },
  'record/empty-value': {
    printed: `error[record/empty-value]: The record has a value of zero bytes
  why: Zero bytes are not a JSON value.
  help: Mend the producer; once the contract or the pipeline accepts the record, replay it from quarantine.

1 error
`,
  },
  'record/future-event-time': {
    printed: `error[record/future-event-time]: The event time is more than 1h past the broker timestamp
  why: One wrong clock must not make every other record late.
  help: Set the clock of the producer, or raise \`max_ahead\` of the source.

1 error
`,
  },
  'record/late': {
    printed: `error[record/late]: The window of \`fleet_health\` that holds this record was closed already
  why: A closed window is final, and a row of a join waits for others only so long; the record itself is in its silver table.
  help: Raise \`watermark\` of the source if such lateness is usual.

1 error
`,
  },
  'record/lone-surrogate': {
    printed: `error[record/lone-surrogate]: A string holds an escape that is half of a surrogate pair
  why: Such text has no UTF-8 form and cannot be stored unchanged.
  help: Mend the producer; once the contract or the pipeline accepts the record, replay it from quarantine.

1 error
`,
  },
  'record/lookup-missing': {
    printed: `error[record/lookup-missing]: \`os_eol\` found no row in reference \`os_catalog\`
  why: The lookup declares \`missing: quarantine\`.
  help: Add the key to the reference file, then replay the record.

1 error
`,
  },
  'record/no-event-time': {
    printed: `error[record/no-event-time]: The event time field \`reported_at\` is missing or null
  why: Without an event time the record has no place in a window and cannot move the watermark.
  help: Mend the producer; once the contract or the pipeline accepts the record, replay it from quarantine.

1 error
`,
  },
  'record/not-json': {
    printed: `error[record/not-json]: The value is not one JSON value: it ends in the middle of a value
  why: Only a complete JSON value can be checked against the contract.
  help: Mend the producer; once the contract or the pipeline accepts the record, replay it from quarantine.

1 error
`,
  },
  'record/not-utf8': {
    printed: `error[record/not-utf8]: The value is not valid UTF-8
  why: JSON is UTF-8 text; guessing an encoding would change data.
  help: Mend the producer; once the contract or the pipeline accepts the record, replay it from quarantine.

1 error
`,
  },
  'record/null-value': {
    printed: `error[record/null-value]: The record has a null value
  why: A null value deletes the row of a key, and this source declares no key, or the key bytes of the record do not name it.
  help: Send a value, or declare the source \`versioned_by\` its key and send the key: the text of the one key field, or a JSON object of all of them.

1 error
`,
  },
  'record/number-out-of-range': {
    printed: `error[record/number-out-of-range]: The number \`1e400\` cannot be held by its type
  why: A number is stored exactly as its type says or not at all; it is never wrapped or made infinite.
  help: Mend the producer; once the contract or the pipeline accepts the record, replay it from quarantine.

1 error
`,
  },
  'record/overflow': {
    printed: `error[record/overflow]: The expression of \`disk_free_pct\` has a result that its type cannot hold
  why: A number is never wrapped, rounded or made infinite in silence.
  help: Mend the producer; once the contract or the pipeline accepts the record, replay it from quarantine.

1 error
`,
  },
  'record/oversized': {
    printed: `error[record/oversized]: The value has 2097152 bytes; at most 1048576 are parsed
  why: One huge record must not hold up or starve the others.
  help: Raise \`max_record_bytes\` of the source, or send smaller records.

1 error
`,
  },
  'record/too-deep': {
    printed: `error[record/too-deep]: The value is nested deeper than 64 levels
  why: Depth is bounded so that no record can exhaust a parser.
  help: Mend the producer; once the contract or the pipeline accepts the record, replay it from quarantine.

1 error
`,
  },
  'record/too-old': {
    printed: `error[record/too-old]: The event time is more than 7d before the newest of its topic partition
  why: State older than the horizon is dropped, so the record could not be handled as the others were.
  help: Raise \`horizon\` of the source if such records are expected.

1 error
`,
  },
  'spec/bad-name': {
    input: `+++ pipelines/orders/pipeline.yaml
-gold:
-  revenue:
+gold:
+  net-revenue:
`,
    printed: `error[spec/bad-name]: \`net-revenue\` cannot be a name here: use lower-case letters, digits and underscores, a letter first, at most 64
  pipelines/orders/pipeline.yaml:26:3
    25 | gold:
    26 |   net-revenue:
       |   ^^^^^^^^^^^
    27 |     from: orders
  why: Names become tables, columns and paths that every reader must be able to write.
  help: Choose another name: use lower-case letters, digits and underscores, a letter first, at most 64.

1 error
`,
  },
  'spec/bad-placeholder': {
    input: `+++ pipelines/orders/pipeline.yaml
-    window: { tumbling: "\${params.window}" }
+    window: { tumbling: "\${params.window" }
`,
    printed: `error[spec/bad-placeholder]: \`\${params.window\` is not a placeholder
  pipelines/orders/pipeline.yaml:28:26
    27 |     from: orders
    28 |     window: { tumbling: "\${params.window" }
       |                          ^^^^^^^^^^^^^^^
    29 |     group_by: [country]
  why: Every \`\${\` starts a placeholder.
  help: Write \`\${params.name}\`, \`\${env.NAME}\`, \`\${env.NAME:-default}\` or \`\${secrets.NAME}\`; for the two characters themselves write \`$\${\`.

1 error
`,
  },
  'spec/bad-value': {
    input: `+++ pipelines/orders/pipeline.yaml
-    dedupe: { by: [order_id], within: 24h }
+    dedupe: { by: [order_id], within: one day }
`,
    printed: `error[spec/bad-value]: \`silver.orders.dedupe.within\` must be a duration above zero such as \`5m\`, not \`one day\`
  pipelines/orders/pipeline.yaml:22:39
    21 |       region: { lookup: countries.region, on: [country] }
    22 |     dedupe: { by: [order_id], within: one day }
       |                                       ^^^^^^^
    23 |     checks:
  why: The value has no meaning here.
  help: Write a duration above zero such as \`5m\`.

1 error
`,
  },
  'spec/conflicting-fields': {
    input: `+++ pipelines/orders/pipeline.yaml
     group_by: [country]
+    latest_by: [country]
`,
    printed: `error[spec/conflicting-fields]: \`gold.revenue\` has both \`latest_by\` and \`window\`
  pipelines/orders/pipeline.yaml:30:5
    29 |     group_by: [country]
    30 |     latest_by: [country]
       |     ^^^^^^^^^
    31 |     measures:
  \`window\` stands here: pipelines/orders/pipeline.yaml:28:5
    27 |     from: orders
    28 |     window: { tumbling: "\${params.window}" }
       |     ^^^^^^
    29 |     group_by: [country]
  why: The two exclude each other, so one of them would be ignored.
  help: Keep either \`latest_by\` or \`window\`.

1 error
`,
  },
  'spec/deprecated-field': {
    printed: `warning[spec/deprecated-field]: \`silver.devices\` writes \`old_spelling\`, which is now called \`new_spelling\`
  why: The old spelling still means the same, and goes away in a later version.
  help: Write \`new_spelling\`.

1 warning
`,
  },
  'spec/duplicate-entry': {
    input: `+++ pipelines/orders/pipeline.yaml
-    dedupe: { by: [order_id], within: 24h }
+    dedupe: { by: [order_id, order_id], within: 24h }
`,
    printed: `error[spec/duplicate-entry]: \`silver.orders.dedupe.by\` lists \`order_id\` twice
  pipelines/orders/pipeline.yaml:22:30
    21 |       region: { lookup: countries.region, on: [country] }
    22 |     dedupe: { by: [order_id, order_id], within: 24h }
       |                              ^^^^^^^^
    23 |     checks:
  why: The second entry would be ignored.
  help: Remove one of the two.

1 error
`,
  },
  'spec/linked-away': {
    printed: `error[spec/linked-away]: \`pipelines/orders/pipeline.yaml\` leads out of \`pipelines/orders\` by a link
  why: What lies behind it may be of another tenant, or a secret, and a file that is wrong is shown. So it is not read.
  help: Put the file itself in the place of the link. Links within the folder are fine.

1 error
`,
  },
  'spec/login-in-address': {
    input: `+++ smelt.yaml
-    broker: { topic_log: .smelt/topics }
+    broker: { kafka: { bootstrap: "smelt:hunter2@localhost:9092" } }
`,
    printed: `error[spec/login-in-address]: \`environments.local.broker.kafka.bootstrap\` holds a user or a password in front of the host
  smelt.yaml:5:35
    4 |   local:
    5 |     broker: { kafka: { bootstrap: **********************************
      |                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    6 |     lake: { folder: .smelt/lake }
  why: A secret in a file ends in version control, in logs and in plans; an address is shown in all of them.
  help: Write the server without them, and name them in \`sasl\`, its \`password\` as \`\${secrets.NAME}\`.

1 error
`,
  },
  'spec/missing-choice': {
    input: `+++ smelt.yaml
-    lake: { folder: .smelt/lake }
+    lake: {}
`,
    printed: `error[spec/missing-choice]: \`environments.local.lake\` needs one of \`folder\`, \`s3\`
  smelt.yaml:6:5
    5 |     broker: { topic_log: .smelt/topics }
    6 |     lake: {}
      |     ^^^^
  why: The fields are alternatives, and none of them is the default.
  help: Add one of them.

1 error
`,
  },
  'spec/missing-env': {
    input: `+++ smelt.yaml
-    lake: { folder: .smelt/lake }
+    lake: { folder: "\${env.LAKE}" }
`,
    printed: `error[spec/missing-env]: The environment variable \`LAKE\` is not set
  smelt.yaml:6:22
    5 |     broker: { topic_log: .smelt/topics }
    6 |     lake: { folder: "\${env.LAKE}" }
      |                      ^^^^^^^^^^^
  why: The file uses it without a default.
  help: Set \`LAKE\`, or give a default: \`\${env.LAKE:-value}\`.

1 error
`,
  },
  'spec/missing-field': {
    input: `+++ pipelines/orders/pipeline.yaml
-    event_time: ordered_at
-references:
+references:
`,
    printed: `error[spec/missing-field]: \`sources.orders\` needs the field \`event_time\`
  pipelines/orders/pipeline.yaml:6:3
    5 | sources:
    6 |   orders:
      |   ^^^^^^
    7 |     topic: orders
  why: The field has no default that would be right for everybody.
  help: Add it, for example \`event_time: reported_at\`.

1 error
`,
  },
  'spec/missing-file': {
    input: `without smelt.yaml
`,
    printed: `error[spec/missing-file]: There is no file \`smelt.yaml\`
  why: The project cannot be read without it.
  help: Run the command in the root of a project, or add the file with its \`environments\`.

1 error
`,
  },
  'spec/missing-param': {
    printed: `error[spec/missing-param]: The param \`window\` has no value
  why: The param has no default, and none was given.
  help: Give \`window\` under \`params\` of the pipeline in the tenant's file, or declare a default.

1 error
`,
  },
  'spec/name-not-folder': {
    input: `+++ pipelines/orders/pipeline.yaml
-name: orders
+name: order-stream
`,
    printed: `error[spec/name-not-folder]: The pipeline is named \`order-stream\` but stands in the folder \`orders\`
  pipelines/orders/pipeline.yaml:2:7
    1 | smelt: 1
    2 | name: order-stream
      |       ^^^^^^^^^^^^
    3 | params:
  why: A pipeline is found by its folder, and its tables by its name; two names for one thing mislead.
  help: Write \`name: orders\`, or rename the folder.
  fix (maybe): Write \`orders\`
    - name: order-stream
    + name: orders

1 error
`,
  },
  'spec/no-pipeline-file': {
    input: `+++ pipelines/returns/pipeline.yml
+smelt: 1
`,
    printed: `error[spec/no-pipeline-file]: The folder \`pipelines/returns\` holds no \`pipeline.yaml\`
  pipelines/returns/pipeline.yml:1:1
  why: Every folder under \`pipelines/\` is one pipeline, and nothing there is ever ignored.
  help: Rename \`pipeline.yml\` to \`pipeline.yaml\`.

1 error
`,
  },
  'spec/no-value': {
    input: `+++ pipelines/orders/pipeline.yaml
-    topic: orders
+    topic:
`,
    printed: `error[spec/no-value]: \`sources.orders.topic\` has no value
  pipelines/orders/pipeline.yaml:7:5
    6 |   orders:
    7 |     topic:
      |     ^^^^^
    8 |     contract: contracts/orders.schema.json
  why: A key without a value could mean anything.
  help: Write a topic name of letters, digits, \`.\`, \`_\` and \`-\`, or remove the key.

1 error
`,
  },
  'spec/not-available-yet': {
    input: `+++ smelt.yaml
     lake: { folder: .smelt/lake }
+    engine: { flink: { url: http://127.0.0.1:8083 } }
`,
    printed: `error[spec/not-available-yet]: \`flink\` is not available yet in this version
  smelt.yaml:7:15
    6 |     lake: { folder: .smelt/lake }
    7 |     engine: { flink: { url: http://127.0.0.1:8083 } }
      |               ^^^^^
  why: The word is reserved for a feature to come, and nothing in a file is ever ignored.
  help: Leave it out: the embedded engine runs the pipeline.

1 error
`,
  },
  'spec/not-utf8': {
    printed: `error[spec/not-utf8]: \`pipelines/orders/reference/countries.csv\` is not UTF-8: the byte \`0xE9\` is part of no character
  why: Text of another encoding would be read as other characters, which match no record.
  help: Save the file as UTF-8.

1 error
`,
  },
  'spec/params-not-here': {
    input: `+++ tenants/acme.yaml
-smelt: 1
+smelt: "\${params.version}"
`,
    printed: `error[spec/params-not-here]: \`\${params.version}\` cannot be used here
  tenants/acme.yaml:1:9
    1 | smelt: "\${params.version}"
      |         ^^^^^^^^^^^^^^^^^
    2 | pii_key: \${secrets.ACME_PII_KEY}
  why: Params belong to one pipeline: they are known in \`pipeline.yaml\` only, and not inside its own \`params\`.
  help: Write the value itself, or use \`\${env.NAME}\`.

1 error
`,
  },
  'spec/plain-secret': {
    input: `+++ tenants/acme.yaml
-pii_key: \${secrets.ACME_PII_KEY}
+pii_key: 9f86d081884c7d65
`,
    printed: `error[spec/plain-secret]: \`pii_key\` must name a secret
  tenants/acme.yaml:2:10
    1 | smelt: 1
    2 | pii_key: ****************
      |          ^^^^^^^^^^^^^^^^
    3 | pipelines:
  why: A secret in a file ends in version control, in logs and in plans.
  help: Write \`\${secrets.NAME}\` and put the value where the environment keeps its secrets.

1 error
`,
  },
  'spec/secret-in-text': {
    input: `+++ tenants/acme.yaml
-pii_key: \${secrets.ACME_PII_KEY}
+pii_key: v1-\${secrets.ACME_PII_KEY}
`,
    printed: `error[spec/secret-in-text]: The secret \`ACME_PII_KEY\` stands inside a longer text
  tenants/acme.yaml:2:13
    1 | smelt: 1
    2 | pii_key: **************************
      |             ^^^^^^^^^^^^^^^^^^^^^^^
    3 | pipelines:
  why: A secret is passed on by name and read at the last moment; a text around it would have to hold its value.
  help: Put the whole text in the secret, and let \`\${secrets.NAME}\` be the whole value.

1 error
`,
  },
  'spec/secret-not-allowed': {
    input: `+++ pipelines/orders/pipeline.yaml
-    topic: orders
+    topic: \${secrets.TOPIC}
`,
    printed: `error[spec/secret-not-allowed]: \`sources.orders.topic\` cannot hold the secret \`TOPIC\`
  pipelines/orders/pipeline.yaml:7:12
    6 |   orders:
    7 |     topic: \${secrets.TOPIC}
      |            ^^^^^^^^^^^^^^^^
    8 |     contract: contracts/orders.schema.json
  why: Only fields made for secrets keep them out of plans, logs and tables.
  help: Write the value itself, or use \`\${env.NAME}\` if it is not secret.

1 error
`,
  },
  'spec/secret-variable': {
    input: `+++ pipelines/orders/pipeline.yaml
-      region: { lookup: countries.region, on: [country] }
+      region: { expr: "'\${env.SMELT_SECRET_ACME_PII_KEY}'" }
`,
    printed: `error[spec/secret-variable]: The environment variable \`SMELT_SECRET_ACME_PII_KEY\` is a secret
  pipelines/orders/pipeline.yaml:21:25
    20 |       buyer: { expr: email, pii: hash }
    21 |       region: { expr: "'\${env.SMELT_SECRET_ACME_PII_KEY}'" }
       |                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    22 |     dedupe: { by: [order_id], within: 24h }
  why: The value of \`\${env.NAME}\` goes into plans, which are stored and shown.
  help: Name it as a secret, \`\${secrets.NAME}\`, in a field made for secrets; a variable that holds none needs a name that does not say so.

1 error
`,
  },
  'spec/shared-lake': {
    input: `+++ smelt.yaml
-    lake: { folder: .smelt/lake }
+    lake: { s3: { bucket: company-lake, region: eu-west-1 } }
`,
    printed: `error[spec/shared-lake]: Neither bucket \`company-lake\` nor its prefix holds \`{tenant}\`
  smelt.yaml:6:27
    5 |     broker: { topic_log: .smelt/topics }
    6 |     lake: { s3: { bucket: company-lake, region: eu-west-1 } }
      |                           ^^^^^^^^^^^^
  why: Two tenants must never share a root: access to it is what keeps them apart.
  help: Put \`{tenant}\` in \`bucket\` or in \`prefix\`, for example \`prefix: lake/{tenant}\`.

1 error
`,
  },
  'spec/unknown-choice': {
    input: `+++ pipelines/orders/pipeline.yaml
-      buyer: { expr: email, pii: hash }
+      buyer: { expr: email, pii: encrypt }
`,
    printed: `error[spec/unknown-choice]: \`silver.orders.columns.buyer.pii\` cannot be \`encrypt\`
  pipelines/orders/pipeline.yaml:20:34
    19 |       ordered_at: ordered_at
    20 |       buyer: { expr: email, pii: encrypt }
       |                                  ^^^^^^^
    21 |       region: { lookup: countries.region, on: [country] }
  why: The field takes one of a fixed set of words.
  help: Known values: \`hash\`, \`mask\`, \`drop\`.

1 error
`,
  },
  'spec/unknown-environment': {
    input: `+++ smelt.yaml
-default_environment: local
+default_environment: lokal
`,
    printed: `error[spec/unknown-environment]: There is no environment \`lokal\`
  smelt.yaml:2:22
    1 | smelt: 1
    2 | default_environment: lokal
      |                      ^^^^^
    3 | environments:
  \`local\` is defined here: smelt.yaml:4:3
    3 | environments:
    4 |   local:
      |   ^^^^^
    5 |     broker: { topic_log: .smelt/topics }
  why: An environment says where topics, lake and secrets are, so it must be declared.
  help: Did you mean \`local\`?
  fix (maybe): Write \`local\`
    - default_environment: lokal
    + default_environment: local

1 error
`,
  },
  'spec/unknown-field': {
    input: `+++ pipelines/orders/pipeline.yaml
-    topic: orders
+    topic: orders
+    retain: 30d
`,
    printed: `error[spec/unknown-field]: \`sources.orders\` has no field \`retain\`
  pipelines/orders/pipeline.yaml:8:5
    7 |     topic: orders
    8 |     retain: 30d
      |     ^^^^^^
    9 |     contract: contracts/orders.schema.json
  why: Nothing in a file is ever ignored, so a field that means nothing is an error.
  help: Known fields: \`topic\`, \`contract\`, \`event_time\`, \`watermark\`, \`max_ahead\`, \`horizon\`, \`max_skew\`, \`max_record_bytes\`, \`versioned_by\`.

1 error
`,
  },
  'spec/unknown-namespace': {
    input: `+++ pipelines/orders/pipeline.yaml
-    window: { tumbling: "\${params.window}" }
+    window: { tumbling: "\${param.window}" }
`,
    printed: `error[spec/unknown-namespace]: There is no namespace \`param\` for placeholders
  pipelines/orders/pipeline.yaml:28:26
    27 |     from: orders
    28 |     window: { tumbling: "\${param.window}" }
       |                          ^^^^^^^^^^^^^^^
    29 |     group_by: [country]
  why: A placeholder names where its value comes from.
  help: Did you mean \`params\`?
  fix (safe): Write \`params\`
    - window: { tumbling: "\${param.window}" }
    + window: { tumbling: "\${params.window}" }

1 error
`,
  },
  'spec/unknown-param': {
    input: `+++ pipelines/orders/pipeline.yaml
-    window: { tumbling: "\${params.window}" }
+    window: { tumbling: "\${params.windw}" }
`,
    printed: `error[spec/unknown-param]: The pipeline declares no param \`windw\`
  pipelines/orders/pipeline.yaml:28:26
    27 |     from: orders
    28 |     window: { tumbling: "\${params.windw}" }
       |                          ^^^^^^^^^^^^^^^
    29 |     group_by: [country]
  \`window\` is defined here: pipelines/orders/pipeline.yaml:4:3
    3 | params:
    4 |   window: { type: duration, default: 1h }
      |   ^^^^^^
    5 | sources:
  why: A param must be declared with its type before it is used.
  help: Did you mean \`window\`?
  fix (maybe): Write \`window\`
    - window: { tumbling: "\${params.windw}" }
    + window: { tumbling: "\${params.window}" }

1 error
`,
  },
  'spec/unread-source': {
    input: `+++ pipelines/orders/pipeline.yaml
-sources:
+sources:
+  returns: { topic: returns, contract: contracts/orders.schema.json, event_time: ordered_at }
`,
    printed: `info[spec/unread-source]: No silver table reads the source \`returns\`
  pipelines/orders/pipeline.yaml:6:3
    5 | sources:
    6 |   returns: { topic: returns, contract: contracts/orders.schema.json, event_time: ordered_at }
      |   ^^^^^^^
    7 |   orders:
  why: Its records are kept in bronze as they came, and never checked against the contract.
  help: Add a silver table, or leave it if the raw records are all you want.

1 note
`,
  },
  'spec/unsupported-version': {
    input: `+++ pipelines/orders/pipeline.yaml
-smelt: 1
+smelt: 2
`,
    printed: `error[spec/unsupported-version]: \`smelt: 2\` is not a format version that this release reads
  pipelines/orders/pipeline.yaml:1:8
    1 | smelt: 2
      |        ^
    2 | name: orders
  why: A file of another format version may mean something else by the same words.
  help: Write \`smelt: 1\`, or install the release that reads the version.

1 error
`,
  },
  'spec/unused-file': {
    input: `+++ pipelines/orders/reference/cities.csv
+city,country
+bonn,de
`,
    printed: `warning[spec/unused-file]: No reference of the pipeline \`orders\` uses \`pipelines/orders/reference/cities.csv\`
  pipelines/orders/reference/cities.csv:1:1
  why: A change of it would change nothing.
  help: Use it in \`pipeline.yaml\`, or delete it.

1 warning
`,
  },
  'spec/unused-name': {
    input: `+++ pipelines/orders/pipeline.yaml
-  window: { type: duration, default: 1h }
+  window: { type: duration, default: 1h }
+  currency: { type: string, default: EUR }
`,
    printed: `warning[spec/unused-name]: Nothing in the pipeline uses the param \`currency\`
  pipelines/orders/pipeline.yaml:5:3
    4 |   window: { type: duration, default: 1h }
    5 |   currency: { type: string, default: EUR }
      |   ^^^^^^^^
    6 | sources:
  why: It has no effect, or what should use it is missing.
  help: Use it, or remove it here and from the tenants.

1 warning
`,
  },
  'spec/wrong-type': {
    input: `+++ pipelines/orders/pipeline.yaml
-    topic: orders
+    topic: [orders]
`,
    printed: `error[spec/wrong-type]: \`sources.orders.topic\` must be a topic name of letters, digits, \`.\`, \`_\` and \`-\`, not a list
  pipelines/orders/pipeline.yaml:7:12
    6 |   orders:
    7 |     topic: [orders]
      |            ^^^^^^^^
    8 |     contract: contracts/orders.schema.json
  why: A value of another type is not converted in silence.
  help: Write a topic name of letters, digits, \`.\`, \`_\` and \`-\`.

1 error
`,
  },
  'sql/statement-failed': {
    printed: `error[sql/statement-failed]: The embedded engine could not run \`insert into silver_devices\`
  why: The batch could not be finished; nothing of it was committed.
  help: Look at the cause: a full disk and too small a \`memory_limit\` are the usual ones. Then start again.

1 error
`,
  },
  'stream/broker-unreachable': {
    printed: `error[stream/broker-unreachable]: The broker \`broker:9092\` cannot be reached: connection refused
  why: Records are read from and written to the broker; nothing can go on without it.
  help: Check that the broker runs, that the address is right and that TLS and SASL are set as its listener wants them.

1 error
`,
  },
  'stream/corrupt-batch': {
    printed: `error[stream/corrupt-batch]: The record batch at offset 1207 of topic partition \`acme.inventory-3\` is damaged: its checksum is wrong
  why: A batch whose checksum or structure is wrong would give wrong records.
  help: Look at the disks and replicas of the broker; restore the batch or delete the records up to it.

1 error
`,
  },
  'stream/denied': {
    printed: `error[stream/denied]: The broker refuses access to \`acme.inventory\`: TOPIC_AUTHORIZATION_FAILED
  why: The identity we connect with lacks a right, or was not accepted.
  help: Check user, password and mechanism, and grant DESCRIBE and READ on the topic (WRITE and CREATE to produce).

1 error
`,
  },
  'stream/invalid-topic-name': {
    printed: `error[stream/invalid-topic-name]: \`acme/inventory\` cannot be the name of a topic
  why: A topic's name has 1 to 249 letters, digits, \`.\`, \`_\` and \`-\`, and is neither \`.\` nor \`..\`.
  help: Choose a name of these characters.

1 error
`,
  },
  'stream/log-repaired': {
    printed: `info[stream/log-repaired]: The last 512 bytes of topic partition \`acme.inventory-3\` were an unfinished write and were cut off; the log ends at offset 1207
  why: A writer was stopped while it appended; a record that was never acknowledged is not in the log.
  help: Nothing; the producer sends the record again if it was not acknowledged.

1 note
`,
  },
  'stream/log-unwritable': {
    printed: `error[stream/log-unwritable]: The topic log of \`acme.inventory\` cannot be written: the disk is full
  why: A record counts as sent only when it is on the disk.
  help: Check the free space and the rights of the folder.

1 error
`,
  },
  'stream/offset-out-of-range': {
    printed: `error[stream/offset-out-of-range]: The offsets 1207 to 4999 of topic partition \`acme.inventory-3\` were deleted by the broker before they were read
  why: Jumping to another offset would lose or repeat records in silence.
  help: Raise the retention of the topic. To go on without the lost records, restart with \`--from empty\` or from a savepoint that is in range.

1 error
`,
  },
  'stream/reconnecting': {
    printed: `warning[stream/reconnecting]: The connection to \`broker:9092\` was lost (the broker closed the connection); trying again
  why: Reading goes on where it stopped once the broker is back.
  help: Look at the broker if this lasts.

1 warning
`,
  },
  'stream/request-failed': {
    printed: `error[stream/request-failed]: The broker did not carry out \`list offsets\`: NOT_ENOUGH_REPLICAS
  why: The broker answered with an error that trying again did not clear.
  help: Look at the log of the broker.

1 error
`,
  },
  'stream/topic-gone': {
    printed: `error[stream/topic-gone]: The topic \`acme.inventory\` was deleted while it was read
  why: The offsets of the checkpoint belong to records that are gone.
  help: Bring the topic back from a backup, or start the pipeline anew with \`--from empty\`.

1 error
`,
  },
  'stream/topic-locked': {
    printed: `error[stream/topic-locked]: The topic log of \`acme.inventory\` is being written by process 4711
  why: One process at a time appends to a topic log, so that offsets stay in order.
  help: Wait until the other process has ended, or produce through a Kafka broker.

1 error
`,
  },
  'stream/topic-recreated': {
    printed: `error[stream/topic-recreated]: The topic \`acme.inventory\` is not the one the offsets belong to: its id is another one
  why: Equal offsets would mean other records, so going on would lose or mix data.
  help: Start the pipeline anew with \`--from empty\` if the new topic is meant.

1 error
`,
  },
  'stream/unknown-codec': {
    printed: `error[stream/unknown-codec]: The record batch at offset 1207 of topic partition \`acme.inventory-3\` cannot be read: it is compressed by codec 7
  why: Only record batches of format 2 with gzip, snappy, lz4, zstd or no compression are understood.
  help: Have the producer use one of these, or rewrite the old part of the topic.

1 error
`,
  },
  'stream/unknown-partition': {
    printed: `error[stream/unknown-partition]: There is no topic partition \`acme.inventory-12\`
  why: A record can only be in a topic partition that its topic has.
  help: Name a topic partition that exists, or leave it out and let the key decide.

1 error
`,
  },
  'stream/unknown-topic': {
    printed: `error[stream/unknown-topic]: There is no topic \`acme.inventory\`
  why: A source is read from a topic that exists; it is never created by reading.
  help: Create \`acme.inventory\`, or correct the name in the pipeline.

1 error
`,
  },
  'tenant/account-is-id': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+id: t-7kq3m9t4dhm
+residency: [eu]
+classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }
+environments:
+  prod:
+    region: eu-central-1
+    account_id: t-7kq3m9t4dhm
+    vpc_ids: [vpc-0a4e76cf16be65766]
`,
    printed: `error[tenant/account-is-id]: \`account_id\` is \`t-7kq3m9t4dhm\`, which is the id of a tenant
  tenants/acme.yaml:8:17
    7 |     region: eu-central-1
    8 |     account_id: t-7kq3m9t4dhm
      |                 ^^^^^^^^^^^^^
    9 |     vpc_ids: [vpc-0a4e76cf16be65766]
  why: An account has twelve digits. Ids of tenants begin with \`t-\` so that the two cannot be swapped unseen.
  help: Write the twelve digits of the account, in quotes.

1 error
`,
  },
  'tenant/bad-id': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+id: t-7kq3n9t4dhm
`,
    printed: `error[tenant/bad-id]: \`t-7kq3n9t4dhm\` is misspelt: it is the id of no tenant
  tenants/acme.yaml:2:5
    1 | smelt: 1
    2 | id: t-7kq3n9t4dhm
      |     ^^^^^^^^^^^^^
    3 | pii_key: \${secrets.ACME_PII_KEY}
  why: The last letter of an id checks the ten symbols before it, and this one does not fit: a symbol is wrong, or two are swapped.
  help: Take the id from where it was first written. It is made once, by \`smelt tenant new\`, and never changes.

1 error
`,
  },
  'tenant/bad-instance': {
    printed: `$ smelt audit orders
error[tenant/bad-instance]: \`orders\` does not name an instance
  why: A pipeline runs for one tenant, so both must be named.
  help: Write \`tenant/pipeline\`, for example \`acme/inventory-compliance\`.
exit code 1
`,
  },
  'tenant/bad-key': {
    input: `+++ tenants/Acme_Corp.yaml
+smelt: 1
+pipelines:
+  orders: {}
`,
    printed: `error[tenant/bad-key]: \`Acme_Corp\` cannot be the key of a tenant
  tenants/Acme_Corp.yaml:1:1
    1 | smelt: 1
      | ^
    2 | pipelines:
  why: The key, which is the name of the file, becomes part of topics, buckets and namespaces, whose common rules are narrow.
  help: Rename the file: use 2 to 24 lower-case letters, digits and single hyphens, a letter first and no hyphen last.

1 error
`,
  },
  'tenant/bad-vpc-id': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+id: t-7kq3m9t4dhm
+residency: [eu]
+classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }
+environments:
+  prod:
+    region: eu-central-1
+    account_id: "111122223333"
+    vpc_ids: [vpc-0a4e76cf16be657664]
`,
    printed: `error[tenant/bad-vpc-id]: \`vpc-0a4e76cf16be657664\` is not the id of a network: it has 18 hexadecimal digits, not 8 or 17
  tenants/acme.yaml:9:15
     8 |     account_id: "111122223333"
     9 |     vpc_ids: [vpc-0a4e76cf16be657664]
       |               ^^^^^^^^^^^^^^^^^^^^^^
    10 | pii_key: \${secrets.ACME_PII_KEY}
  why: Only named networks reach the data. With an id that no network has, nobody does.
  help: Copy the id from where the network is managed: \`vpc-\` and 8 or 17 of the digits \`0\`-\`9\` and \`a\`-\`f\`.

1 error
`,
  },
  'tenant/classification-not-per-layer': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+id: t-7kq3m9t4dhm
+residency: [eu]
+classification: [GDPR]
+environments:
+  prod:
+    region: eu-central-1
+    account_id: "111122223333"
+    vpc_ids: [vpc-0a4e76cf16be65766]
`,
    printed: `error[tenant/classification-not-per-layer]: \`classification\` must have one level for each layer
  tenants/acme.yaml:4:17
    3 | residency: [eu]
    4 | classification: [GDPR]
      |                 ^^^^^^
    5 | environments:
  why: Raw records and hourly counts are not equally sensitive, and the level of a layer decides who reads it and how long it stays.
  help: Write \`bronze\`, \`silver\`, \`gold\` and \`quarantine\`, each with one of \`public\`, \`internal\`, \`confidential\`, \`gdpr\`.

1 error
`,
  },
  'tenant/derived-name': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+ha_dir: s3://acme-eu-west-datalake/ha
`,
    printed: `error[tenant/derived-name]: \`ha_dir\` is not written: it is worked out
  tenants/acme.yaml:2:1
    1 | smelt: 1
    2 | ha_dir: s3://acme-eu-west-datalake/ha
      | ^^^^^^
    3 | pii_key: \${secrets.ACME_PII_KEY}
  why: Every bucket, folder and address of a tenant comes from its id, environment, account and region. Two that were written by hand differ sooner or later.
  help: Remove the line. \`smelt tenant plan\` shows the names.

1 error
`,
  },
  'tenant/duplicate-id': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+id: t-7kq3m9t4dhm
+++ tenants/globex.yaml
+smelt: 1
+id: t-7kq3m9t4dhm
+pii_key: \${secrets.K}
+pipelines:
+  orders: {}
`,
    printed: `error[tenant/duplicate-id]: \`t-7kq3m9t4dhm\` is also the id of the tenant \`globex\`
  tenants/acme.yaml:2:5
    1 | smelt: 1
    2 | id: t-7kq3m9t4dhm
      |     ^^^^^^^^^^^^^
    3 | pii_key: \${secrets.ACME_PII_KEY}
  it is that of this tenant too: tenants/globex.yaml:2:5
    1 | smelt: 1
    2 | id: t-7kq3m9t4dhm
      |     ^^^^^^^^^^^^^
    3 | pii_key: \${secrets.K}
  why: Tenants of one id would own the same bucket, key and roles. Whose it is no file says, so none of them is planned, applied or run.
  help: Leave it to the one that had it first, which \`git log -S t-7kq3m9t4dhm -- tenants\` shows, and put back the id that the other had. One that never had any gets its own: \`smelt tenant new\` with its key prints one.

error[tenant/duplicate-id]: \`t-7kq3m9t4dhm\` is also the id of the tenant \`acme\`
  tenants/globex.yaml:2:5
    1 | smelt: 1
    2 | id: t-7kq3m9t4dhm
      |     ^^^^^^^^^^^^^
    3 | pii_key: \${secrets.K}
  it is that of this tenant too: tenants/acme.yaml:2:5
    1 | smelt: 1
    2 | id: t-7kq3m9t4dhm
      |     ^^^^^^^^^^^^^
    3 | pii_key: \${secrets.ACME_PII_KEY}
  why: Tenants of one id would own the same bucket, key and roles. Whose it is no file says, so none of them is planned, applied or run.
  help: Leave it to the one that had it first, which \`git log -S t-7kq3m9t4dhm -- tenants\` shows, and put back the id that the other had. One that never had any gets its own: \`smelt tenant new\` with its key prints one.

2 errors
`,
  },
  'tenant/duplicate-key': {
    input: `+++ tenants/acme.yml
+smelt: 1
+pipelines:
+  orders: {}
`,
    printed: `error[tenant/duplicate-key]: \`tenants/acme.yaml\` and \`tenants/acme.yml\` are both the tenant \`acme\`
  tenants/acme.yml:1:1
    1 | smelt: 1
      | ^
    2 | pipelines:
  why: The key of a tenant is the name of its file, and two tenants of one key would write into each other.
  help: Rename or remove one of the files.

1 error
`,
  },
  'tenant/duplicate-table': {
    input: `+++ tenants/acme.yaml
-  orders:
+  orders:
+  returns:
+++ pipelines/returns/pipeline.yaml
+smelt: 1
+name: returns
+sources: { returns: { topic: returns, contract: contracts/returns.schema.json, event_time: returned_at } }
+silver:
+  orders: { from: returns }
+++ pipelines/returns/contracts/returns.schema.json
+{ "type": "object", "properties": { "returned_at": { "type": "string", "format": "date-time" } } }
`,
    printed: `error[tenant/duplicate-table]: \`orders\` and \`returns\` both make the table \`silver.orders\`, and \`acme\` runs both
  pipelines/returns/pipeline.yaml:5:3
    4 | silver:
    5 |   orders: { from: returns }
      |   ^^^^^^
  \`orders\` makes it here: pipelines/orders/pipeline.yaml:13:3
    12 | silver:
    13 |   orders:
       |   ^^^^^^
    14 |     from: orders
  why: The tables of a tenant share their names, and a table belongs to the one pipeline that writes it.
  help: Rename one of the two, or let the tenant run one of the pipelines.

1 error
`,
  },
  'tenant/endpoint-elsewhere': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+id: t-7kq3m9t4dhm
+residency: [eu]
+classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }
+environments:
+  local:
+    region: eu-central-1
+    account_id: "111122223333"
+    vpc_ids: [vpc-0a4e76cf16be65766]
+    endpoint_vpc_ids: { vpc-0a4e76cf16be65767: [rtb-0a1b2c3d] }
`,
    printed: `error[tenant/endpoint-elsewhere]: \`endpoint_vpc_ids\` names \`vpc-0a4e76cf16be65767\`, which is not in \`vpc_ids\`
  tenants/acme.yaml:10:25
     9 |     vpc_ids: [vpc-0a4e76cf16be65766]
    10 |     endpoint_vpc_ids: { vpc-0a4e76cf16be65767: [rtb-0a1b2c3d] }
       |                         ^^^^^^^^^^^^^^^^^^^^^
    11 | pii_key: \${secrets.ACME_PII_KEY}
  why: An endpoint is a way to the data, and from this network nobody may have it.
  help: Did you mean \`vpc-0a4e76cf16be65766\`? Or add the network to \`vpc_ids\`.

1 error
`,
  },
  'tenant/filled-in': {
    input: `+++ smelt.yaml
     lake: { folder: .smelt/lake }
+  prod:
+    broker: { topic_log: .smelt/prod-topics }
+    lake: { folder: .smelt/prod-lake }
+++ tenants/acme.yaml
 smelt: 1
+id: t-7kq3m9t4dhm
+residency: [eu]
+classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }
+environments:
+  prod:
+    region: \${env.REGION:-eu-central-1}
+    account_id: "111122223333"
+    vpc_ids: [vpc-0a4e76cf16be65766]
`,
    printed: `error[tenant/filled-in]: \`environments.prod.region\` is \`\${env.REGION:-eu-central-1}\`, and no placeholder may stand there
  tenants/acme.yaml:7:13
    6 |   prod:
    7 |     region: \${env.REGION:-eu-central-1}
      |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^
    8 |     account_id: "111122223333"
  why: Terragrunt reads this file too, and takes the text as it stands: Smelt would name one bucket, account or network, and Terragrunt make another, or none.
  help: Write the value itself. What differs by environment stands under \`environments\`, once for each.

1 error
`,
  },
  'tenant/foreign-secret': {
    printed: `error[tenant/foreign-secret]: \`globex/orders\` would read the secret \`ACME_PII_KEY\`, which belongs to the tenant \`acme\`
  tenants/globex.yaml:4:3
    3 | pipelines:
    4 |   orders:
      |   ^^^^^^
  it is named here: tenants/globex.yaml:2:10
    1 | smelt: 1
    2 | pii_key: \${secrets.ACME_PII_KEY}
      |          ^^^^^^^^^^^^^^^^^^^^^^^
    3 | pipelines:
  why: A secret whose name starts with a tenant is that tenant's alone, so that no file can hand it to another.
  help: Name a secret of this tenant, or one whose name starts with no tenant and that all may read.

1 error
`,
  },
  'tenant/id-changed': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+id: t-g4b8r2nc6pw
+++ rendered/prod/acme/lake.json
+{
+  "tenant": "acme",
+  "id": "t-7kq3m9t4dhm",
+  "tags": {}
+}
`,
    printed: `error[tenant/id-changed]: The id of the tenant \`acme\` is \`t-g4b8r2nc6pw\`, but \`rendered/prod/acme/lake.json\` was made for \`t-7kq3m9t4dhm\`
  tenants/acme.yaml:2:5
    1 | smelt: 1
    2 | id: t-g4b8r2nc6pw
      |     ^^^^^^^^^^^^^
    3 | pii_key: \${secrets.ACME_PII_KEY}
  this was made under it: rendered/prod/acme/lake.json:3:3
    2 |   "tenant": "acme",
    3 |   "id": "t-7kq3m9t4dhm",
      |   ^^^^^^^^^^^^^^^^^^^^^
    4 |   "tags": {}
  why: The bucket, the key, the roles and the state of a tenant are named by its id. Under another one Terragrunt makes all of them anew, empty, and nobody owns what there is.
  help: Put \`id: t-7kq3m9t4dhm\` back. Only where nothing was ever made in the cloud under it, remove \`rendered/prod/acme/lake.json\` instead.
  fix (maybe): Write \`t-7kq3m9t4dhm\`
    - id: t-g4b8r2nc6pw
    + id: t-7kq3m9t4dhm

1 error
`,
  },
  'tenant/id-is-account': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+id: "123456789012"
`,
    printed: `error[tenant/id-is-account]: \`id\` is \`123456789012\`, the number of a cloud account
  tenants/acme.yaml:2:5
    1 | smelt: 1
    2 | id: "123456789012"
      |     ^^^^^^^^^^^^^^
    3 | pii_key: \${secrets.ACME_PII_KEY}
  why: Twelve digits are an account. Ids of tenants are made so that the two cannot be swapped unseen.
  help: Write the number as \`account_id\` of the environment, and the id, which begins with \`t-\`, here.

1 error
`,
  },
  'tenant/id-is-name': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+id: acme
`,
    printed: `error[tenant/id-is-name]: \`id\` is \`acme\`, which is a name and no id
  tenants/acme.yaml:2:5
    1 | smelt: 1
    2 | id: acme
      |     ^^^^
    3 | pii_key: \${secrets.ACME_PII_KEY}
  why: A tenant is called by the name of its file. \`id\` is \`t-\` with random symbols, stands for the tenant in the cloud, and stays when the name changes.
  help: Write the id that the tenant had before. One that never had any needs it as soon as it has \`environments\`: \`smelt tenant new\` with its key prints one; until then, remove the line.
  fix (maybe): Remove the line
    - id: acme
    - pii_key: \${secrets.ACME_PII_KEY}
    + pii_key: \${secrets.ACME_PII_KEY}

1 error
`,
  },
  'tenant/id-spelling': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+id: " T-7KQ3M9T4DHM"
`,
    printed: `error[tenant/id-spelling]: \` T-7KQ3M9T4DHM\` is the id \`t-7kq3m9t4dhm\` in another spelling
  tenants/acme.yaml:2:5
    1 | smelt: 1
    2 | id: " T-7KQ3M9T4DHM"
      |     ^^^^^^^^^^^^^^^^
    3 | pii_key: \${secrets.ACME_PII_KEY}
  why: All that the tenant has in the cloud is called by its id as it was made: in lower case, with no blanks around.
  help: Write \`t-7kq3m9t4dhm\`.
  fix (safe): Write \`t-7kq3m9t4dhm\`
    - id: " T-7KQ3M9T4DHM"
    + id: t-7kq3m9t4dhm

1 error
`,
  },
  'tenant/local-environment': {
    printed: `error[tenant/local-environment]: The environment \`local\` keeps topics and tables in folders of this machine
  why: A pod has a machine of its own: what runs in a cluster reads topics of Kafka and writes tables to a bucket.
  help: Name one with \`kafka\` and \`s3\`, such as \`--env s3\`.

1 error
`,
  },
  'tenant/missing-param': {
    input: `+++ pipelines/orders/pipeline.yaml
-  window: { type: duration, default: 1h }
+  window: { type: duration }
`,
    printed: `error[tenant/missing-param]: The pipeline \`orders\` needs a value for \`window\`
  tenants/acme.yaml:4:3
    3 | pipelines:
    4 |   orders:
      |   ^^^^^^
  why: The param has no default.
  help: Add \`window\` under \`params\` of the pipeline, or declare a default for it.

1 error
`,
  },
  'tenant/no-pii-key': {
    input: `+++ tenants/acme.yaml
-pii_key: \${secrets.ACME_PII_KEY}
-pipelines:
+pipelines:
`,
    printed: `error[tenant/no-pii-key]: The tenant \`acme\` runs \`orders\`, which hashes \`buyer\`, but has no \`pii_key\`
  tenants/acme.yaml:3:3
    2 | pipelines:
    3 |   orders:
      |   ^^^^^^
  the column is hashed here: pipelines/orders/pipeline.yaml:20:7
    19 |       ordered_at: ordered_at
    20 |       buyer: { expr: email, pii: hash }
       |       ^^^^^
    21 |       region: { lookup: countries.region, on: [country] }
  why: A hash without a key of the tenant can be undone by trying values.
  help: Add \`pii_key: \${secrets.NAME}\` to the tenant and put the key where the environment keeps its secrets.

1 error
`,
  },
  'tenant/no-region-file': {
    input: `+++ smelt.yaml
     lake: { folder: .smelt/lake }
+  prod:
+    broker: { topic_log: .smelt/prod-topics }
+    lake: { folder: .smelt/prod-lake }
+++ tenants/acme.yaml
 smelt: 1
+id: t-7kq3m9t4dhm
+residency: [eu]
+classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }
+environments:
+  prod:
+    region: eu-central-1
+    account_id: "111122223333"
+    vpc_ids: [vpc-0a4e76cf16be65766]
+++ terragrunt/catalog/live-stub.terragrunt.stack.hcl
+locals {}
+++ terragrunt/live/prod/eu-central-1/tenants/acme/terragrunt.stack.hcl
+locals {}
`,
    printed: `error[tenant/no-region-file]: The tenant \`acme\` stands in \`eu-central-1\`, but \`terragrunt/live/prod/eu-central-1/region.hcl\` is not there
  tenants/acme.yaml:7:13
    6 |   prod:
    7 |     region: eu-central-1
      |             ^^^^^^^^^^^^
    8 |     account_id: "111122223333"
  why: \`region.hcl\` names what stands in a region before any tenant does: roles and a cluster. Without it, here or in a folder above, Terragrunt generates nothing, for no tenant.
  help: Write \`terragrunt/live/prod/eu-central-1/region.hcl\`: \`locals\` with \`plan_role\`, \`apply_role\`, \`break_glass_role\`, and \`oidc_provider\`, the token issuer of the cluster.

1 error
`,
  },
  'tenant/no-signing-key': {
    input: `+++ tenants/acme.yaml
-pii_key: \${secrets.ACME_PII_KEY}
+++ pipelines/orders/pipeline.yaml
-      buyer: { expr: email, pii: hash }
+      buyer: { expr: email, pii: mask }
`,
    printed: `$ smelt erase acme --subject email=ann@example.com
error[tenant/no-signing-key]: The tenant \`acme\` has no \`pii_key\`
  why: The key finds hashed columns, names the subject in reports without telling who it is, and signs them.
  help: Add \`pii_key: \${secrets.NAME}\` to the tenant and put the key where the environment keeps its secrets.
exit code 1
`,
  },
  'tenant/no-stub': {
    input: `+++ smelt.yaml
     lake: { folder: .smelt/lake }
+  prod:
+    broker: { topic_log: .smelt/prod-topics }
+    lake: { folder: .smelt/prod-lake }
+++ tenants/acme.yaml
 smelt: 1
+id: t-7kq3m9t4dhm
+residency: [eu]
+classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }
+environments:
+  prod:
+    region: eu-central-1
+    account_id: "111122223333"
+    vpc_ids: [vpc-0a4e76cf16be65766]
+++ terragrunt/live/prod/env.hcl
+locals {}
+++ terragrunt/live/region.hcl
+locals {}
`,
    printed: `error[tenant/no-stub]: The tenant \`acme\` stands in \`prod\`, but \`terragrunt/live/prod/eu-central-1/tenants/acme/terragrunt.stack.hcl\` is not there
  tenants/acme.yaml:6:3
    5 | environments:
    6 |   prod:
      |   ^^^^
    7 |     region: eu-central-1
  why: The stub is what makes the infrastructure of the tenant known to Terragrunt.
  help: Run \`smelt tenant new acme\`, which writes what is missing and nothing else.

1 error
`,
  },
  'tenant/not-active': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+state: suspended
`,
    printed: `$ smelt run acme/orders
error[tenant/not-active]: The tenant \`acme\` is suspended
  why: A suspended tenant keeps its data and runs nothing; an offboarded one is gone for good.
  help: Run \`smelt tenant resume acme\` first.
exit code 4
`,
  },
  'tenant/not-in-cloud': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+id: t-7kq3m9t4dhm
+residency: [eu]
+classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }
+environments:
+  prod:
+    region: eu-central-1
+    account_id: "111122223333"
+    vpc_ids: [vpc-0a4e76cf16be65766]
`,
    printed: `$ smelt tenant explain acme --principal engine --action read --key gold/levels/1.parquet --env stage
error[tenant/not-in-cloud]: The tenant \`acme\` does not stand in the environment \`stage\` of the cloud
  why: Its policies, its role and the name of its bucket are made of its id and of what \`environments\` in its file says.
  help: It stands in \`prod\`.
exit code 1
`,
  },
  'tenant/not-yaml': {
    input: `+++ tenants/globex.yml
+smelt: 1
+pipelines:
+  orders: {}
`,
    printed: `error[tenant/not-yaml]: \`tenants/globex.yml\` does not end in \`.yaml\`
  tenants/globex.yml:1:1
    1 | smelt: 1
      | ^
    2 | pipelines:
  why: The stubs of a tenant, and what Terragrunt makes of them, look for a file that ends in \`.yaml\` alone.
  help: Rename it to \`tenants/globex.yaml\`.

1 error
`,
  },
  'tenant/outside-residency': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+id: t-7kq3m9t4dhm
+residency: [eu]
+classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }
+environments:
+  prod:
+    region: us-east-1
+    account_id: "111122223333"
+    vpc_ids: [vpc-0a4e76cf16be65766]
`,
    printed: `error[tenant/outside-residency]: \`us-east-1\` does not lie in \`eu\`
  tenants/acme.yaml:7:13
    6 |   prod:
    7 |     region: us-east-1
      |             ^^^^^^^^^
    8 |     account_id: "111122223333"
  why: \`residency\` says in whose law the data of the tenant may lie.
  help: Take a region that lies there, or have \`residency\` widened by who decides about the data.

1 error
`,
  },
  'tenant/partition-not-served': {
    input: `+++ smelt.yaml
     lake: { folder: .smelt/lake }
+  prod:
+    broker: { topic_log: .smelt/prod-topics }
+    lake: { folder: .smelt/prod-lake }
+++ tenants/acme.yaml
 smelt: 1
+id: t-7kq3m9t4dhm
+residency: [cn]
+classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }
+environments:
+  prod:
+    region: cn-north-1
+    account_id: "111122223333"
+    vpc_ids: [vpc-0a4e76cf16be65766]
`,
    printed: `error[tenant/partition-not-served]: \`cn-north-1\` lies in the partition \`aws-cn\`, and tenants stand in \`aws\`, \`aws-us-gov\` alone
  tenants/acme.yaml:7:13
    6 |   prod:
    7 |     region: cn-north-1
      |             ^^^^^^^^^^
    8 |     account_id: "111122223333"
  why: In other partitions services have other names, in policies too: what guards a bucket here would let nobody in there, or the wrong ones.
  help: Take a region of one of these. A tenant that needs nothing of its own in the cloud leaves \`environments\` out.

1 error
`,
  },
  'tenant/per-environment': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+region: eu-central-1
`,
    printed: `error[tenant/per-environment]: \`region\` belongs to an environment of the tenant
  tenants/acme.yaml:2:1
    1 | smelt: 1
    2 | region: eu-central-1
      | ^^^^^^
    3 | pii_key: \${secrets.ACME_PII_KEY}
  why: A tenant can stand in several environments, each with its own account and networks.
  help: Write \`environments: { prod: { region: ..., account_id: ..., vpc_ids: [...] } }\`.

1 error
`,
  },
  'tenant/prefix-collision': {
    input: `+++ tenants/acme-eu.yaml
+smelt: 1
+pii_key: \${secrets.K}
+pipelines:
+  orders: {}
`,
    printed: `error[tenant/prefix-collision]: The key \`acme-eu\` begins with that of the tenant \`acme\`
  tenants/acme-eu.yaml:1:1
    1 | smelt: 1
      | ^
    2 | pii_key: \${secrets.K}
  it is this one: tenants/acme.yaml:1:1
    1 | smelt: 1
      | ^
    2 | pii_key: \${secrets.ACME_PII_KEY}
  why: Names are made of a key, a hyphen and more, so a rule for all names of the one would hold for the other.
  help: Give the newer of the two another key, so that neither begins with the other and a hyphen.

error[tenant/prefix-collision]: The key \`acme-eu\` begins with that of the tenant \`acme\`
  tenants/acme.yaml:1:1
    1 | smelt: 1
      | ^
    2 | pii_key: \${secrets.ACME_PII_KEY}
  it is this one: tenants/acme-eu.yaml:1:1
    1 | smelt: 1
      | ^
    2 | pii_key: \${secrets.K}
  why: Names are made of a key, a hyphen and more, so a rule for all names of the one would hold for the other.
  help: Give the newer of the two another key, so that neither begins with the other and a hyphen.

2 errors
`,
  },
  'tenant/quarantine-less-sensitive': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+id: t-7kq3m9t4dhm
+residency: [eu]
+classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: internal }
+environments:
+  prod:
+    region: eu-central-1
+    account_id: "111122223333"
+    vpc_ids: [vpc-0a4e76cf16be65766]
`,
    printed: `error[tenant/quarantine-less-sensitive]: \`quarantine\` is \`internal\`, but \`bronze\` is \`gdpr\`
  tenants/acme.yaml:4:83
    3 | residency: [eu]
    4 | classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: internal }
      |                                                                                   ^^^^^^^^
    5 | environments:
  bronze is classified here: tenants/acme.yaml:4:27
    3 | residency: [eu]
    4 | classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: internal }
      |                           ^^^^
    5 | environments:
  why: Quarantine keeps the raw bytes of refused records: what bronze holds, it holds too.
  help: Write \`quarantine: gdpr\`.

1 error
`,
  },
  'tenant/quota-too-small': {
    input: `+++ smelt.yaml
     lake: { folder: .smelt/lake }
+  prod:
+    broker: { kafka: { bootstrap: kafka.streams.svc:9092 } }
+    lake: { s3: { bucket: "lake-{tenant}", region: eu-central-1 } }
+    kubernetes: { image: "registry.example.org/lake:1.4.0", identity: pod-identity }
+++ tenants/acme.yaml
 smelt: 1
+quotas: { memory: 512MB }
`,
    printed: `$ smelt tenant plan acme --env prod
error[tenant/quota-too-small]: \`memory\` of \`acme\` is 488Mi, and its pods need 1536Mi
  tenants/acme.yaml:2:9
    1 | smelt: 1
    2 | quotas: { memory: 512MB }
      |         ^^^^^^^^^^^^^^^^^
    3 | pii_key: \${secrets.ACME_PII_KEY}
  why: Kubernetes starts no pod beyond what the namespace may take, so some instances would wait for ever.
  help: Raise \`quotas.memory\` of the tenant, let it run fewer pipelines, or give the environment a smaller \`engine\`.
exit code 1
`,
  },
  'tenant/shared-role': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+role: flink-dev
`,
    printed: `error[tenant/shared-role]: \`role\` is not written: each layer has roles of its own
  tenants/acme.yaml:2:1
    1 | smelt: 1
    2 | role: flink-dev
      | ^^^^
    3 | pii_key: \${secrets.ACME_PII_KEY}
  why: One role for all would let whoever reads gold read raw records, and change what the engine runs.
  help: Remove the line. \`smelt tenant plan\` shows the roles.

1 error
`,
  },
  'tenant/still-runs': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+state: suspended
+++ k8s/prod/tenants/acme/workloads.yaml
+apiVersion: apps/v1
+kind: StatefulSet
+metadata:
+  name: levels
+spec:
+  replicas: 1
`,
    printed: `error[tenant/still-runs]: \`k8s/prod/tenants/acme/workloads.yaml\` has pods, but the tenant \`acme\` is suspended
  k8s/prod/tenants/acme/workloads.yaml:6:3
    5 | spec:
    6 |   replicas: 1
      |   ^^^^^^^^^^^
  why: Whoever brings the files to the cluster, as Argo CD does by itself, starts again what was ended.
  help: Run \`smelt tenant apply acme --env prod\`, or where smelt.yaml has no \`kubernetes\` for the environment \`smelt render k8s acme --env prod --out k8s\`, and bring the files to the cluster.

1 error
`,
  },
  'tenant/stray-stub': {
    input: `+++ smelt.yaml
     lake: { folder: .smelt/lake }
+  prod:
+    broker: { topic_log: .smelt/prod-topics }
+    lake: { folder: .smelt/prod-lake }
+++ tenants/acme.yaml
 smelt: 1
+id: t-7kq3m9t4dhm
+residency: [eu]
+classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }
+environments:
+  prod:
+    region: eu-central-1
+    account_id: "111122223333"
+    vpc_ids: [vpc-0a4e76cf16be65766]
+++ terragrunt/live/prod/eu-central-1/tenants/acme/terragrunt.stack.hcl
+locals {}
+++ terragrunt/live/prod/eu-west-1/tenants/acme/terragrunt.stack.hcl
+locals {}
+++ terragrunt/live/region.hcl
+locals {}
`,
    printed: `error[tenant/stray-stub]: \`terragrunt/live/prod/eu-west-1/tenants/acme/terragrunt.stack.hcl\` is there, but in \`prod\` the tenant \`acme\` stands in \`eu-central-1\`
  terragrunt/live/prod/eu-west-1/tenants/acme/terragrunt.stack.hcl:1:1
    1 | locals {}
      | ^
  its region is this one: tenants/acme.yaml:7:13
    6 |   prod:
    7 |     region: eu-central-1
      |             ^^^^^^^^^^^^
    8 |     account_id: "111122223333"
  why: Terragrunt makes a stack of every stub, with what the file of the tenant says. Without the environment there it stops, for every tenant; with another region two stacks own one state, and each undoes the other.
  help: Put \`prod\` with \`region: eu-west-1\` back into the file of the tenant. A tenant does not move: in another region a new bucket and a new key are made, and no data goes there. To have it elsewhere, then offboard it and onboard it anew under another key. Remove \`terragrunt/live/prod/eu-west-1/tenants/acme/terragrunt.stack.hcl\` only where its stack was never applied, or after a person has destroyed it with Terragrunt.

1 error
`,
  },
  'tenant/stub-differs': {
    input: `+++ smelt.yaml
     lake: { folder: .smelt/lake }
+  prod:
+    broker: { topic_log: .smelt/prod-topics }
+    lake: { folder: .smelt/prod-lake }
+++ tenants/acme.yaml
 smelt: 1
+id: t-7kq3m9t4dhm
+residency: [eu]
+classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }
+environments:
+  prod:
+    region: eu-central-1
+    account_id: "111122223333"
+    vpc_ids: [vpc-0a4e76cf16be65766]
+++ terragrunt/catalog/live-stub.terragrunt.stack.hcl
+locals {}
+++ terragrunt/live/prod/eu-central-1/tenants/acme/terragrunt.stack.hcl
+locals { ours = true }
+++ terragrunt/live/region.hcl
+locals {}
`,
    printed: `error[tenant/stub-differs]: \`terragrunt/live/prod/eu-central-1/tenants/acme/terragrunt.stack.hcl\` is not the same as \`terragrunt/catalog/live-stub.terragrunt.stack.hcl\`
  terragrunt/live/prod/eu-central-1/tenants/acme/terragrunt.stack.hcl:1:1
    1 | locals { ours = true }
      | ^
  why: Stubs are alike for all tenants, so that one change of the template reaches every one of them.
  help: Write what is the tenant's own into its file, and run \`smelt tenant apply\`, which writes the stub anew.

1 error
`,
  },
  'tenant/unknown-action': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+id: t-7kq3m9t4dhm
+residency: [eu]
+classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }
+environments:
+  prod:
+    region: eu-central-1
+    account_id: "111122223333"
+    vpc_ids: [vpc-0a4e76cf16be65766]
`,
    printed: `$ smelt tenant explain acme --principal engine --action s3:GetObjekt --key gold/levels/1.parquet
error[tenant/unknown-action]: \`s3:GetObjekt\` is no action on a bucket or on its key
  why: Only of the actions that are modelled is it known what they ask of the bucket, of the key and of the network.
  help: Did you mean \`s3:GetObject\`?
exit code 1
`,
  },
  'tenant/unknown-environment': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+id: t-7kq3m9t4dhm
+residency: [eu]
+classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }
+environments:
+  lokal:
+    region: eu-central-1
+    account_id: "111122223333"
+    vpc_ids: [vpc-0a4e76cf16be65766]
`,
    printed: `warning[tenant/unknown-environment]: The tenant \`acme\` stands in \`lokal\`, which smelt.yaml does not have
  tenants/acme.yaml:6:3
    5 | environments:
    6 |   lokal:
      |   ^^^^^
    7 |     region: eu-central-1
  \`local\` is defined here: smelt.yaml:4:3
    3 | environments:
    4 |   local:
      |   ^^^^^
    5 |     broker: { topic_log: .smelt/topics }
  why: An environment of a tenant and one of smelt.yaml are the same place when they have one name, and \`--env\` takes names of smelt.yaml.
  help: Did you mean \`local\`?
  fix (maybe): Write \`local\`
    - lokal:
    + local:

1 warning
`,
  },
  'tenant/unknown-instance': {
    printed: `$ smelt audit acme/ordres
error[tenant/unknown-instance]: There is no instance \`acme/ordres\`
  why: An instance is there when the file of the tenant lists the pipeline.
  help: Did you mean \`acme/orders\`?
exit code 1
`,
  },
  'tenant/unknown-network': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+id: t-7kq3m9t4dhm
+residency: [eu]
+classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }
+environments:
+  prod:
+    region: eu-central-1
+    account_id: "111122223333"
+    vpc_ids: [vpc-0a4e76cf16be65766]
`,
    printed: `$ smelt tenant explain acme --principal engine --action read --key gold/levels/1.parquet --from internt
error[tenant/unknown-network]: Nothing comes from \`internt\`
  why: A request comes from a network by its id, from an address of the internet, or from a place that a word stands for.
  help: Did you mean \`internet\`?
exit code 1
`,
  },
  'tenant/unknown-param': {
    input: `+++ tenants/acme.yaml
-  orders:
+  orders: { params: { windw: 2h } }
`,
    printed: `error[tenant/unknown-param]: The pipeline \`orders\` declares no param \`windw\`
  tenants/acme.yaml:4:23
    3 | pipelines:
    4 |   orders: { params: { windw: 2h } }
      |                       ^^^^^
  \`window\` is defined here: pipelines/orders/pipeline.yaml:4:3
    3 | params:
    4 |   window: { type: duration, default: 1h }
      |   ^^^^^^
    5 | sources:
  why: A value that nothing uses would be ignored.
  help: Did you mean \`window\`?
  fix (maybe): Write \`window\`
    - orders: { params: { windw: 2h } }
    + orders: { params: { window: 2h } }

1 error
`,
  },
  'tenant/unknown-pipeline': {
    input: `+++ tenants/acme.yaml
-  orders:
+  ordres:
`,
    printed: `error[tenant/unknown-pipeline]: There is no pipeline \`ordres\`
  tenants/acme.yaml:4:3
    3 | pipelines:
    4 |   ordres:
      |   ^^^^^^
  \`orders\` is defined here: pipelines/orders/pipeline.yaml:2:7
    1 | smelt: 1
    2 | name: orders
      |       ^^^^^^
    3 | params:
  why: A tenant runs pipelines that stand under \`pipelines/\`.
  help: Did you mean \`orders\`?
  fix (maybe): Write \`orders\`
    - ordres:
    + orders:

1 error
`,
  },
  'tenant/unknown-principal': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+id: t-7kq3m9t4dhm
+residency: [eu]
+classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }
+environments:
+  prod:
+    region: eu-central-1
+    account_id: "111122223333"
+    vpc_ids: [vpc-0a4e76cf16be65766]
`,
    printed: `$ smelt tenant explain acme --principal reader --action read --key gold/levels/1.parquet
error[tenant/unknown-principal]: Nobody is called \`reader\`
  why: Access is asked about for a role of the tenant, for one of another tenant as \`<tenant>/<role>\`, for who manages the tenant, for an outsider, or for any role by its ARN.
  help: Known: \`engine\`, \`maintenance\`, \`deployer\`, \`reader-bronze\`, \`reader-silver\`, \`reader-gold\`, \`reader-quarantine\`, \`plan\`, \`apply\`, \`break-glass\`, \`root\`, \`administrator\`, \`outsider\`, \`nobody\`.
exit code 1
`,
  },
  'tenant/unknown-region': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+id: t-7kq3m9t4dhm
+residency: [eu]
+classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }
+environments:
+  prod:
+    region: eu-west
+    account_id: "111122223333"
+    vpc_ids: [vpc-0a4e76cf16be65766]
`,
    printed: `error[tenant/unknown-region]: \`eu-west\` is not the full code of a region
  tenants/acme.yaml:7:13
    6 |   prod:
    7 |     region: eu-west
      |             ^^^^^^^
    8 |     account_id: "111122223333"
  why: Names and addresses hold the code, so a short one would lead somewhere else, or nowhere.
  help: Write one of \`eu-west-1\`, \`eu-west-2\`, \`eu-west-3\`.

1 error
`,
  },
  'tenant/unread-history': {
    printed: `warning[tenant/unread-history]: Git does not say which tenants there were: git is not installed
  why: A tenant whose file is gone without a tombstone is an error. Where nothing else was made for it, only git knows that it was there.
  help: Run \`git log -- tenants\` in the project, and mend what it says.

1 warning
`,
  },
  'tenant/unread-platform': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+id: t-7kq3m9t4dhm
+residency: [eu]
+classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }
+environments:
+  prod:
+    region: eu-central-1
+    account_id: "111122223333"
+    vpc_ids: [vpc-0a4e76cf16be65766]
+++ terragrunt/live/prod/eu-central-1/region.hcl
+locals {
+  allowed_cidrs = local.offices
+}
`,
    printed: `$ smelt tenant explain acme --principal engine --action read --key gold/levels/1.parquet --from internet
error[tenant/unread-platform]: \`allowed_cidrs\` in \`terragrunt/live/prod/eu-central-1/region.hcl\` is neither a text nor a list of texts
  why: Expressions are for Terragrunt to work out; a guess would say allowed where the cloud denies, or denied where it allows.
  help: Write the value of \`allowed_cidrs\` out.
exit code 1
`,
  },
  'tenant/vanished': {
    input: `+++ terragrunt/live/prod/eu-central-1/tenants/initech/terragrunt.stack.hcl
+locals {}
`,
    printed: `error[tenant/vanished]: \`terragrunt/live/prod/eu-central-1/tenants/initech\` is there, but no file of the tenant \`initech\`
  terragrunt/live/prod/eu-central-1/tenants/initech/terragrunt.stack.hcl:1:1
  why: A tenant leaves with \`state: offboarded\` in its file, which stays. A file that is gone is a mistake, such as a commit taken back, and never an order to remove data.
  help: Bring \`tenants/initech.yaml\` back from git. To let the tenant go, then run \`smelt tenant suspend initech\` and \`smelt tenant offboard initech\`, and keep the file.

1 error
`,
  },
  'tenant/vpc-ids-not-list': {
    input: `+++ tenants/acme.yaml
 smelt: 1
+id: t-7kq3m9t4dhm
+residency: [eu]
+classification: { bronze: gdpr, silver: confidential, gold: internal, quarantine: gdpr }
+environments:
+  prod:
+    region: eu-central-1
+    account_id: "111122223333"
+    vpc_ids: '["vpc-0a4e76cf16be65766", "vpc-1a2b3c4d"]'
`,
    printed: `error[tenant/vpc-ids-not-list]: \`vpc_ids\` is the text \`["vpc-0a4e76cf16be65766", "vpc-1a2b3c4d"]\`, not a list
  tenants/acme.yaml:9:14
     8 |     account_id: "111122223333"
     9 |     vpc_ids: '["vpc-0a4e76cf16be65766", "vpc-1a2b3c4d"]'
       |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    10 | pii_key: \${secrets.ACME_PII_KEY}
  why: A list in quotes is one text, which no network is called.
  help: Write the list without quotes around it: \`vpc_ids: [vpc-0a4e76cf16be65766]\`.
  fix (safe): Write \`[vpc-0a4e76cf16be65766, vpc-1a2b3c4d]\`
    - vpc_ids: '["vpc-0a4e76cf16be65766", "vpc-1a2b3c4d"]'
    + vpc_ids: [vpc-0a4e76cf16be65766, vpc-1a2b3c4d]

1 error
`,
  },
  'tenant/wrong-param-type': {
    input: `+++ tenants/acme.yaml
-  orders:
+  orders: { params: { window: long } }
`,
    printed: `error[tenant/wrong-param-type]: \`window\` must be a duration such as \`30d\`, not \`long\`
  tenants/acme.yaml:4:31
    3 | pipelines:
    4 |   orders: { params: { window: long } }
      |                               ^^^^
  \`window\` is declared here: pipelines/orders/pipeline.yaml:4:3
    3 | params:
    4 |   window: { type: duration, default: 1h }
      |   ^^^^^^
    5 | sources:
  why: The pipeline declares the type of the param.
  help: Write a duration such as \`30d\`.

1 error
`,
  },
  'tenant/wrong-state': {
    printed: `$ smelt tenant offboard acme
error[tenant/wrong-state]: The tenant \`acme\` is active, so it cannot be offboarded
  why: A tenant goes from active to suspended and back, and from suspended to offboarded, from where nothing leads back.
  help: Run \`smelt tenant suspend acme\` first.
exit code 4
`,
  },
  'test/ambiguous-table': {
    input: `+++ pipelines/orders/pipeline.yaml
-  revenue:
+  orders:
+++ pipelines/orders/tests/orders.yaml
+smelt: 1
+clock: 2026-03-01T12:00:00Z
+cases:
+  one order:
+    given:
+      orders: [{ order_id: a, country: at, amount: 5, ordered_at: 2026-03-01T11:00:00Z, email: a@example.com }]
+    then:
+      tables:
+        orders: { count: 1 }
`,
    printed: `$ smelt test
FAIL  pipelines/orders/tests/orders.yaml  0 of 1 case passed

error[test/ambiguous-table]: More than one layer has a table \`orders\`
  pipelines/orders/tests/orders.yaml:9:9
     8 |       tables:
     9 |         orders: { count: 1 }
       |         ^^^^^^
  why: The test would compare one of them and never the other.
  help: Write the layer too: \`silver.orders\` or \`gold.orders\`.

1 case: 0 passed, 1 could not be run
exit code 1
`,
  },
  'test/cannot-generate': {
    input: `+++ pipelines/orders/contracts/orders.schema.json
-    "order_id": { "type": "string" },
+    "order_id": { "type": "string", "pattern": "^(?=.*[0-9])[a-f]{2}[0-9]$" },
+++ pipelines/orders/tests/orders.yaml
+smelt: 1
+clock: 2026-03-01T12:00:00Z
+cases:
+  some orders:
+    given:
+      orders: [{ generate: { count: 3, seed: 1 } }]
+    then: { tables: { silver.orders: { count: 3 } } }
`,
    printed: `$ smelt test
FAIL  pipelines/orders/tests/orders.yaml  0 of 1 case passed

error[test/cannot-generate]: No valid record of \`orders\` can be generated. The value does not satisfy the contract: \`/order_id\` must match "^(?=.*[0-9])[a-f]{2}[0-9]$" (pattern)
  pipelines/orders/tests/orders.yaml:6:16
    5 |     given:
    6 |       orders: [{ generate: { count: 3, seed: 1 } }]
      |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    7 |     then: { tables: { silver.orders: { count: 3 } } }
  why: The generator knows types, enums, formats, bounds and simple patterns, not every rule a contract can have.
  help: Fix that field by \`with\`, or write the records out.

1 case: 0 passed, 1 could not be run
exit code 1
`,
  },
  'test/count-differs': {
    input: `+++ pipelines/orders/tests/orders.yaml
+smelt: 1
+clock: 2026-03-01T12:00:00Z
+cases:
+  a copy is dropped:
+    given:
+      orders: [{ order_id: a, country: at, amount: 5, ordered_at: 2026-03-01T11:00:00Z, email: a@example.com }]
+    then:
+      tables:
+        silver.orders: { count: 1, deduplicated: 1 }
`,
    printed: `$ smelt test
FAIL  pipelines/orders/tests/orders.yaml  0 of 1 case passed

pipelines/orders/tests/orders.yaml: a copy is dropped
error[test/count-differs]: \`silver.orders\` has 0 deduplicated records, and 1 is expected
  pipelines/orders/tests/orders.yaml:9:50
     8 |       tables:
     9 |         silver.orders: { count: 1, deduplicated: 1 }
       |                                                  ^
  why: What the pipeline counted is not what the test says.
  help: Mend the pipeline, or the expectation; \`smelt test --update\` writes what is found, for you to review.

1 case: 0 passed, 1 failed
With --sql you see the statement that made the rows of a table that differs.
exit code 1
`,
  },
  'test/file-exists': {
    input: `+++ pipelines/orders/tests/sample.yaml
+smelt: 1
+clock: 2026-03-01T12:00:00Z
+cases:
+  one order:
+    given:
+      orders: [{ order_id: a, country: at, amount: 5, ordered_at: 2026-03-01T11:00:00Z, email: a@example.com }]
+    then: { quarantine: [] }
`,
    printed: `$ smelt test --generate acme/orders --name sample
error[test/file-exists]: \`pipelines/orders/tests/sample.yaml\` is there already
  why: A proposed test never overwrites what somebody wrote.
  help: Name another file by \`--name\`, or remove this one.
exit code 1
`,
  },
  'test/missing-file': {
    input: `+++ pipelines/orders/tests/orders.yaml
+smelt: 1
+clock: 2026-03-01T12:00:00Z
+cases:
+  one order:
+    given:
+      orders: [{ file: tests/orders.ndjson }]
+    then: { quarantine: [] }
`,
    printed: `$ smelt test
FAIL  pipelines/orders/tests/orders.yaml  0 of 1 case passed

error[test/missing-file]: The file \`tests/orders.ndjson\` is not there
  pipelines/orders/tests/orders.yaml:6:24
    5 |     given:
    6 |       orders: [{ file: tests/orders.ndjson }]
      |                        ^^^^^^^^^^^^^^^^^^^
    7 |     then: { quarantine: [] }
  why: The records of the case are read from it.
  help: Write the path relative to the folder of the pipeline, or add the file.

1 case: 0 passed, 1 could not be run
exit code 1
`,
  },
  'test/no-default-event': {
    input: `+++ pipelines/orders/tests/orders.yaml
+smelt: 1
+clock: 2026-03-01T12:00:00Z
+cases:
+  one order:
+    given:
+      orders: [{ with: { amount: 5 } }]
+    then: { quarantine: [] }
`,
    printed: `$ smelt test
FAIL  pipelines/orders/tests/orders.yaml  0 of 1 case passed

error[test/no-default-event]: There is no default event of \`orders\` for \`with\` to change
  pipelines/orders/tests/orders.yaml:6:16
    5 |     given:
    6 |       orders: [{ with: { amount: 5 } }]
      |                ^^^^^^^^^^^^^^^^^^^^^^^
    7 |     then: { quarantine: [] }
  why: \`with\` says only what differs from the event under \`defaults\`.
  help: Add \`defaults: { orders: ... }\` to the file or the case, or write the whole \`value\`.

1 case: 0 passed, 1 could not be run
exit code 1
`,
  },
  'test/not-stopped': {
    input: `+++ pipelines/orders/tests/orders.yaml
+smelt: 1
+clock: 2026-03-01T12:00:00Z
+cases:
+  one order:
+    given:
+      orders: [{ order_id: a, country: at, amount: 5, ordered_at: 2026-03-01T11:00:00Z, email: a@example.com }]
+    then:
+      stops: checkpoint/check-failed
`,
    printed: `$ smelt test
FAIL  pipelines/orders/tests/orders.yaml  0 of 1 case passed

pipelines/orders/tests/orders.yaml: one order
error[test/not-stopped]: The pipeline went on, and \`checkpoint/check-failed\` should have stopped it
  pipelines/orders/tests/orders.yaml:8:14
    7 |     then:
    8 |       stops: checkpoint/check-failed
      |              ^^^^^^^^^^^^^^^^^^^^^^^
  why: The step says that a fault stops the pipeline.
  help: Mend the pipeline or the records, or leave \`stops\` out.

1 case: 0 passed, 1 failed
exit code 1
`,
  },
  'test/nothing-to-sample': {
    printed: `error[test/nothing-to-sample]: \`bronze.orders\` holds no valid record to make a test of
  why: A test is proposed from records that the pipeline has read.
  help: Run the pipeline on some records first, or write a test by hand.

1 error
`,
  },
  'test/offset-taken': {
    input: `+++ pipelines/orders/tests/orders.yaml
+smelt: 1
+clock: 2026-03-01T12:00:00Z
+cases:
+  two orders:
+    given:
+      orders:
+        - value: { order_id: a, country: at, amount: 5, ordered_at: 2026-03-01T11:00:00Z, email: a@example.com }
+          offset: 7
+        - value: { order_id: a, country: at, amount: 5, ordered_at: 2026-03-01T11:00:00Z, email: a@example.com }
+          offset: 7
+    then: { quarantine: [] }
`,
    printed: `$ smelt test
FAIL  pipelines/orders/tests/orders.yaml  0 of 1 case passed

error[test/offset-taken]: Topic partition 0 of \`orders\` is already at offset 8, past 7
  pipelines/orders/tests/orders.yaml:9:11
     8 |           offset: 7
     9 |         - value: { order_id: a, country: at, amount: 5, ordered_at: 2026-03-01T11:00:00Z, email: a@example.com }
       |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    10 |           offset: 7
  why: Offsets of a topic partition only rise.
  help: Give a higher offset, or leave it out for the next one.

1 case: 0 passed, 1 could not be run
exit code 1
`,
  },
  'test/quarantine-differs': {
    input: `+++ pipelines/orders/tests/orders.yaml
+smelt: 1
+clock: 2026-03-01T12:00:00Z
+cases:
+  a check fails:
+    given:
+      orders: [{ order_id: a, country: at, amount: 0, ordered_at: 2026-03-01T11:00:00Z, email: a@example.com }]
+    then:
+      quarantine:
+        - { code: record/late }
`,
    printed: `$ smelt test
FAIL  pipelines/orders/tests/orders.yaml  0 of 1 case passed

pipelines/orders/tests/orders.yaml: a check fails
error[test/quarantine-differs]: Quarantine does not hold the expected records: 1 changed
  pipelines/orders/tests/orders.yaml:9:11
     8 |       quarantine:
     9 |         - { code: record/late }
       |           ^^^^^^^^^^^^^^^^^^^^^
  why: The records that the pipeline refused are not those of the test.
  help: Mend the pipeline, or the expectation; \`smelt test --update\` writes what is found, for you to review.
  ~ { source: orders, topic: test.orders, kafka_partition: 0, kafka_offset: 0 }
      code: expected record/late, found record/check-failed

1 case: 0 passed, 1 failed
exit code 1
`,
  },
  'test/rows-differ': {
    input: `+++ pipelines/orders/tests/orders.yaml
+smelt: 1
+clock: 2026-03-01T12:00:00Z
+cases:
+  one order:
+    given:
+      orders: [{ order_id: a, country: at, amount: 5, ordered_at: 2026-03-01T11:00:00Z, email: a@example.com }]
+    then:
+      tables:
+        silver.orders:
+          columns: [order_id, country, amount]
+          rows:
+            - { order_id: a, country: AT, amount: 6 }
+            - { order_id: b, country: DE, amount: 5 }
`,
    printed: `$ smelt test
FAIL  pipelines/orders/tests/orders.yaml  0 of 1 case passed

pipelines/orders/tests/orders.yaml: one order
error[test/rows-differ]: \`silver.orders\` does not hold the expected rows: 1 changed, 1 missing
  pipelines/orders/tests/orders.yaml:12:15
    11 |           rows:
    12 |             - { order_id: a, country: AT, amount: 6 }
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    13 |             - { order_id: b, country: DE, amount: 5 }
  why: The rows that the pipeline wrote are not those of the test.
  help: Mend the pipeline, or the expectation; \`smelt test --update\` writes what is found, for you to review.
  ~ { order_id: a, country: AT }
      amount: expected 6, found 5.0
  - { order_id: b, country: DE, amount: 5 }

1 case: 0 passed, 1 failed
With --sql you see the statement that made the rows of a table that differs.
exit code 1
`,
  },
  'test/stopped': {
    input: `+++ pipelines/orders/pipeline.yaml
-      positive: amount > 0
+      positive: { check: amount > 0, on_fail: fail }
+++ pipelines/orders/tests/orders.yaml
+smelt: 1
+clock: 2026-03-01T12:00:00Z
+cases:
+  a bad order:
+    given:
+      orders: [{ order_id: a, country: at, amount: 0, ordered_at: 2026-03-01T11:00:00Z, email: a@example.com }]
+    then: { tables: { silver.orders: { none: true } } }
`,
    printed: `$ smelt test
FAIL  pipelines/orders/tests/orders.yaml  0 of 1 case passed

pipelines/orders/tests/orders.yaml: a bad order
error[test/stopped]: The pipeline stopped with \`checkpoint/check-failed\`: The check \`positive\` of \`silver.orders\` is false for the record at topic partition 0, offset 0
  pipelines/orders/tests/orders.yaml:7:11
    6 |       orders: [{ order_id: a, country: at, amount: 0, ordered_at: 2026-03-01T11:00:00Z, email: a@example.com }]
    7 |     then: { tables: { silver.orders: { none: true } } }
      |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  why: The step does not say that a fault stops the pipeline, so nothing after it can be tested.
  help: Mend the pipeline or the records; where the fault is wanted, say \`stops\` under \`then\`.

1 case: 0 passed, 1 failed
exit code 1
`,
  },
  'test/unknown-name': {
    input: `+++ pipelines/orders/tests/orders.yaml
+smelt: 1
+clock: 2026-03-01T12:00:00Z
+cases:
+  one order:
+    given:
+      order: [{ order_id: a, country: at, amount: 5, ordered_at: 2026-03-01T11:00:00Z, email: a@example.com }]
+    then: { quarantine: [] }
`,
    printed: `$ smelt test
FAIL  pipelines/orders/tests/orders.yaml  0 of 1 case passed

error[test/unknown-name]: The pipeline has no source \`order\`
  pipelines/orders/tests/orders.yaml:6:7
    5 |     given:
    6 |       order: [{ order_id: a, country: at, amount: 5, ordered_at: 2026-03-01T11:00:00Z, email: a@example.com }]
      |       ^^^^^
    7 |     then: { quarantine: [] }
  why: A test names what its pipeline declares, so this would test nothing.
  help: Did you mean \`orders\`?

1 case: 0 passed, 1 could not be run
exit code 1
`,
  },
  'yaml/duplicate-key': {
    input: `+++ pipelines/orders/pipeline.yaml
-    topic: orders
+    topic: orders
+    topic: orders-v2
`,
    printed: `error[yaml/duplicate-key]: The key \`topic\` stands twice in one mapping
  pipelines/orders/pipeline.yaml:8:5
    7 |     topic: orders
    8 |     topic: orders-v2
      |     ^^^^^
    9 |     contract: contracts/orders.schema.json
  it stands here first: pipelines/orders/pipeline.yaml:7:5
    6 |   orders:
    7 |     topic: orders
      |     ^^^^^
    8 |     topic: orders-v2
  why: Only one of the two could hold, and which one would be a guess.
  help: Keep one of them.

1 error
`,
  },
  'yaml/empty': {
    input: `without tenants/acme.yaml
+++ tenants/acme.yaml
+# Nothing yet.
`,
    printed: `error[yaml/empty]: The tenant file holds no YAML value
  tenants/acme.yaml:1:1
    1 | # Nothing yet.
      | ^
  why: An empty file declares nothing, and Smelt does not guess.
  help: Fill the file, or delete it.

1 error
`,
  },
  'yaml/key-not-text': {
    input: `+++ pipelines/orders/pipeline.yaml
   window: { type: duration, default: 1h }
+  ? [a, b]
+  : { type: duration }
`,
    printed: `error[yaml/key-not-text]: A key of this mapping is not a plain text
  pipelines/orders/pipeline.yaml:5:5
    4 |   window: { type: duration, default: 1h }
    5 |   ? [a, b]
      |     ^^^^^^
    6 |   : { type: duration }
  why: Every name in Smelt is a text.
  help: Write the key as one word, in quotes if need be.

1 error
`,
  },
  'yaml/several-documents': {
    input: `+++ tenants/acme.yaml
-  orders:
+  orders:
+---
+name: Globex
`,
    printed: `error[yaml/several-documents]: A second YAML document starts here
  tenants/acme.yaml:5:1
    4 |   orders:
    5 | ---
      | ^
    6 | name: Globex
  why: One file declares one thing, so the second document would be ignored.
  help: Move it to a file of its own, or remove the \`---\`.

1 error
`,
  },
  'yaml/syntax': {
    input: `+++ tenants/acme.yaml
-pii_key: \${secrets.ACME_PII_KEY}
+pii_key: "\${secrets.ACME_PII_KEY}
`,
    printed: `error[yaml/syntax]: The file is not valid YAML: missing closing "quote
  tenants/acme.yaml:4:9
    3 | pipelines:
    4 |   orders:
      |         ^
  why: Nothing in a file that does not parse can be trusted, so nothing of it is used.
  help: Mend the syntax at the marked place.

1 error
`,
  },
  'yaml/too-deep': {
    input: `+++ pipelines/orders/pipeline.yaml
-    topic: orders
+    topic: ‹[×300›orders‹]×300›
`,
    printed: `error[yaml/too-deep]: The file is nested deeper than 200 columns or brackets
  pipelines/orders/pipeline.yaml:7:207
    6 |   orders:
    7 | …[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[…
      |                                                                        ^
    8 |     contract: contracts/orders.schema.json
  why: No declaration needs such a depth, and a parser can be exhausted by it.
  help: Mend the indentation or the brackets at the marked place.

1 error
`,
  },
  'yaml/too-large': {
    input: `+++ tenants/acme.yaml
   orders:
+# ‹0123456789×200000›
`,
    printed: `error[yaml/too-large]: The file has 2000066 characters; at most 1048576 are read
  tenants/acme.yaml:1:1
    1 | smelt: 1
      | ^
    2 | pii_key: \${secrets.ACME_PII_KEY}
  why: A declaration is small; the limit keeps a broken generator from exhausting the machine.
  help: Split the declaration, or move data to a reference file.

1 error
`,
  },
  'yaml/unsupported': {
    input: `+++ pipelines/orders/pipeline.yaml
-    topic: orders
+    topic: &topic orders
`,
    printed: `error[yaml/unsupported]: YAML's anchor \`&topic\` is not supported here
  pipelines/orders/pipeline.yaml:7:12
    6 |   orders:
    7 |     topic: &topic orders
      |            ^^^^^^
    8 |     contract: contracts/orders.schema.json
  why: A declaration should read the same for everybody; a few features of YAML make that hard.
  help: Remove the anchor: there are no aliases to use it.

1 error
`,
  },
}
