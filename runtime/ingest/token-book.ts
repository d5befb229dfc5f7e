import { isSmeltError } from '#diagnostics'
import { isValidToken, type StoredToken } from './token.ts'
import { listTokenIds, readToken, type TokenStore } from './token-files.ts'

/** The tokens of one tenant, as a server knows them. */
export interface TokenBook {
  /** What the token is good for; undefined when it is good for nothing. Throws lake/* while the lake cannot be read. */
  find(token: string, id: string): Promise<StoredToken | undefined>
}

/** A revoked token is refused at the latest after this long. */
export const REVOKED_AFTER_MS = 10_000
/** While the lake cannot be read, tokens that are known stay good this long. */
const STALE_MS = 60_000
/** A token that was made just now is looked for, but not more often than this, whatever is sent. */
const LOOK_EVERY_MS = 1_000

/** Opens the tokens that lie in the lake of a tenant. They are read at the first question. */
export function openTokenBook(store: TokenStore, clock: () => number): TokenBook {
  let tokens: ReadonlyMap<string, StoredToken> = new Map()
  let readMs = -Infinity
  let lookedMs = -Infinity
  let reading: Promise<void> | undefined

  const look = async (): Promise<void> => {
    lookedMs = clock()
    const found = new Map<string, StoredToken>()
    for (const id of await listTokenIds(store)) {
      const token = tokens.get(id) ?? (await readSound(store, id))
      if (token !== undefined) found.set(id, token)
    }
    tokens = found
    readMs = lookedMs
  }
  const lookOnce = (): Promise<void> => (reading ??= look().finally(() => (reading = undefined)))

  const refresh = async (id: string): Promise<void> => {
    const now = clock()
    const isDue = now - readMs >= REVOKED_AFTER_MS || !tokens.has(id)
    if (!isDue || (reading === undefined && now - lookedMs < LOOK_EVERY_MS && readMs > -Infinity)) return
    try {
      await lookOnce()
    } catch (error) {
      if (clock() - readMs >= STALE_MS) throw error
    }
  }
  return {
    async find(token, id) {
      await refresh(id)
      const stored = tokens.get(id)
      return stored !== undefined && isValidToken(token, stored, clock()) ? stored : undefined
    },
  }
}

/** One damaged file must not shut out the holders of all others. */
async function readSound(store: TokenStore, id: string): Promise<StoredToken | undefined> {
  try {
    return await readToken(store, id)
  } catch (error) {
    if (isSmeltError(error, 'ingest/damaged-token')) return undefined
    throw error
  }
}
