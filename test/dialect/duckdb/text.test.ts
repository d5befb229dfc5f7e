import { expect, it } from 'vitest'
import { intervalSql } from '../../../runtime/dialect/duckdb/text.ts'
import { openDuckDB } from './support.ts'

it('writes durations of any length as intervals', async () => {
  const connection = await openDuckDB()
  const lengths = [1, 2 ** 31, 30 * 86_400_000, 36_500 * 86_400_000]
  const reader = await connection.runAndReadAll(
    `select ${lengths.map((length, index) => `epoch_ms(${intervalSql(length)})::varchar as _${index}`).join(', ')}`,
  )
  expect(Object.values(reader.getRowObjectsJS()[0] ?? {})).toEqual(lengths.map(String))
  connection.closeSync()
})
