import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { probeStore, type ObjectStore } from '#lake'

/** What every object store must do. `open` gives an empty store of its own for each test. */
export function objectStoreConformance(name: string, open: () => Promise<ObjectStore>): void {
  describe(`${name} conforms to the object store port`, () => {
    let store: ObjectStore
    beforeEach(async () => {
      store = await open()
      return () => store.close()
    })

    test('reads what was written, and nothing of what was not', async () => {
      const bytes = randomBytes(100_000)
      await store.write('a/b/c.bin', bytes)
      expect((await store.read('a/b/c.bin'))?.equals(bytes)).toBe(true)
      expect(await store.read('a/b/missing')).toBeUndefined()
      expect(await store.read('a/b')).toBeUndefined()
      expect(await store.read('a/b/c.bin/below')).toBeUndefined()
    })

    test('a write replaces, and an empty object is an object', async () => {
      await store.write('key', Buffer.from('a long first text'))
      await store.write('key', Buffer.from('short'))
      expect((await store.read('key'))?.toString()).toBe('short')
      await store.write('empty', Buffer.alloc(0))
      expect(await store.read('empty')).toHaveLength(0)
    })

    test('a second create is refused and changes nothing, and a deleted key can be created again', async () => {
      expect(await store.create('a/key', Buffer.from('first'))).toBe('created')
      expect(await store.create('a/key', Buffer.from('second'))).toBe('exists')
      expect((await store.read('a/key'))?.toString()).toBe('first')
      await store.delete(['a/key'])
      expect(await store.create('a/key', Buffer.from('third'))).toBe('created')
    })

    test('of many creators of one key exactly one wins, also when all bring the same bytes', async () => {
      for (const text of [(index: number) => `racer ${index}`, () => 'the same']) {
        for (let round = 0; round < 5; round++) {
          const key = `race/${text(0).length}/${round}`
          const outcomes = await Promise.all(
            Array.from({ length: 20 }, (_, index) => store.create(key, Buffer.from(text(index)))),
          )
          expect(outcomes.filter((each) => each === 'created')).toHaveLength(1)
          expect((await store.read(key))?.toString()).toBe(text(outcomes.indexOf('created')))
        }
      }
    })

    test('passes the probe, which leaves nothing behind', async () => {
      await probeStore(store)
      expect(await keys(store, '')).toEqual([])
    })

    test('files of all sizes go up and come down unchanged', async () => {
      const folder = await scratch()
      for (const size of [0, 1, 40_000_000]) {
        const bytes = randomBytes(size)
        await writeFile(path.join(folder, 'up'), bytes)
        await store.upload(`data/${size}.parquet`, path.join(folder, 'up'))
        await store.download(`data/${size}.parquet`, path.join(folder, 'down'))
        expect((await readFile(path.join(folder, 'down'))).equals(bytes)).toBe(true)
      }
      await expect(store.download('data/missing', path.join(folder, 'none'))).rejects.toMatchObject({
        code: 'lake/missing-file',
      })
      await expect(readFile(path.join(folder, 'none'))).rejects.toThrow('ENOENT')
    })

    test('lists by prefix, in byte order, after a key, over many pages', async () => {
      const names = [
        'a-b/x',
        'a/b',
        'a/c/d',
        'a0',
        'b/z',
        'b/é',
        'b/\u{1F600}',
        "b/it's & <odd> name",
        'b/ÿ',
        'c/v10',
        'c/v9',
      ]
      for (const name of names) await store.write(name, Buffer.from(name))
      const sorted = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      expect(await keys(store, '')).toEqual(sorted)
      expect(await keys(store, 'a/')).toEqual(['a/b', 'a/c/d'])
      expect(await keys(store, 'c/v1')).toEqual(['c/v10'])
      expect(await keys(store, 'nothing/')).toEqual([])
      for (const after of [...sorted, 'a/', 'a/c', 'a/b0', 'b']) {
        const expected = sorted.filter((name) => Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0)
        expect(await keys(store, '', after), after).toEqual(expected)
      }
      expect(await keys(store, 'a/', 'a/b')).toEqual(['a/c/d'])
      for await (const info of store.list('a/b')) {
        expect(info.size).toBe(3)
        expect(Math.abs(Date.now() - info.modifiedMs)).toBeLessThan(60_000)
      }
    })

    test('deletes many, passing over what is not there', async () => {
      const names = Array.from({ length: 30 }, (_, index) => `d/${index}`)
      await Promise.all(names.map((name) => store.write(name, Buffer.from(name))))
      await store.delete([...names.slice(0, 20), 'd/never'])
      expect(await keys(store, 'd/')).toHaveLength(10)
      await store.delete([])
    })

    test('a key cannot leave the root', async () => {
      for (const key of ['../x', 'a/../../x', '/x', 'a//b', '', './a', 'a\\..\\b', 'a\u0000b']) {
        await expect(store.read(key), key).rejects.toMatchObject({ code: 'lake/bad-key' })
        await expect(store.write(key, Buffer.from('x')), key).rejects.toMatchObject({ code: 'lake/bad-key' })
        await expect(store.create(key, Buffer.from('x')), key).rejects.toMatchObject({ code: 'lake/bad-key' })
        await expect(store.delete([key]), key).rejects.toMatchObject({ code: 'lake/bad-key' })
      }
    })

    test('locations and keys are two names of one thing', () => {
      expect(store.location('a/b')).toBe(`${store.root}/a/b`)
      expect(store.keyOf(`${store.root}/a/b`)).toBe('a/b')
      expect(store.root).not.toMatch(/^file:|\/$/)
      for (const location of [
        '/elsewhere/a',
        `${store.root}-other/a`,
        's3://other/a',
        `${store.root}/a/../../b`,
        'a/b',
      ]) {
        expect(() => store.keyOf(location), location).toThrow()
      }
    })
  })
}

async function keys(store: ObjectStore, prefix: string, after?: string): Promise<string[]> {
  const found: string[] = []
  for await (const { key } of store.list(prefix, after === undefined ? {} : { after })) found.push(key)
  return found
}

async function scratch(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'smelt-store-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
