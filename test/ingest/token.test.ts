import { describe, expect, it } from 'vitest'
import { createToken, deleteToken, isValidToken, openTokenBook, readToken, saveToken, type TokenStore } from '#ingest'
import { openStore } from '#lake'
import { temporaryFolder } from '../support/pipeline.ts'

const ABOUT = { tenant: 'acme', topics: 'all', createdMs: 0, createdBy: 'tester' } as const
const idOf = (token: string): string => token.split('_')[2] ?? ''

/** A store that counts its listings, and fails when told to. */
async function watched() {
  const inner = await openStore({ kind: 'folder', path: await temporaryFolder() })
  const state = { listings: 0, isDown: false }
  const store: TokenStore = {
    read: (key) => inner.read(key),
    create: (key, bytes) => inner.create(key, bytes),
    delete: (keys) => inner.delete(keys),
    list(prefix) {
      state.listings += 1
      if (state.isDown) throw new Error('the lake is down')
      return inner.list(prefix)
    },
  }
  return { store, state }
}

describe('a token', () => {
  it('is greppable, and stored as a hash from which it cannot be told', () => {
    const { token, stored } = createToken(ABOUT)
    expect(token).toMatch(/^smelt_acme_[0-9a-f]{12}_[0-9a-f]{64}$/)
    expect(JSON.stringify(stored)).not.toContain(token.slice(-64))
    expect(isValidToken(token, stored, 0)).toBe(true)
    expect(isValidToken(`${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`, stored, 0)).toBe(false)
    expect(isValidToken(token, { ...stored, hash: '' }, 0)).toBe(false)
  })

  it('is good until the moment it expires', () => {
    const { token, stored } = createToken({ ...ABOUT, expiresMs: 10 })
    expect([9, 10].map((now) => isValidToken(token, stored, now))).toEqual([true, false])
  })
})

describe('the tokens of a tenant', () => {
  it('a revoked one is refused after ten seconds, a new one is heard after one', async () => {
    const { store } = await watched()
    let now = 0
    const book = openTokenBook(store, () => now)
    const first = createToken(ABOUT)
    await saveToken(store, first.stored)
    expect(await book.find(first.token, first.stored.id)).toMatchObject({ id: first.stored.id })
    const second = createToken(ABOUT)
    await saveToken(store, second.stored)
    await deleteToken(store, first.stored.id)
    now = 1000
    expect(await book.find(second.token, second.stored.id)).toBeDefined()
    expect(await book.find(first.token, first.stored.id)).toBeUndefined()
  })

  it('whatever is sent, the lake is looked at once a second at most', async () => {
    const { store, state } = await watched()
    let now = 0
    const book = openTokenBook(store, () => now)
    for (let at = 0; at < 50; at++) {
      now += 50
      const stranger = createToken(ABOUT).token
      expect(await book.find(stranger, idOf(stranger))).toBeUndefined()
    }
    expect(state.listings).toBeLessThanOrEqual(3)
  })

  it('while the lake is down the known ones are good for a minute, and then nobody can tell', async () => {
    const { store, state } = await watched()
    let now = 0
    const book = openTokenBook(store, () => now)
    const { token, stored } = createToken(ABOUT)
    await saveToken(store, stored)
    expect(await book.find(token, stored.id)).toBeDefined()
    state.isDown = true
    now = 59_000
    expect(await book.find(token, stored.id)).toBeDefined()
    now = 62_000
    await expect(book.find(token, stored.id)).rejects.toThrow('the lake is down')
  })

  it('a damaged file is told by its name, and shuts nobody else out', async () => {
    const { store } = await watched()
    const { token, stored } = createToken(ABOUT)
    await saveToken(store, stored)
    await store.create('state/.ingest/tokens/0123456789ab.json', Buffer.from('{'))
    await store.create('state/.ingest/tokens/0123456789ac.json', Buffer.from('{"format":1}'))
    await expect(readToken(store, '0123456789ab')).rejects.toMatchObject({ code: 'ingest/damaged-token' })
    await expect(readToken(store, '0123456789ac')).rejects.toMatchObject({ code: 'ingest/damaged-token' })
    expect(await openTokenBook(store, () => 0).find(token, stored.id)).toBeDefined()
  })
})
