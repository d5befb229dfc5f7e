import { nearestMatch, smeltError } from '#diagnostics'
import type { TokenBook } from './token-book.ts'
import { allowsTopic, tokenName, type StoredToken } from './token.ts'

/** Where a request wants its records to go. */
export interface Place {
  readonly tenant: string
  readonly topic: string
}

/** The token of a request, when it is good. Throws ingest/unauthorized, and ingest/unavailable when that cannot be told. */
export async function authenticate(
  header: string | undefined,
  books: ReadonlyMap<string, TokenBook>,
): Promise<StoredToken> {
  const token = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? ''
  const name = tokenName(token)
  const book = name && books.get(name.tenant)
  if (name === undefined || book === undefined) throw smeltError('ingest/unauthorized', {})
  let found: StoredToken | undefined
  try {
    found = await book.find(token, name.id)
  } catch (cause) {
    throw smeltError('ingest/unavailable', { detail: 'the tokens of the tenant cannot be read' }, { cause })
  }
  // The hash covers the tenant; a file that was copied into the lake of another one says so too.
  if (found?.tenant !== name.tenant) throw smeltError('ingest/unauthorized', {})
  return found
}

/**
 * Whether the token is good for the place, and there is such a topic. What the token does not allow is refused in one way,
 * whether it exists or not: nobody learns the names of others. Throws ingest/forbidden, ingest/unknown-topic.
 */
export function authorise<T>(token: StoredToken, place: Place, topics: ReadonlyMap<string, T>): T {
  if (place.tenant !== token.tenant || !allowsTopic(token, place.topic)) throw smeltError('ingest/forbidden', {})
  const found = topics.get(`${place.tenant}.${place.topic}`)
  if (found !== undefined) return found
  const own = `${token.tenant}.`
  const known = [...topics.keys()]
    .filter((name) => name.startsWith(own))
    .map((name) => name.slice(own.length))
    .filter((topic) => allowsTopic(token, topic))
  throw smeltError('ingest/unknown-topic', { topic: place.topic, nearest: nearestMatch(place.topic, known), known })
}
