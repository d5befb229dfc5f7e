import type { ReadLimits } from '../port.ts'
import type { RecordColumns } from '../record-columns.ts'
import { failureNow, hasFetched, isAtUntil, isBehind, takeTurn, type PartitionState } from './partition-state.ts'

/** What one read may still add. */
export interface Room {
  rows: number
  bytes: number
  /** Rows each topic partition may give before the others had the same chance. */
  share: number
  full: boolean
}

const TURN_ROWS = 1024
const TURN_BYTES = 256 * 1024

export function createRoom(into: RecordColumns, limits: ReadLimits): Room {
  const rows = Math.min(limits.rows, into.capacity - into.count)
  return { rows, bytes: limits.bytes, share: 0, full: rows <= 0 }
}

/** True when records of the topic partition are wanted: not paused, not failed, not at its end offset. */
export function isActive(state: PartitionState, limits: ReadLimits): boolean {
  return !state.paused && !state.failure && !isAtUntil(state, limits.until?.get(state.partition))
}

/**
 * Fills `into` from what was fetched, topic partition by topic partition in small turns, so that they keep pace with
 * each other. A topic partition whose records are still on their way keeps its share until they come; one that is at
 * the end of its log leaves it to the others.
 */
export function fillFairly(
  states: readonly PartitionState[],
  topic: string,
  into: RecordColumns,
  limits: ReadLimits,
  room: Room,
): void {
  while (!isFull(room)) {
    const active = states.filter((state) => isActive(state, limits) || hasReadable(state, limits))
    const giving = active.filter(hasFetched)
    if (giving.length === 0) return
    if (giving.every((state) => state.share >= room.share)) {
      const waiting = active.some((state) => !hasFetched(state) && isBehind(state) && state.share < room.share)
      if (waiting) return
      room.share += Math.max(1, Math.ceil(room.rows / active.length))
    }
    for (const state of giving) {
      if (state.share >= room.share) continue
      takeOneTurn(state, topic, into, limits, room, active.length)
      if (isFull(room)) return
    }
  }
}

function isFull(room: Room): boolean {
  return room.full
}

/** A failed topic partition still hands out what lies before the failure. */
function hasReadable(state: PartitionState, limits: ReadLimits): boolean {
  const until = limits.until?.get(state.partition)
  return !state.paused && hasFetched(state) && !failureNow(state) && !isAtUntil(state, until)
}

function takeOneTurn(
  state: PartitionState,
  topic: string,
  into: RecordColumns,
  limits: ReadLimits,
  room: Room,
  active: number,
): void {
  const turnRows = Math.max(1, Math.min(TURN_ROWS, Math.floor(room.rows / active)))
  const turnBytes = Math.min(TURN_BYTES, Math.floor(limits.bytes / (4 * active)))
  const taken = takeTurn(state, topic, into, {
    until: limits.until?.get(state.partition),
    rows: Math.min(turnRows, room.share - state.share, room.rows),
    turnBytes,
    roomBytes: Math.min(room.bytes, into.bytes.length - into.bytesUsed),
  })
  state.share += taken.rows
  room.rows -= taken.rows
  room.bytes -= taken.bytes
  room.full = room.rows <= 0 || room.bytes <= 0 || taken.stop === 'room'
}
