import type { Waiting } from './submission.ts'

/** What goes to the broker at once: large enough to be cheap, small enough to be answered soon. */
const GROUP_RECORDS = 20_000
const GROUP_BYTES = 4 << 20

/**
 * The requests that go to the broker together, and those that wait on, in their order. Of two with one key the second waits
 * until the first is settled. A request larger than a group goes alone.
 */
export function nextGroup(waiting: readonly Waiting[]): { readonly group: Waiting[]; readonly rest: Waiting[] } {
  const group: Waiting[] = []
  const rest: Waiting[] = []
  const keys = new Set<string>()
  let records = 0
  let bytes = 0
  for (const each of waiting) {
    const isFull = group.length > 0 && (records >= GROUP_RECORDS || bytes >= GROUP_BYTES)
    if (isFull || (each.key !== undefined && keys.has(each.key.key))) {
      rest.push(each)
      continue
    }
    group.push(each)
    if (each.key !== undefined) keys.add(each.key.key)
    records += each.records.length
    bytes += each.records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0)
  }
  return { group, rest }
}
