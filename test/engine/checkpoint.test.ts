import { describe, expect, it } from 'vitest'
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from '../../runtime/engine/checkpoint.ts'

const checkpoint: Checkpoint = {
  format: 1,
  id: 7,
  tenant: 'acme',
  pipeline: 'inventory',
  planHash: 'abc',
  runId: 'r',
  createdMs: 1,
  sources: {
    inventory: {
      topic: 'acme.inventory',
      topicId: 't',
      partitions: { 0: { start: '0', next: '9007199254740993', passed: '0', newest: null } },
    },
  },
  closed: {},
  state: {},
  commits: [],
  accounting: { sources: {}, gold: {} },
}

describe('decodeCheckpoint', () => {
  it('gives back what was encoded, to the last digit', () => {
    expect(decodeCheckpoint(encodeCheckpoint(checkpoint), 'k')).toEqual(checkpoint)
  })

  it('refuses bytes that are cut off anywhere or changed anywhere', () => {
    const bytes = encodeCheckpoint(checkpoint)
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeCheckpoint(bytes.subarray(0, length), 'k')).toThrow(/`k` cannot be used/)
    }
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Buffer.from(bytes)
      flipped[at] = (flipped[at] ?? 0) ^ 1
      expect(() => decodeCheckpoint(flipped, 'k'), `byte ${at}`).toThrow(/`k` cannot be used/)
    }
  })
})
