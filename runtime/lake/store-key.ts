import { smeltError } from '#diagnostics'

/** Refuses a key that is not a plain relative path: no empty, `.` or `..` segment, no backslash, no control character. */
export function checkKey(key: string): string {
  const bad = key.split('/').some((segment) => segment === '' || segment === '.' || segment === '..')
  if (bad || /[\\\p{Cc}]/u.test(key)) throw smeltError('lake/bad-key', { key })
  return key
}

/** The key of `location` under `root`; `lake/foreign-location` when it lies elsewhere. */
export function keyUnder(root: string, location: string): string {
  const prefix = root.endsWith('/') ? root : `${root}/`
  if (!location.startsWith(prefix)) throw smeltError('lake/foreign-location', { location, root })
  return checkKey(location.slice(prefix.length))
}
