import { expect, test } from 'vitest'
import { murmur3 } from '../../runtime/lake/murmur3.ts'
import { longBytes, minimalBytes } from '../../runtime/lake/single-value.ts'

// The values of the Iceberg spec, appendix B.
test.each<[string, Buffer, number]>([
  ['int or long 34', longBytes(34n), 2017239379],
  ['decimal 14.20', minimalBytes(1420n), -500754589],
  ['date 2017-11-16', longBytes(17486n), -653330422],
  ['timestamp 2017-11-16T22:31:08', longBytes(1510871468000000n), -2047944441],
  ['string iceberg', Buffer.from('iceberg'), 1210000089],
  ['binary 00 01 02 03', Buffer.from([0, 1, 2, 3]), -188683207],
])('%s', (_, bytes, hash) => {
  expect(murmur3(bytes)).toBe(hash)
})
