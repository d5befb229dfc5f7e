import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crc32c, tableCrc32c } from '../../../runtime/stream/batch/crc32c.ts'

describe('CRC-32C', () => {
  it.each([
    ['', 0],
    ['123456789', 0xe3069283],
    ['a', 0xc1d04330],
    ['The quick brown fox jumps over the lazy dog', 0x22620404],
  ])('of %j', (text, sum) => {
    expect(crc32c(Buffer.from(text))).toBe(sum)
    expect(tableCrc32c(Buffer.from(text))).toBe(sum)
  })

  it('is the same in both forms', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(tableCrc32c(Buffer.from(bytes))).toBe(crc32c(Buffer.from(bytes)))
      }),
      { seed: 7 },
    )
  })
})
