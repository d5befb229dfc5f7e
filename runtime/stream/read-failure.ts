import { smeltError, type SmeltError } from '#diagnostics'
import type { ReadFailure } from './port.ts'

/** The error of a read that failed, for callers that can only stop. */
export function readFailure(failure: ReadFailure): SmeltError {
  const { code, topic, detail } = failure
  const place = { topic, partition: failure.partition ?? -1 }
  const reason = detail.reason ?? code
  const offset = detail.offset ?? -1n
  switch (code) {
    case 'offset-out-of-range':
      return smeltError('stream/offset-out-of-range', {
        ...place,
        wanted: offset,
        start: detail.start ?? -1n,
        end: detail.end ?? -1n,
      })
    case 'topic-gone':
      return smeltError('stream/topic-gone', { topic })
    case 'topic-recreated':
      return smeltError('stream/topic-recreated', { topic, detail: reason })
    case 'corrupt-batch':
      return smeltError('stream/corrupt-batch', { ...place, offset, reason })
    case 'unknown-codec':
      return smeltError('stream/unknown-codec', { ...place, offset, reason })
    case 'denied':
      return smeltError('stream/denied', { topic, detail: reason })
  }
}
