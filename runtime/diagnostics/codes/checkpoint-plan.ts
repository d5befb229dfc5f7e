import { entry } from '../entry.ts'

/** Of one plan after another: changes, approvals, versions, rebuilds. */
export const checkpointPlanCodes = {
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
    /** The plan is the one that ran, and is to work tables out anew. */
    unchanged?: boolean
  }>({
    title: 'Change needs an approval',
    severity: 'error',
    domain: 'user',
    retry: 'never',
    message: ({ pipeline, approvals, unchanged }) => {
      const what = unchanged ? `A rebuild of \`${pipeline}\`` : `\`${pipeline}\` changed since its last run, and this`
      return `${what} needs an approval: ${approvals.join('; ')}`
    },
    why: 'Rows or columns that people may read go, or are worked out anew. Nothing was changed.',
    example: {
      pipeline: 'acme/orders',
      hash: 'a51f3c02d9be',
      approvals: ['`silver.orders` is rewritten: `amount` is worked out otherwise'],
    },
    fix({ pipeline, hash, unchanged, command = unchanged ? `smelt rebuild ${pipeline}` : undefined }) {
      if (command === undefined)
        return `Look at it with \`smelt plan ${pipeline}\`, then approve it with \`smelt apply ${pipeline} --approve ${hash}\`, or take the change back.`
      const approve = `\`${command} --approve ${hash}\``
      return unchanged
        ? `Look at it with \`${command} --dry-run\`, then approve it with ${approve}, or leave the tables as they are.`
        : `Approve it with ${approve}, or leave the version that runs.`
    },
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
}
