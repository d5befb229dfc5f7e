import { describe, expect, it } from 'vitest'
import { decodeHeaders } from '#stream'

describe('decoding headers', () => {
  it('gives none for no span', () => {
    expect(decodeHeaders(Buffer.alloc(0), 0, 0)).toEqual([])
    expect(decodeHeaders(Buffer.alloc(0), 0, -1)).toEqual([])
  })

  it('refuses spans that run past their record', () => {
    // One header with a name of 63 bytes, in a span of three.
    expect(() => decodeHeaders(Buffer.from([2, 126, 0]), 0, 3)).toThrow('past the end')
  })
})
