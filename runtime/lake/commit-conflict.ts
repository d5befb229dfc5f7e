import { smeltError } from '#diagnostics'
import { tableName, type Identifier } from './identifier.ts'

/** The error of a commit that cannot be applied; nothing of it was. */
export function conflict(table: Identifier, detail: string): Error {
  return smeltError('lake/commit-conflict', { table: tableName(table), detail })
}
