/** Where probes are answered. */
export interface HealthAddress {
  /** Left out: every address of the machine. */
  readonly host?: string
  readonly port: number
}

/** `8081` is this machine alone, `*:8081` every address of it, `10.0.0.7:8081` one of them. Undefined for anything else. */
export function parseHealthAddress(text: string): HealthAddress | undefined {
  const [, host, digits] = /^(?:(\*|\[[\da-fA-F:.]+\]|[\w.-]+):)?(\d{1,5})$/.exec(text) ?? []
  const port = Number(digits)
  if (digits === undefined || port > 65_535) return undefined
  if (host === '*') return { port }
  return { host: host?.replace(/^\[|\]$/g, '') ?? '127.0.0.1', port }
}
