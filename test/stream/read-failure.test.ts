import { describe, expect, it } from 'vitest'
import { readFailure, type ReadFailure } from '#stream'

const place = { ok: false, topic: 'acme.inventory', partition: 2 } as const

describe('a failed read as an error', () => {
  it.each<[ReadFailure, string, string]>([
    [
      { ...place, code: 'offset-out-of-range', detail: { offset: 5n, start: 12n, end: 30n } },
      'stream/offset-out-of-range',
      'The offsets 5 to 11 of topic partition `acme.inventory-2` were deleted by the broker before they were read',
    ],
    [
      { ...place, code: 'offset-out-of-range', detail: { offset: 50n, start: 12n, end: 30n } },
      'stream/offset-out-of-range',
      'Offset 50 of topic partition `acme.inventory-2` is past the end of its log, which holds 12 up to 30',
    ],
    [
      { ...place, code: 'topic-gone', detail: {} },
      'stream/topic-gone',
      'The topic `acme.inventory` was deleted while it was read',
    ],
    [
      { ...place, code: 'topic-recreated', detail: { reason: 'its id was a and is now b' } },
      'stream/topic-recreated',
      'The topic `acme.inventory` is not the one the offsets belong to: its id was a and is now b',
    ],
    [
      { ...place, code: 'corrupt-batch', detail: { offset: 7n, reason: 'its checksum is wrong' } },
      'stream/corrupt-batch',
      'The record batch at offset 7 of topic partition `acme.inventory-2` is damaged: its checksum is wrong',
    ],
    [
      { ...place, code: 'unknown-codec', detail: { offset: 7n, reason: 'it is compressed with codec 5' } },
      'stream/unknown-codec',
      'The record batch at offset 7 of topic partition `acme.inventory-2` cannot be read: it is compressed with codec 5',
    ],
    [
      { ...place, code: 'denied', detail: { reason: 'READ is not allowed' } },
      'stream/denied',
      'The broker refuses access to `acme.inventory`: READ is not allowed',
    ],
  ])('%o', (failure, code, message) => {
    expect(readFailure(failure)).toMatchObject({ code, message })
  })
})
