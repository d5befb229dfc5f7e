import type { BatchSource, FetchAnswer, FetchWant } from '../reader/source.ts'
import type { MemoryLog, MemoryTopic, StoredBatch } from './topic.ts'

/** Reads the batches of a topic in memory for the shared reader. `find` tells which topic has the name now. */
export function memorySource(topic: MemoryTopic, topicId: string, find: () => MemoryTopic | undefined): BatchSource {
  let closed = false
  const waits = new Set<() => void>()
  const answer = (want: FetchWant): FetchAnswer => {
    const { partition } = want
    const now = find()
    if (now === undefined) return { partition, failure: 'topic-gone', detail: {} }
    if (now.id !== topicId) {
      const reason = `its id was ${topicId} and is now ${now.id}`
      return { partition, failure: 'topic-recreated', detail: { reason } }
    }
    return lookAt(now.log(partition), want)
  }
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const forget = topic.onChange(() => done())
      const timer = setTimeout(() => done(), ms)
      const done = (): void => {
        clearTimeout(timer)
        forget()
        waits.delete(done)
        resolve()
      }
      waits.add(done)
    })
  return {
    topic: topic.name,
    laneOf: (partition) => partition,
    async fetch(_lane, wants, maxWaitMs) {
      const deadline = performance.now() + maxWaitMs
      for (;;) {
        const answers = wants.map(answer)
        const left = deadline - performance.now()
        if (closed || left <= 0 || answers.some((each) => 'failure' in each || each.batches.length > 0)) return answers
        await wait(left)
      }
    },
    close() {
      closed = true
      for (const done of [...waits]) done()
      return Promise.resolve()
    },
  }
}

function lookAt(log: MemoryLog, { partition, offset, maxBytes }: FetchWant): FetchAnswer {
  const { start, end } = log
  if (offset < start || offset > end) {
    return { partition, failure: 'offset-out-of-range', detail: { offset, start, end } }
  }
  return { partition, batches: bytesFrom(log.batches, offset, maxBytes), end, logStart: start, aborted: [] }
}

/** The batches from the one that holds `offset`, or the next, on: as many as fit, and at least one. */
function bytesFrom(batches: readonly StoredBatch[], offset: bigint, maxBytes: number): Buffer {
  const taken: Buffer[] = []
  let size = 0
  for (let index = firstAfter(batches, offset); index < batches.length; index++) {
    const bytes = batches[index]?.bytes ?? Buffer.alloc(0)
    if (taken.length > 0 && size + bytes.length > maxBytes) break
    taken.push(bytes)
    size += bytes.length
  }
  const [only] = taken
  return taken.length === 1 && only !== undefined ? only : Buffer.concat(taken)
}

/** The index of the first batch that ends after `offset`. */
function firstAfter(batches: readonly StoredBatch[], offset: bigint): number {
  let low = 0
  let high = batches.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((batches[middle]?.end ?? 0n) > offset) high = middle
    else low = middle + 1
  }
  return low
}
