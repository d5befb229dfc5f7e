import { describe, expect, test } from 'vitest'
import { changeSchema } from '../../runtime/lake/schema-change.ts'
import { newTableMetadata, schemaOf } from '../../runtime/lake/table-metadata.ts'
import type { NewTable, SchemaChange } from '#lake'

const metadata = newTableMetadata(
  '/t',
  {
    columns: [
      { name: 'id', type: 'int', required: true },
      { name: 'at', type: 'timestamptz' },
      { name: 'amount', type: 'decimal(9, 2)' },
      { name: 'text', type: 'string' },
      { name: 'place', type: { type: 'struct', fields: [{ name: 'city', type: 'string' }] } },
    ],
    partitionBy: [{ column: 'at', transform: 'day' }],
  },
  1,
)

test('ids are given level by level and never again', () => {
  expect(schemaOf(metadata).fields.map((field) => field.id)).toEqual([1, 2, 3, 4, 5])
  expect(metadata.lastColumnId).toBe(6)
  const dropped = changeSchema(
    metadata,
    [
      { kind: 'drop', name: 'place' },
      { kind: 'drop', name: 'text' },
    ],
    't',
  )
  const added = changeSchema(dropped, [{ kind: 'add', column: { name: 'text', type: 'string' } }], 't')
  expect(schemaOf(added).fields.find((field) => field.name === 'text')?.id).toBe(7)
  expect(added.schemas.map((schema) => schema.schemaId)).toEqual([0, 1, 2])
})

test('changes that are made already make no new schema', () => {
  const changes: SchemaChange[] = [
    { kind: 'widen', name: 'id', type: 'int' },
    { kind: 'make-optional', name: 'text' },
    { kind: 'reorder', names: ['id'] },
  ]
  expect(changeSchema(metadata, changes, 't')).toBe(metadata)
})

describe('is refused', () => {
  test.each<[string, SchemaChange, string]>([
    ['narrowing', { kind: 'widen', name: 'at', type: 'date' }, 'lake/schema-change-refused'],
    ['long to int', { kind: 'widen', name: 'id', type: 'float' }, 'lake/schema-change-refused'],
    ['another scale', { kind: 'widen', name: 'amount', type: 'decimal(12, 3)' }, 'lake/schema-change-refused'],
    ['less precision', { kind: 'widen', name: 'amount', type: 'decimal(8, 2)' }, 'lake/schema-change-refused'],
    ['more than 38 digits', { kind: 'widen', name: 'amount', type: 'decimal(39, 2)' }, 'lake/schema-change-refused'],
    ['a struct to text', { kind: 'widen', name: 'place', type: 'string' }, 'lake/schema-change-refused'],
    [
      'a required addition',
      { kind: 'add', column: { name: 'n', type: 'int', required: true } },
      'lake/schema-change-refused',
    ],
    ['dropping the partition column', { kind: 'drop', name: 'at' }, 'lake/schema-change-refused'],
    ['an unknown column', { kind: 'rename', name: 'nope', to: 'x' }, 'lake/unknown-column'],
    ['a name that is taken', { kind: 'rename', name: 'text', to: 'ID' }, 'lake/bad-schema'],
    ['an addition that is there', { kind: 'add', column: { name: 'text', type: 'int' } }, 'lake/bad-schema'],
  ])('%s', (_, change, code) => {
    expect(() => changeSchema(metadata, [change], 't')).toThrow(expect.objectContaining({ code }))
  })

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
