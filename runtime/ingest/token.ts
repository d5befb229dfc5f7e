import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** A token as it is kept: everything but its secret. */
export interface StoredToken {
  readonly format: 1
  readonly id: string
  readonly tenant: string
  /** Topics without the tenant in front; `all` for those of the tenant, now and later. */
  readonly topics: 'all' | readonly string[]
  /** SHA-256 of the whole token, in hexadecimal digits. */
  readonly hash: string
  readonly createdMs: number
  readonly createdBy: string
  readonly expiresMs?: number
}

const TOKEN = /^smelt_([a-z][a-z0-9-]{0,38}[a-z0-9])_([0-9a-f]{12})_[0-9a-f]{64}$/

/**
 * Makes a token: `smelt_<tenant>_<id>_<256 random bits>`, so that one that leaked is found by its beginning and revoked by
 * its id. The hash needs no salt: nobody guesses 256 bits. It covers tenant and id, so it is good in no other place.
 */
export function createToken(about: Omit<StoredToken, 'format' | 'id' | 'hash'>): {
  readonly token: string
  readonly stored: StoredToken
} {
  const id = randomBytes(6).toString('hex')
  const token = `smelt_${about.tenant}_${id}_${randomBytes(32).toString('hex')}`
  return { token, stored: { format: 1, id, ...about, hash: hashOf(token).toString('hex') } }
}

/** Whose token a text claims to be; undefined when it has not the form of one. */
export function tokenName(token: string): { readonly tenant: string; readonly id: string } | undefined {
  const [, tenant, id] = TOKEN.exec(token) ?? []
  return tenant === undefined || id === undefined ? undefined : { tenant, id }
}

/** Whether `token` is the one that is stored, and not expired. Takes as long for a wrong one as for the right one. */
export function isValidToken(token: string, { hash, expiresMs }: StoredToken, nowMs: number): boolean {
  const stored = Buffer.from(hash, 'hex')
  const given = hashOf(token)
  const same = stored.length === given.length && timingSafeEqual(stored, given)
  return same && (expiresMs === undefined || nowMs < expiresMs)
}

/** Whether a token is for a topic of its tenant. */
export function allowsTopic({ topics }: StoredToken, topic: string): boolean {
  return topics === 'all' || topics.includes(topic)
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
