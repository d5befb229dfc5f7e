/** What the system says of a file that is there, or whose name can be none, in words that follow "cannot be read:". */
const DETAILS: Readonly<Record<string, string>> = {
  EACCES: 'this user has no right to read it',
  EPERM: 'this user has no right to read it',
  EISDIR: 'it is a folder',
  ELOOP: 'it is a link that leads in a circle',
  ENAMETOOLONG: 'the name is too long',
  ERR_INVALID_ARG_VALUE: 'the name holds a character that no file can have',
}

/** Whether a fault says that there is no such file. A path through a file is not there either. */
export function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')
}

/** Why a file cannot be read; undefined for a fault that is none of the file. */
export function fileFault(error: unknown): string | undefined {
  return DETAILS[codeOf(error) ?? '']
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
