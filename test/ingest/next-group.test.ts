import { expect, it } from 'vitest'
import { nextGroup } from '../../runtime/ingest/next-group.ts'
import type { Waiting } from '../../runtime/ingest/submission.ts'

const waiting = (records: number, key?: string, bytes = 1): Waiting => ({
  records: Array.from({ length: records }, () => ({ key: null, value: Buffer.alloc(bytes) })),
  ...(key !== undefined && { key: { key, body: 'b' } }),
  resolve: () => undefined,
  reject: () => undefined,
})

it('nextGroup takes requests in their order until a group is full, and never two with one key', () => {
  const [a, again, b, c] = [waiting(1, 'a'), waiting(1, 'a'), waiting(1, 'b'), waiting(1)]
  expect(nextGroup([a, again, b, c])).toEqual({ group: [a, b, c], rest: [again] })
  const [large, small] = [waiting(30_000), waiting(1)]
  expect(nextGroup([small, large, c])).toEqual({ group: [small, large], rest: [c] })
  expect(nextGroup([large, small])).toEqual({ group: [large], rest: [small] })
  const heavy = waiting(1, 'h', 5 << 20)
  expect(nextGroup([heavy, small])).toEqual({ group: [heavy], rest: [small] })
  expect(nextGroup([])).toEqual({ group: [], rest: [] })
})
