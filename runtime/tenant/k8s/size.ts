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
const SIZE = /^([1-9]\d{0,5})(Mi|Gi|Ti)$/

/** Whether `text` is a size that disks are asked for in: `20Gi`. */
export function isDiskSize(text: string): boolean {
  return SIZE.test(text)
}

/** `count` times a size, as a size: what `isDiskSize` refuses is a fault of the caller. */
export function timesDisk(size: string, count: number): string {
  const [, digits, unit = ''] = SIZE.exec(size) ?? []
  const factor = UNITS[unit]
  if (digits === undefined || factor === undefined) throw new Error(`\`${size}\` is no size of a disk`)
  return `${Number(digits) * factor * count}Mi`
}
