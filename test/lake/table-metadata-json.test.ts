import { expect, test } from 'vitest'
import { newTableMetadata } from '../../runtime/lake/table-metadata.ts'
import { parseTableMetadata, printTableMetadata } from '../../runtime/lake/table-metadata-json.ts'
import type { TableMetadata } from '#lake'

const BIG = '9007199254740993123'
const foreign: TableMetadata = {
  ...newTableMetadata(
    '/lake/silver/t',
    {
      columns: [
        { name: 'id', type: 'long' },
        {
          name: 'list',
          type: { type: 'list', element: { type: 'struct', fields: [{ name: 'x', type: 'decimal(9, 2)' }] } },
        },
      ],
      partitionBy: [{ column: 'id', transform: 'bucket[4]' }],
    },
    1000,
  ),
  currentSnapshotId: BIG,
  snapshots: [
    {
      snapshotId: '7',
      sequenceNumber: 1,
      timestampMs: 1000,
      manifestList: 's3://b/1.avro',
      operation: 'append',
      summary: { note: `"snapshot-id": ${BIG}`, 'snapshot-id': BIG },
    },
    {
      snapshotId: BIG,
      parentSnapshotId: '7',
      sequenceNumber: 2,
      timestampMs: 2000,
      manifestList: 's3://b/2.avro',
      operation: 'overwrite',
      summary: {},
      schemaId: 0,
    },
  ],
  snapshotLog: [{ timestampMs: 2000, snapshotId: BIG }],
  refs: {
    main: { snapshotId: BIG, type: 'branch', rest: { 'max-ref-age-ms': 5 } },
    saved: { snapshotId: '7', type: 'tag', rest: {} },
  },
  properties: { 'current-snapshot-id': '12', quote: 'a "quoted" \\ text' },
  rest: {
    'default-sort-order-id': 0,
    statistics: [{ 'snapshot-id': BIG, 'statistics-path': 'x' }],
    unknown: { nested: [1, null] },
  },
}

test('metadata of any writer survives, with ids of 63 bits and entries we do not know', () => {
  const text = printTableMetadata(foreign)
  expect(parseTableMetadata(text, 'v1')).toEqual(foreign)
})

test('ids are numbers in the text, and text that looks like an id stays text', () => {
  const text = printTableMetadata(foreign)
  expect(text).toContain(`"current-snapshot-id":${BIG}`)
  expect(text).toContain(`"parent-snapshot-id":7,`)
  expect(text).toContain(`{"snapshot-id":${BIG},"statistics-path"`)
  expect(text).toContain(`"snapshot-id":"${BIG}"`)
  expect(text).toContain(`"current-snapshot-id":"12"`)
})

test('a table without a snapshot says -1, and reads back as having none', () => {
  const empty = newTableMetadata('/t', { columns: [{ name: 'a', type: 'int' }] }, 1)
  expect(printTableMetadata(empty)).toContain('"current-snapshot-id":-1')
  expect(parseTableMetadata(printTableMetadata(empty), 'v1')).toEqual(empty)
})
