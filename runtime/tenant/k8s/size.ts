import { DISK_SIZE } from '#spec'
import type { EngineInput } from './input.ts'

const MIB = 1024 * 1024
/** Node, the process that watches, and what the SQL engine takes beside its limit. */
const BESIDE_BYTES = 512 * MIB
const STEP_MIB = 128

/**
 * The memory of a pod in MiB: half as much again as the SQL engine may use, as it counts no fragmentation; three batches, one
 * being read, one worked on, one on its way; and the processes themselves.
 */
export function podMemoryMib({ memoryLimitBytes, batchBytes }: EngineInput): number {
  const bytes = memoryLimitBytes * 1.5 + batchBytes * 3 + BESIDE_BYTES
  return Math.ceil(bytes / MIB / STEP_MIB) * STEP_MIB
}

/** The cores that a pod is promised. It may take more where there are some. */
export function podCores({ threads }: EngineInput): number {
  return threads ?? 1
}

const LEAST_GRACE_S = 120

/** Seconds from SIGTERM to the kill: time for the batch that is under way, its checkpoint, and a second one to be sure. */
export function graceSeconds({ checkpointEveryMs }: EngineInput): number {
  return Math.max(LEAST_GRACE_S, Math.ceil((checkpointEveryMs * 2) / 1000) + 60)
}

const UNITS: Readonly<Record<string, number>> = { Mi: 1, Gi: 1024, Ti: 1024 * 1024 }

/** A size such as `20Gi` in MiB: what `DISK_SIZE` refuses is a fault of the caller. */
export function diskMib(size: string): number {
  const [, digits, unit = ''] = DISK_SIZE.exec(size) ?? []
  const factor = UNITS[unit]
  if (digits === undefined || factor === undefined) throw new Error(`\`${size}\` is no size of a disk`)
  return Number(digits) * factor
}
