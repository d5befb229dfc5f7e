import path from 'node:path'
import type { Host } from '../host.ts'

/** What was applied of a tenant, step by step. It is told, never relied on: each step finds out by itself what is there. */
export interface Journal {
  readonly note: (step: string, done: readonly string[]) => void
}

/** The journal of a tenant in one environment: one JSON line for each step, at its end, newest last. */
export function openJournal(
  { clock, files, userName }: Host,
  root: string,
  { tenant, environment }: { readonly tenant: string; readonly environment: string },
): Journal {
  const file = path.join(root, '.smelt', 'tenants', `${tenant}.${environment}.jsonl`)
  return {
    note(step, done) {
      const line = JSON.stringify({ at: new Date(clock()).toISOString(), by: userName, step, done })
      const before = files.readText(file)
      if (before === undefined) files.create(file, `${line}\n`)
      else files.write(file, `${before}${line}\n`)
    },
  }
}
