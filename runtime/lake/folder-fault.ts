import { isSmeltError, smeltError } from '#diagnostics'

/** The error number's name, such as `ENOENT`, of a fault of the file system. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** What a fault of the file system means to the user. Our own errors pass through. */
export function folderFault(where: string, error: unknown): Error {
  if (isSmeltError(error)) return error
  switch (systemCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return smeltError('lake/disk-full', { path: where }, { cause: error })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return smeltError('lake/access-denied', { location: where }, { cause: error })
    case 'ENOTDIR':
      return smeltError('lake/not-a-folder', { path: where }, { cause: error })
    default:
      return smeltError('lake/store-failed', { location: where }, { cause: error })
  }
}
