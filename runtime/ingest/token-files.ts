import { smeltError } from '#diagnostics'
import type { ObjectStore } from '#lake'
import type { StoredToken } from './token.ts'

/** What of a lake the tokens of its tenant need. */
export type TokenStore = Pick<ObjectStore, 'read' | 'create' | 'list' | 'delete'>

/** Among what the engine keeps of its own, so that its role in the cloud reads it; no pipeline is called so. */
const FOLDER = 'state/.ingest/tokens/'

const keyOf = (id: string): string => `${FOLDER}${id}.json`

/** Keeps a token in the lake of its tenant; false when there is one of its id. */
export async function saveToken(store: TokenStore, token: StoredToken): Promise<boolean> {
  const text = `${JSON.stringify(token, null, 2)}\n`
  return (await store.create(keyOf(token.id), Buffer.from(text))) === 'created'
}

/** The ids of the tokens that there are, damaged ones too. */
export async function listTokenIds(store: TokenStore): Promise<string[]> {
  const ids: string[] = []
  for await (const { key } of store.list(FOLDER)) if (key.endsWith('.json')) ids.push(key.slice(FOLDER.length, -5))
  return ids
}

/** A token, or undefined when there is none of that id. Throws ingest/damaged-token. */
export async function readToken(store: TokenStore, id: string): Promise<StoredToken | undefined> {
  const bytes = await store.read(keyOf(id))
  if (bytes === undefined) return undefined
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw smeltError('ingest/damaged-token', { key: keyOf(id), detail: 'it is not JSON' }, { cause })
  }
  if (isToken(value) && value.id === id) return value
  throw smeltError('ingest/damaged-token', { key: keyOf(id), detail: 'it has not the fields of one' })
}

/** Takes a token away. Servers hear of it with their next look. */
export async function deleteToken(store: TokenStore, id: string): Promise<void> {
  await store.delete([keyOf(id)])
}

function isToken(value: unknown): value is StoredToken {
  if (typeof value !== 'object' || value === null) return false
  const fields: Readonly<Record<string, unknown>> = { ...value }
  const { format, id, tenant, topics, hash, createdMs, createdBy, expiresMs } = fields
  const texts = [id, tenant, hash, createdBy].every((each) => typeof each === 'string')
  const named = topics === 'all' || (Array.isArray(topics) && topics.every((each) => typeof each === 'string'))
  const times = typeof createdMs === 'number' && (expiresMs === undefined || typeof expiresMs === 'number')
  return format === 1 && texts && named && times
}
