import { describe, expect, it } from 'vitest'
import { isSigned, signErasure, type Erasure, type SignedErasure } from '#engine'

const KEY = 'key of the tests'
const ERASURE: Erasure = {
  format: 1,
  id: '0123456789abcdef0123456789abcdef',
  tenant: 'acme',
  field: 'user_email',
  startedMs: 1_790_000_000_000,
  endedMs: 1_790_000_001_000,
  dryRun: false,
  pipelines: [
    {
      pipeline: 'people',
      checkpoint: 7,
      records: { visits: [[0, '12']] },
      tables: [{ table: 'bronze.visits', rows: 1, removed: ['bronze/visits/data/a.parquet'], added: [] }],
      state: { 'dedupe.clear': 1 },
      savepointsDropped: [],
      topics: [{ topic: 'visits', outcome: 'kept', records: [[0, '12']], files: [] }],
    },
  ],
}

/** Every report that differs from this one in one plain value. */
function* tampered(value: unknown): Iterable<unknown> {
  if (typeof value === 'string') yield `${value}x`
  else if (typeof value === 'number') yield value + 1
  else if (typeof value === 'boolean') yield !value
  else if (Array.isArray(value)) {
    for (const [at, each] of value.entries()) for (const other of tampered(each)) yield value.with(at, other)
    yield [...(value as unknown[]), 'more']
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value))
      for (const other of tampered(each)) yield { ...value, [name]: other }
    yield { ...value, more: 1 }
  }
}

describe('the signature of a report', () => {
  const signed = signErasure(ERASURE, KEY)

  it('is good after a way through a file, and under no other key', () => {
    const read = JSON.parse(JSON.stringify(signed, null, 2)) as SignedErasure
    expect(isSigned(read, KEY)).toBe(true)
    expect(isSigned(read, `${KEY} of another tenant`)).toBe(false)
  })

  it('is good for no report that differs in any value', () => {
    const others = [...tampered(ERASURE)]
    expect(others.length).toBeGreaterThan(30)
    for (const erasure of others)
      expect(isSigned({ erasure: erasure as Erasure, signature: signed.signature }, KEY), JSON.stringify(erasure)).toBe(
        false,
      )
    for (const signature of ['', 'none', signed.signature.toUpperCase(), `${signed.signature}0`])
      expect(isSigned({ ...signed, signature }, KEY), signature).toBe(false)
  })
})
