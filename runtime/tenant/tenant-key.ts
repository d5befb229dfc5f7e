import { TENANT_KEY } from '#spec'

/**
 * Whether a tenant may be called so: 2 to 24 lower-case letters, digits and single hyphens, a letter first, no hyphen
 * last. That is valid in topics, buckets, roles, namespaces and paths, with room for what is added there.
 */
export function isTenantKey(text: string): boolean {
  return TENANT_KEY.pattern.test(text)
}
