import { describe, expect, it } from 'vitest'
import { createPartitioner, murmur2 } from '../../runtime/stream/partitioner.ts'

describe('the partitioner', () => {
  // Computed with Utils.murmur2 of Kafka's Java client.
  it.each([
    ['', 275646681],
    ['a', -1563381124],
    ['ab', 316155434],
    ['abc', 479470107],
    ['abcd', -1323649548],
    ['abcde', 461995741],
    ['€ü', -301683239],
  ])('hashes %j as Java does', (key, hash) => {
    expect(murmur2(Buffer.from(key))).toBe(hash)
  })

  it('sends keyless records round in turn, whatever the keyed ones do', () => {
    const choose = createPartitioner()
    const key = Buffer.from('k')
    expect([null, key, null, null, key, null].map((each) => (each ? choose(each, 3) >= 0 : choose(each, 3)))).toEqual([
      0,
      true,
      1,
      2,
      true,
      0,
    ])
  })
})
