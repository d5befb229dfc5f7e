import type { Severity } from '../entry.ts'

/** Colours, or none. */
export interface Paint {
  readonly strong: (text: string) => string
  readonly faint: (text: string) => string
  readonly severity: (severity: Severity, text: string) => string
  /** A line that goes or comes. */
  readonly change: (sign: '-' | '+', text: string) => string
}

const SEVERITY: Readonly<Record<Severity, number>> = { error: 31, warning: 33, info: 36 }

/** ANSI colours when `colours` is true, plain text otherwise. */
export function paintWith(colours: boolean): Paint {
  const wrap = (on: number, off: number, text: string): string =>
    colours ? `\u001B[${on}m${text}\u001B[${off}m` : text
  return {
    strong: (text) => wrap(1, 22, text),
    faint: (text) => wrap(2, 22, text),
    severity: (severity, text) => wrap(1, 22, wrap(SEVERITY[severity], 39, text)),
    change: (sign, text) => wrap(sign === '-' ? 31 : 32, 39, text),
  }
}
