import { beforeEach, expect, onTestFinished, test } from 'vitest'
import {
  commitTable,
  currentShape,
  openCatalog,
  openStore,
  shapeTable,
  type Catalog,
  type Layer,
  type ObjectStore,
} from '#lake'
import { clock, emptyCommit, identify, scratchFolder } from '../support/lake.ts'

const COLUMNS = { columns: [{ name: 'id', type: 'long' }] } as const
const HINT = 'silver/t/metadata/version-hint.text'

let store: ObjectStore
let catalog: Catalog
beforeEach(async () => {
  store = await openStore({ kind: 'folder', path: await scratchFolder(onTestFinished) })
  catalog = openCatalog(store)
})

/** A table with versions 1 to `version`. */
async function tableWithVersions(version: number): Promise<void> {
  await catalog.create(identify('t'), COLUMNS, { clock })
  for (let made = 1; made < version; made++) await commitTable(catalog, emptyCommit('t'), { clock })
}

test('a table is created once, by one of many, and found by anyone', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, () => openCatalog(store).create(identify('t'), COLUMNS, { clock })),
  )
  const lost = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []))
  expect(lost).toHaveLength(9)
  for (const reason of lost) expect(reason).toMatchObject({ code: 'catalog/table-exists' })
  expect((await openCatalog(store).load(identify('t')))?.metadataLocation).toBe(
    `${store.root}/silver/t/metadata/v1.metadata.json`,
  )
  expect(await catalog.load(identify('other'))).toBeUndefined()
})

test('a table whose first version was long deleted cannot be created again', async () => {
  await tableWithVersions(4)
  await store.delete(['silver/t/metadata/v1.metadata.json'])
  await expect(catalog.create(identify('t'), COLUMNS, { clock })).rejects.toMatchObject({
    code: 'catalog/table-exists',
  })
})

test.each<[string, string | undefined]>([
  ['is right', '4'],
  ['lags behind', '2'],
  ['is missing', undefined],
  ['is torn', ''],
  ['is rubbish', '4x'],
  ['points at a version that is gone', '900'],
])('the newest version is found when the hint %s', async (_, text) => {
  await tableWithVersions(4)
  if (text === undefined) await store.delete([HINT])
  else await store.write(HINT, Buffer.from(text))
  expect((await openCatalog(store).load(identify('t')))?.metadataLocation).toMatch(/v4\.metadata\.json$/)
})

test('the hint follows each commit, never goes back, and takes a stale checksum away', async () => {
  await tableWithVersions(2)
  const checksum = 'silver/t/metadata/.version-hint.text.crc'
  await store.write(checksum, Buffer.from('stale'))
  await commitTable(catalog, emptyCommit('t'), { clock })
  expect((await store.read(HINT))?.toString()).toBe('3')
  expect(await store.read(checksum)).toBeUndefined()
})

test('lists the tables of a layer without listing their files', async () => {
  for (const [layer, name] of [
    ['silver', 'b'],
    ['silver', 'a'],
    ['silver', 'a-b'],
    ['silver', 'a0'],
    ['gold', 'c'],
  ] as const) {
    await catalog.create({ layer, name }, COLUMNS, { clock })
    for (let index = 0; index < 3; index++)
      await store.write(`${layer}/${name}/data/${index}.parquet`, Buffer.from('x'))
  }
  await store.write('silver/no-table/data/x.parquet', Buffer.from('x'))
  const names = async (layer: Layer): Promise<string[]> => (await catalog.list(layer)).map((each) => each.name)
  expect((await names('silver')).sort()).toEqual(['a', 'a-b', 'a0', 'b'])
  expect(await names('gold')).toEqual(['c'])
  expect(await names('bronze')).toEqual([])
})

test.each(['../escape', '', 'a/b', '.hidden', 'a b', 'x'.repeat(200)])('`%s` is no table name', async (name) => {
  await expect(Promise.resolve().then(() => catalog.load(identify(name)))).rejects.toMatchObject({
    code: 'catalog/bad-name',
  })
})

test('a commit to a table that is not there says so', async () => {
  await expect(commitTable(catalog, emptyCommit('t'), { clock })).rejects.toMatchObject({
    code: 'catalog/no-such-table',
  })
})

test('the number of old metadata files is a table property', async () => {
  await tableWithVersions(1)
  const table = await catalog.load(identify('t'))
  if (table === undefined) throw new Error('no table')
  const properties = { 'write.metadata.previous-versions-max': '3' }
  await shapeTable(catalog, { ...currentShape(table), properties }, { clock })
  for (let index = 0; index < 10; index++) await commitTable(catalog, emptyCommit('t'), { clock })
  const files: string[] = []
  for await (const { key } of store.list('silver/t/metadata/v')) files.push(key)
  expect(files.filter((key) => key.endsWith('.json'))).toHaveLength(4)
})

test('damaged and foreign metadata is named, not guessed at', async () => {
  await tableWithVersions(1)
  const file = 'silver/t/metadata/v1.metadata.json'
  const text = (await store.read(file))?.toString() ?? ''
  for (const [bad, code] of [
    [text.slice(0, 100), 'lake/bad-metadata'],
    [text.replace('"format-version":2', '"format-version":3'), 'lake/unsupported'],
    [text.replace('"type":"long"', '"type":"geometry"'), 'lake/unsupported'],
    [text.replace('"last-column-id":1', '"last-column-id":"one"'), 'lake/bad-metadata'],
  ]) {
    await store.write(file, Buffer.from(bad ?? ''))
    await expect(openCatalog(store).load(identify('t'))).rejects.toMatchObject({ code })
  }
})
