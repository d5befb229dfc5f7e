import { isSmeltError, smeltError } from '#diagnostics'
import { tableName, type Identifier } from './identifier.ts'

/** The error of a commit that cannot be applied; nothing of it was. */
export function conflict(table: Identifier, detail: string): Error {
  return smeltError('lake/commit-conflict', { table: tableName(table), detail })
}

/** What a commit gives; undefined when another writer came first, so that it can be staged anew or left. */
export async function unlessConflict<T>(commit: Promise<T>): Promise<T | undefined> {
  try {
    return await commit
  } catch (error) {
    if (isSmeltError(error, 'lake/commit-conflict')) return undefined
    throw error
  }
}
