import { describe, expect, test } from 'vitest'
import { newTableMetadata, schemaOf } from '../../runtime/lake/table-metadata.ts'
import type { NewTable } from '#lake'

test('field ids are given level by level', () => {
  const metadata = newTableMetadata(
    '/t',
    {
      columns: [
        { name: 'place', type: { type: 'struct', fields: [{ name: 'city', type: 'string' }] } },
        { name: 'id', type: 'int', required: true },
      ],
    },
    1,
  )
  expect(schemaOf(metadata).fields.map((field) => field.id)).toEqual([1, 2])
  expect(metadata.lastColumnId).toBe(3)
})

describe('is refused', () => {
  test.each<[string, NewTable]>([
    [
      'two columns of one name',
      {
        columns: [
          { name: 'a', type: 'int' },
          { name: 'A', type: 'int' },
        ],
      },
    ],
    ['a column without a name', { columns: [{ name: '', type: 'int' }] }],
    ['an impossible decimal', { columns: [{ name: 'a', type: 'decimal(39, 2)' }] }],
    [
      'a partition by no column',
      { columns: [{ name: 'a', type: 'int' }], partitionBy: [{ column: 'b', transform: 'identity' }] },
    ],
    [
      'a transform that does not fit',
      { columns: [{ name: 'a', type: 'int' }], partitionBy: [{ column: 'a', transform: 'day' }] },
    ],
    [
      'a partition named like a column',
      {
        columns: [
          { name: 'a', type: 'int' },
          { name: 'b', type: 'int' },
        ],
        partitionBy: [{ column: 'a', transform: 'bucket[2]', name: 'b' }],
      },
    ],
  ])('a new table with %s', (_, table) => {
    expect(() => newTableMetadata('/t', table, 1)).toThrow(expect.objectContaining({ code: 'lake/bad-schema' }))
  })
})
