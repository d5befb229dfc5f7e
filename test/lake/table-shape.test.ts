import { onTestFinished, describe, expect, test } from 'vitest'
import {
  currentSchema,
  newShape,
  openStore,
  planScan,
  shapeFor,
  shapeTable,
  withShape,
  type NewField,
  type NewTable,
  type Table,
  type WantedShape,
} from '#lake'
import { openSession } from '../support/duckdb.ts'
import { describeWithParts } from '../support/parts.ts'
import { readWithDuckdbIceberg, readWithPyIceberg } from '../support/readers.ts'
import { clock, identify, openTestLake, scratchFolder, type TestLake } from '../support/lake.ts'

const TABLE: NewTable = {
  columns: [
    { name: 'id', type: 'long', required: true },
    { name: 'at', type: 'timestamptz', required: true },
    { name: 'amount', type: 'decimal(9, 2)' },
    { name: 'tags', type: { type: 'list', element: 'string' } },
  ],
  partitionBy: [{ column: 'at', transform: 'day' }],
  properties: { made: 'first' },
}
const ROWS = `SELECT 1::BIGINT AS id, TIMESTAMPTZ '2026-01-01 00:00:00Z' AS at, 1.5::DECIMAL(9, 2) AS amount, ['a'] AS tags`

async function openLake(): Promise<TestLake> {
  const folder = await scratchFolder((clean) => onTestFinished(clean))
  const store = await openStore({ kind: 'folder', path: `${folder}/lake` })
  const session = await openSession()
  onTestFinished(() => session.close())
  return openTestLake(store, session, folder)
}

async function filled(lake: TestLake): Promise<Table> {
  await lake.create('t', TABLE)
  return (await lake.append('t', ROWS)).table
}

const ids = (table: Table): Record<string, number> =>
  Object.fromEntries(currentSchema(table).fields.map(({ name, id }) => [name, id]))

describe('a table gets another shape', () => {
  test('with its rows under renamed and widened columns, and null in new ones', async () => {
    const lake = await openLake()
    const before = await filled(lake)
    const wanted: WantedShape = {
      columns: [
        { name: 'sum', type: 'decimal(12, 2)' },
        { name: 'id', type: 'long', required: true },
        { name: 'note', type: 'string', required: true },
        { name: 'at', type: 'timestamptz', required: true },
      ],
      partitionBy: [
        { column: 'at', transform: 'day' },
        { column: 'id', transform: 'bucket[4]' },
      ],
      properties: { made: 'second' },
      renamed: new Map([['sum', 'amount']]),
      rowsReplaced: false,
    }
    const shape = shapeFor(before, wanted)
    const staged = withShape(lake.catalog, before, shape)
    const after = await shapeTable(lake.catalog, shape, { clock })
    expect(currentSchema(staged)).toEqual(currentSchema(after))
    expect(staged.metadata.partitionSpecs).toEqual(after.metadata.partitionSpecs)
    expect(ids(after)).toEqual({ sum: 3, id: 1, note: 6, at: 2 })
    expect(currentSchema(after).fields.map(({ required }) => required)).toEqual([false, true, false, true])
    expect(after.metadata.properties).toMatchObject({ made: 'second' })
    await lake.append('t', `SELECT 2.25::DECIMAL(12, 2) AS sum, 2::BIGINT AS id, 'x' AS note, now() AS at`)
    expect(await lake.query('t', 'SELECT sum::VARCHAR AS sum, id::INT AS id, note FROM t ORDER BY id')).toEqual([
      { sum: '1.50', id: 1, note: null },
      { sum: '2.25', id: 2, note: 'x' },
    ])
  })

  test('once, however often it is told, and the field ids it was told', async () => {
    const lake = await openLake()
    const before = await filled(lake)
    const shape = shapeFor(before, {
      ...TABLE,
      columns: [...TABLE.columns, { name: 'n', type: 'long' }],
      rowsReplaced: false,
    })
    const first = await shapeTable(lake.catalog, shape, { clock })
    const second = await shapeTable(lake.catalog, JSON.parse(JSON.stringify(shape)) as typeof shape, { clock })
    expect(second.metadataLocation).toBe(first.metadataLocation)
    expect(first.metadataLocation).not.toBe(before.metadataLocation)
  })

  test('and its old one back, without a new schema or spec', async () => {
    const lake = await openLake()
    const before = await filled(lake)
    const back = shapeFor(before, { ...TABLE, rowsReplaced: false })
    const other = shapeFor(before, {
      columns: [...TABLE.columns, { name: 'n', type: 'long' }],
      partitionBy: [],
      rowsReplaced: false,
    })
    const changed = await shapeTable(lake.catalog, other, { clock })
    const after = await shapeTable(lake.catalog, back, { clock })
    expect(changed.metadata.schemas).toHaveLength(2)
    expect(after.metadata.schemas).toEqual(changed.metadata.schemas)
    expect(after.metadata.partitionSpecs).toEqual(changed.metadata.partitionSpecs)
    expect([after.metadata.currentSchemaId, after.metadata.defaultSpecId]).toEqual([0, 0])
  })

  test('without the rows of a column that was dropped, when one of its name comes again', async () => {
    const lake = await openLake()
    const before = await filled(lake)
    const without = shapeFor(before, { ...TABLE, columns: TABLE.columns.slice(0, 3), rowsReplaced: false })
    const dropped = await shapeTable(lake.catalog, without, { clock })
    const columns = [...TABLE.columns.slice(0, 3), { name: 'tags', type: 'string' } as const]
    const after = await shapeTable(lake.catalog, shapeFor(dropped, { ...TABLE, columns, rowsReplaced: false }), {
      clock,
    })
    expect(ids(before)['tags']).toBe(4)
    expect(ids(after)['tags']).toBe(6)
    expect(await lake.query('t', 'SELECT tags FROM t')).toEqual([{ tags: null }])
  })

  test('of any kind when all its rows are written anew', async () => {
    const lake = await openLake()
    const before = await filled(lake)
    const shape = shapeFor(before, {
      columns: [
        { name: 'id', type: 'string', required: true },
        { name: 'amount', type: 'decimal(9, 2)', required: true },
      ],
      partitionBy: [{ column: 'id', transform: 'truncate[1]' }],
      rowsReplaced: true,
    })
    const staged = withShape(lake.catalog, before, shape)
    const files = await planScan(lake.catalog, before)
    await shapeTable(lake.catalog, shape, { clock })
    expect(ids(staged)).toEqual({ id: 6, amount: 3 })
    await lake.append('t', `SELECT 'a' AS id, 1.5::DECIMAL(9, 2) AS amount`, {
      operation: 'overwrite',
      removedDataFiles: files.tasks.map((task) => task.file.location),
    })
    expect(await lake.query('t', 'SELECT * FROM t')).toEqual([{ id: 'a', amount: expect.anything() as unknown }])
    await lake.append('t', `SELECT 'b' AS id, 2.5::DECIMAL(9, 2) AS amount`)
    expect(await lake.query('t', 'SELECT id FROM t ORDER BY id')).toEqual([{ id: 'a' }, { id: 'b' }])
  })
})

test('a table that is not there is made in its shape', async () => {
  const lake = await openLake()
  const shape = newShape(lake.catalog, identify('t'), TABLE)
  const staged = withShape(lake.catalog, undefined, shape)
  const made = await shapeTable(lake.catalog, shape, { clock })
  expect(currentSchema(made)).toEqual(currentSchema(staged))
  expect(made.metadata.partitionSpecs).toEqual(staged.metadata.partitionSpecs)
  expect(made.location).toBe(staged.location)
  expect((await shapeTable(lake.catalog, shape, { clock })).metadataLocation).toBe(made.metadataLocation)
})

/** The columns of the table with one put over that of its name. */
function changed(column: NewField): NewTable['columns'] {
  return TABLE.columns.map((each) => (each.name === column.name ? column : each))
}

describe('is refused while rows stay', () => {
  test.each<[string, NewTable['columns']]>([
    ['another type', changed({ name: 'id', type: 'string' })],
    ['a narrower type', changed({ name: 'id', type: 'int' })],
    ['a type that loses digits', changed({ name: 'id', type: 'double' })],
    ['another kind of time', changed({ name: 'at', type: 'date' })],
    ['another scale', changed({ name: 'amount', type: 'decimal(12, 3)' })],
    ['less precision', changed({ name: 'amount', type: 'decimal(8, 2)' })],
    ['more than 38 digits', changed({ name: 'amount', type: 'decimal(39, 2)' })],
    ['another list', changed({ name: 'tags', type: { type: 'list', element: 'long' } })],
    ['a list to text', changed({ name: 'tags', type: 'string' })],
    ['dropping what rows are partitioned by', TABLE.columns.filter((column) => column.name !== 'at')],
  ])('%s', async (_, columns) => {
    const lake = await openLake()
    const before = await filled(lake)
    expect(() => shapeFor(before, { columns, rowsReplaced: false })).toThrow(
      expect.objectContaining({ code: 'lake/schema-change-refused' }),
    )
  })

  test('a name that another column has', async () => {
    const before = await filled(await openLake())
    const columns = [...TABLE.columns, { name: 'ID', type: 'long' } as const]
    expect(() => shapeFor(before, { columns, rowsReplaced: false })).toThrow(
      expect.objectContaining({ code: 'lake/bad-schema' }),
    )
  })
})

describeWithParts(['pyiceberg'], 'other readers', ({ pyiceberg = '' }) => {
  test('follow a table through every change of its shape', async () => {
    const lake = await openLake()
    const before = await filled(lake)
    const evolved = shapeFor(before, {
      columns: [
        ...TABLE.columns.filter(({ name }) => name !== 'amount'),
        { name: 'sum', type: 'decimal(12, 2)' },
        { name: 'n', type: 'long' },
      ],
      partitionBy: [{ column: 'id', transform: 'bucket[4]' }],
      renamed: new Map([['sum', 'amount']]),
      rowsReplaced: false,
    })
    await shapeTable(lake.catalog, evolved, { clock })
    const grown = await lake.append(
      't',
      `SELECT 2::BIGINT AS id, now() AS at, ['b'] AS tags, 2.25::DECIMAL(12, 2) AS sum, 7::BIGINT AS n`,
    )
    const read = async (select: string): Promise<unknown[]> => {
      const reads = [{ table: grown.table.location, select }]
      const answers = [
        ...(await readWithPyIceberg(pyiceberg, reads)),
        ...(await readWithDuckdbIceberg(pyiceberg, reads)),
      ]
      return answers.map(({ rows }) => rows)
    }
    const both = (rows: unknown): unknown[] => [rows, rows]
    expect(await read('SELECT id, sum, n FROM t ORDER BY id')).toEqual(
      both([
        ['1', '1.50', null],
        ['2', '2.25', '7'],
      ]),
    )

    const replaced = shapeFor(grown.table, {
      columns: [
        { name: 'id', type: 'string', required: true },
        { name: 'sum', type: 'decimal(12, 2)' },
      ],
      partitionBy: [{ column: 'id', transform: 'truncate[1]' }],
      rowsReplaced: true,
    })
    await shapeTable(lake.catalog, replaced, { clock })
    await lake.append('t', `SELECT 'a' AS id, 9.75::DECIMAL(12, 2) AS sum`, {
      operation: 'overwrite',
      replacesAll: true,
    })
    expect(await read('SELECT id, sum FROM t')).toEqual(both([['a', '9.75']]))
  })
})
