import { expect, test } from 'vitest'
import { decodeManifest, encodeManifest, type ManifestEntry } from '../../runtime/lake/manifest.ts'
import { decodeManifestList, encodeManifestList } from '../../runtime/lake/manifest-list.ts'
import { manifestFile } from '../../runtime/lake/manifest-file.ts'
import { decodeAvroFile } from '../../runtime/lake/avro-file.ts'
import { newTableMetadata, schemaOf, specOf } from '../../runtime/lake/table-metadata.ts'
import type { NewTable, PartitionTuple } from '#lake'

const BIG = '9007199254740993123'
const TABLE: NewTable = {
  columns: [
    { name: 'n', type: 'int' },
    { name: 'big', type: 'long' },
    { name: 'text', type: 'string' },
    { name: 'raw', type: 'binary' },
    { name: 'yes', type: 'boolean' },
    { name: 'day', type: 'date' },
    { name: 'at', type: 'timestamptz' },
    { name: 'cost', type: 'decimal(9, 2)' },
    { name: 'wide', type: 'decimal(38, 0)' },
    { name: 'part', type: 'double' },
  ],
  partitionBy: [
    { column: 'n', transform: 'bucket[8]' },
    { column: 'big', transform: 'identity' },
    { column: 'text', transform: 'truncate[3]' },
    { column: 'raw', transform: 'identity' },
    { column: 'yes', transform: 'identity' },
    { column: 'day', transform: 'identity' },
    { column: 'at', transform: 'identity' },
    { column: 'at', transform: 'hour', name: 'an hour!' },
    { column: 'cost', transform: 'identity' },
    { column: 'wide', transform: 'identity' },
    { column: 'part', transform: 'identity' },
  ],
}
const TUPLES: PartitionTuple[] = [
  [
    3,
    '9007199254740993',
    'ice',
    '00ff',
    true,
    20000,
    '1700000000000001',
    472222,
    '-14.20',
    '-12345678901234567890123456789012345678',
    0.5,
  ],
  Array.from({ length: 11 }, () => null),
  [0, '-1', '😀', '', false, -1, '-1', -1, '0.00', '0', -1e300],
]
const metadata = newTableMetadata('/t', TABLE, 1)
const [schema, spec] = [schemaOf(metadata), specOf(metadata)]

const entries: ManifestEntry[] = TUPLES.map((partition, index) => ({
  status: (['added', 'existing', 'deleted'] as const)[index] ?? 'added',
  snapshotId: index === 1 ? BIG : '7',
  ...(index === 0 ? {} : { sequenceNumber: index, fileSequenceNumber: index }),
  file: {
    content: 'data',
    location: `/t/data/${index}.parquet`,
    specId: 0,
    partition,
    recordCount: 10 ** index,
    fileSizeBytes: 5,
    columnSizes: { 1: 10 },
    valueCounts: { 1: 10, 2: 20 },
    nullValueCounts: { 1: 0 },
    nanValueCounts: {},
    lowerBounds: { 1: '01000000' },
    upperBounds: { 1: 'ff000000' },
  },
}))
const header = { snapshotId: '7', sequenceNumber: 9 }

test('a manifest reads back as written, added entries with the numbers of its list', () => {
  const bytes = encodeManifest(entries, spec, schema)
  const read = decodeManifest(bytes, spec, schema, { location: 'm', specId: 0, snapshotId: '7', sequenceNumber: 9 })
  expect(read).toEqual(entries.map((entry) => ({ sequenceNumber: 9, fileSequenceNumber: 9, ...entry })))
})

test('a manifest says what it is in its header, with field ids in its schema', () => {
  const file = decodeAvroFile(encodeManifest(entries, spec, schema), 'm')
  const text = Object.fromEntries([...file.metadata].map(([key, value]) => [key, value.toString()]))
  expect(text).toMatchObject({
    'format-version': '2',
    content: 'data',
    'partition-spec-id': '0',
    'schema-id': '0',
    'avro.codec': 'deflate',
  })
  expect(JSON.parse(text['partition-spec'] ?? '')).toHaveLength(11)
  for (const id of [0, 1, 2, 3, 4, 100, 101, 102, 103, 104, 108, 109, 110, 125, 128, 134, 137, 1000, 1010]) {
    expect(text['avro.schema']).toContain(`"field-id":${id}`)
  }
  expect(text['avro.schema']).toContain('"name":"an_x20hour_x21"')
})

test('a manifest list counts its manifest and keeps its bounds', () => {
  const written = manifestFile(entries, { location: '/t/m.avro', length: 100, spec, schema, header })
  expect(written).toMatchObject({
    addedFiles: 1,
    existingFiles: 1,
    deletedFiles: 1,
    addedRows: 1,
    existingRows: 10,
    deletedRows: 100,
    minSequenceNumber: 1,
    sequenceNumber: 9,
  })
  expect(written.partitions[1]).toMatchObject({
    containsNull: true,
    lowerBound: 'ffffffffffffffff',
    upperBound: '0100000000002000',
  })
  const foreign = { ...written, addedSnapshotId: BIG }
  expect(decodeManifestList(encodeManifestList([written, foreign], header), 'l')).toEqual([written, foreign])
  expect(decodeManifestList(encodeManifestList([], header), 'l')).toEqual([])
})

test('damage and foreign codecs are named', () => {
  const bytes = encodeManifestList(
    [manifestFile(entries, { location: '/t/m.avro', length: 100, spec, schema, header })],
    header,
  )
  for (const cut of [0, 3, 10, bytes.length - 30, bytes.length - 1]) {
    expect(() => decodeManifestList(bytes.subarray(0, cut), 'l'), `cut at ${cut}`).toThrow(
      expect.objectContaining({ code: 'lake/bad-metadata' }),
    )
  }
  const other = Buffer.from(bytes.toString('latin1').replace('deflate', 'snappy1'), 'latin1')
  expect(() => decodeManifestList(other, 'l')).toThrow(expect.objectContaining({ code: 'lake/unsupported' }))
})
