/** 2 to 40 lower-case letters, digits and hyphens, a letter first, no hyphen last: valid in topics, buckets and paths. */
export function isTenantId(text: string): boolean {
  return /^[a-z][a-z0-9-]{0,38}[a-z0-9]$/.test(text)
}
