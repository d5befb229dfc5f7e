import { codeEntry, type Diagnostic } from '#diagnostics'

/** How an attempt to run an instance ended. */
export interface Attempt {
  readonly diagnostics: readonly Diagnostic[]
  /** The last checkpoint that it made; undefined when it made none. */
  readonly checkpoint: number | undefined
  readonly ranMs: number
}

export type Decision =
  | { readonly restart: true; readonly delayMs: number }
  /** `times` is there when the same error came so often at the same checkpoint. */
  | { readonly restart: false; readonly times?: number }

const FIRST_DELAY_MS = 10_000
const LONGEST_DELAY_MS = 120_000
const JITTER = 0.1
/** After so long without a failure, the delay is that of the first. */
const RESET_MS = 600_000
/** The same error at the same checkpoint so often is a loop; what an outage causes may take longer to mend. */
const LOOP = { never: 3, backoff: 10 } as const

/**
 * Decides whether a failed instance is started again, and when: after 10 s, twice as long each time up to 2 min, each a tenth
 * more or less. An error that starting again cannot mend ends it at once, and so does the same error again and again without
 * a checkpoint in between. `random` gives 0 to 1.
 */
export function openRestartPolicy(random: () => number): (attempt: Attempt) => Decision {
  let failures = 0
  let same = 0
  let last = ''
  return ({ diagnostics, checkpoint, ranMs }) => {
    if (!diagnostics.every(mayPass)) return { restart: false }
    failures = ranMs >= RESET_MS ? 1 : failures + 1
    const error = diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n')
    same = checkpoint === undefined && error === last ? same + 1 : 1
    last = error
    const outage = diagnostics.every(({ code }) => code !== 'cli/instance-ended' && codeEntry(code).retry === 'backoff')
    if (same >= (outage ? LOOP.backoff : LOOP.never)) return { restart: false, times: same }
    const delay = Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), LONGEST_DELAY_MS)
    return { restart: true, delayMs: Math.round(delay * (1 + JITTER * (2 * random() - 1))) }
  }
}

/** Errors worth a retry by their entry, and faults of ours, which may be of the moment. */
function mayPass({ code, severity }: Diagnostic): boolean {
  const { retry, domain } = codeEntry(code)
  return severity !== 'error' || retry !== 'never' || domain === 'internal'
}
