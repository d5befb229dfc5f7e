import type { AnyCodeEntry } from '#diagnostics'

/** Who can mend what a code tells. */
export const WHO_MENDS: Readonly<Record<AnyCodeEntry['domain'], string>> = {
  user: 'you, in your files or input',
  external: 'whoever runs the system underneath',
  internal: 'Smelt',
}

/** Whether doing the same again can help. */
export const RETRY_HELPS: Readonly<Record<AnyCodeEntry['retry'], string>> = {
  never: 'does not help',
  backoff: 'later',
  refresh: 'after reading again',
}
