import { expect, test } from 'vitest'
import { openMemoryBroker } from '#stream'
import { describeBroker, readAll } from '../../conformance/broker.ts'

describeBroker(
  'memory',
  () => {
    const broker = openMemoryBroker()
    return Promise.resolve({ open: () => Promise.resolve(broker), stop: () => Promise.resolve() })
  },
  {
    flipByte: 'nothing is stored outside the process',
    restart: 'there is no broker process',
  },
)

test('records stand at the offsets they were given, and no offset is given twice', async () => {
  const broker = openMemoryBroker(() => 1234)
  await broker.createTopic('t', { partitions: 2 })
  broker.append('t', [
    { key: null, value: Buffer.from('a'), partition: 1, offset: 7n },
    { key: null, value: Buffer.from('b'), partition: 1 },
    { key: null, value: Buffer.from('c'), partition: 1, offset: 100n },
  ])
  const { records } = await readAll(broker, 't')
  expect(records.map(({ offset, value, timestampMs }) => [offset, value, timestampMs])).toEqual([
    [7n, 'a', 1234n],
    [8n, 'b', 1234n],
    [100n, 'c', 1234n],
  ])
  const again = (): void => broker.append('t', [{ key: null, value: null, partition: 1, offset: 100n }])
  expect(again).toThrow('offset 100 of t is before its end 101')
  await broker.close()
})
