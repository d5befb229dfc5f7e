import { randomUUID } from 'node:crypto'
import { smeltError } from '#diagnostics'
import type { ObjectStore } from './object-store.ts'

const RACERS = 20
const ROUNDS = 3

/**
 * Proves, as far as trying can, that the store creates objects atomically: a second create is refused and changes
 * nothing, and of twenty creators at once exactly one wins, a few rounds long. `lake/store-not-atomic` otherwise.
 * What it wrote is removed.
 */
export async function probeStore(store: ObjectStore): Promise<void> {
  const keys = Array.from({ length: ROUNDS + 1 }, () => `.probe/${randomUUID()}`)
  const [first = '', ...races] = keys
  try {
    await createTwice(store, first)
    for (const key of races) await race(store, key)
  } finally {
    await store.delete(keys).catch(() => undefined)
  }
}

async function createTwice(store: ObjectStore, key: string): Promise<void> {
  const outcomes = [await store.create(key, Buffer.from('first')), await store.create(key, Buffer.from('second'))]
  if (outcomes.join() !== 'created,exists')
    throw refuse(store, `two creates of one key were told \`${outcomes.join('`, `')}\``)
  if ((await store.read(key))?.toString() !== 'first') throw refuse(store, 'a refused create replaced the object')
}

async function race(store: ObjectStore, key: string): Promise<void> {
  const names = Array.from({ length: RACERS }, (_, index) => `racer ${index}`)
  const outcomes = await Promise.all(names.map((name) => store.create(key, Buffer.from(name))))
  const winners = names.filter((_, index) => outcomes[index] === 'created')
  if (winners.length !== 1) throw refuse(store, `${winners.length} of ${RACERS} creators at once were told they won`)
  const left = (await store.read(key))?.toString()
  if (left !== winners[0])
    throw refuse(store, `\`${winners[0] ?? ''}\` won a race, but the object is of \`${left ?? 'nobody'}\``)
}

function refuse(store: ObjectStore, detail: string): Error {
  return smeltError('lake/store-not-atomic', { root: store.root, detail })
}
