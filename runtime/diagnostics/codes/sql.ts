import { entry } from '../entry.ts'

export const sqlCodes = {
  'sql/statement-failed': entry<{ statement: string }>({
    title: 'Statement failed',
    severity: 'error',
    domain: 'external',
    retry: 'backoff',
    message: ({ statement }) => `The embedded engine could not run \`${statement}\``,
    why: 'The batch could not be finished; nothing of it was committed.',
    fix: 'Look at the cause: a full disk and too small a `memory_limit` are the usual ones. Then start again.',
    since: '0.1.0',
    example: { statement: 'insert into silver_devices' },
  }),
}
