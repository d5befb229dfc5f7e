import { smeltError } from '#diagnostics'
import type { ObjectStore } from '#lake'

export interface FaultyStore extends ObjectStore {
  /** Every call so far, as `operation key`. */
  readonly calls: string[]
  /** The call with this number (from 0) fails: before it is done, or after it was. */
  failAt: number
  when: 'before' | 'after'
}

/** A store that fails once, at a chosen call, as a store does whose answer was lost. */
export function faultyStore(inner: ObjectStore): FaultyStore {
  const guard = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const number = store.calls.push(name) - 1
    const fault = (): Error => smeltError('lake/store-unavailable', { location: name, attempts: 1 })
    if (number === store.failAt && store.when === 'before') throw fault()
    const result = await work()
    if (number === store.failAt) throw fault()
    return result
  }
  const store: FaultyStore = {
    ...inner,
    calls: [],
    failAt: -1,
    when: 'before',
    read: (key) => guard(`read ${key}`, () => inner.read(key)),
    write: (key, bytes) => guard(`write ${key}`, () => inner.write(key, bytes)),
    create: (key, bytes) => guard(`create ${key}`, () => inner.create(key, bytes)),
    upload: (key, localPath) => guard(`upload ${key}`, () => inner.upload(key, localPath)),
    delete: (keys) => guard(`delete ${keys.join(' ')}`, () => inner.delete(keys)),
  }
  return store
}
