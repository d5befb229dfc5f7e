import { codeEntry, type Diagnostic } from '#diagnostics'

/** What a command tells the shell. */
export const EXIT = {
  fine: 0,
  /** Something in the user's files or input is wrong. */
  problems: 1,
  usage: 2,
  /** Something outside failed; the same command may work later. */
  external: 3,
  /** Not done, because something else must be decided or stopped first. */
  refused: 4,
  /** A fault of Smelt. */
  bug: 70,
} as const

/** The same for people, one sentence each. */
export const EXIT_MEANS: Readonly<Record<keyof typeof EXIT, string>> = {
  fine: 'Done, and nothing is wrong.',
  problems: 'Something in your files or input is wrong.',
  usage: 'The command was not called in a way it understands.',
  external: 'Something outside failed. The same command may work later.',
  refused: 'Not done, because something else must be decided or stopped first.',
  bug: 'A fault of Smelt.',
}

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

const WORST_LAST: readonly ExitCode[] = [EXIT.fine, EXIT.problems, EXIT.refused, EXIT.external, EXIT.usage, EXIT.bug]

/** The exit code that a diagnostic asks for: by its domain, except for refusals and wrong usage. */
export function exitCodeOf({ code, severity }: Pick<Diagnostic, 'code' | 'severity'>): ExitCode {
  if (severity !== 'error') return EXIT.fine
  switch (code) {
    case 'cli/bad-usage':
      return EXIT.usage
    case 'checkpoint/fenced':
    case 'checkpoint/already-running':
    case 'checkpoint/needs-approval':
    case 'checkpoint/change-refused':
    case 'checkpoint/other-plan':
    case 'checkpoint/plan-changed':
    case 'checkpoint/savepoint-exists':
    case 'checkpoint/unknown-request':
    case 'checkpoint/subject-kept':
    case 'checkpoint/offsets-lost':
    case 'checkpoint/version-differs':
    case 'checkpoint/held-back':
    case 'cli/files-edited':
    case 'tenant/not-active':
    case 'tenant/wrong-state':
      return EXIT.refused
    default:
      return BY_DOMAIN[codeEntry(code).domain]
  }
}

const BY_DOMAIN = { user: EXIT.problems, external: EXIT.external, internal: EXIT.bug } as const

/** The exit code for several outcomes: the one that asks for the most attention. */
export function worstExit(codes: readonly ExitCode[]): ExitCode {
  return codes.reduce((worst, each) => (WORST_LAST.indexOf(each) > WORST_LAST.indexOf(worst) ? each : worst), EXIT.fine)
}
