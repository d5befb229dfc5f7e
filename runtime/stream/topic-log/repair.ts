import type { FileHandle } from 'node:fs/promises'
import { hasValidCrc, offsetAfter, type BatchHeader } from '../batch/layout.ts'
import { findPosition } from './offset-index.ts'
import { walkSegment } from './stored-batch.ts'

/** Bytes after the last whole batch that a stopped writer left. */
export interface Tear {
  readonly bytes: number
  /** The offset the log ends at without them. */
  readonly end: bigint
}

export interface LogEnd {
  readonly end: bigint
  /** Size of the segment file without a torn end. */
  readonly position: number
  readonly tear?: Tear
}

/** Damage that is no torn end: cutting it off could lose records that were acknowledged. */
export class DamagedLog extends Error {
  override readonly name = 'DamagedLog'
  readonly offset: bigint

  constructor(offset: bigint, message: string) {
    super(message)
    this.offset = offset
  }
}

/**
 * Finds where the last segment of a log ends. What follows the last whole batch is a tear when it is an incomplete
 * batch, zeros, or one last batch with a wrong checksum above the recovery point: a writer that was stopped, or a disk
 * that lost power, leaves these. Damage before other batches is left for the reader to refuse. Throws DamagedLog when
 * a damaged header hides what follows.
 */
export async function findEnd(folder: string, base: bigint, file: FileHandle, recoveryPoint: bigint): Promise<LogEnd> {
  const { size } = await file.stat()
  const start = recoveryPoint > base ? await findPosition(folder, base, file, size, recoveryPoint) : 0
  let end = base
  for await (const found of walkSegment(file, start, size)) {
    const { position } = found
    if (found.kind === 'end') return position < size ? torn(end, position, size) : { end, position }
    if (found.kind === 'damage') {
      if (await isZero(file, position, size)) return torn(end, position, size)
      throw new DamagedLog(end, 'the header of a batch is wrong')
    }
    const last = position + found.header.size === size
    const suspect = last && offsetAfter(found.header) > recoveryPoint
    if (suspect && !(await isWhole(file, position, found.header))) return torn(end, position, size)
    end = offsetAfter(found.header)
  }
  return { end, position: size }
}

function torn(end: bigint, position: number, size: number): LogEnd {
  return { end, position, tear: { bytes: size - position, end } }
}

async function isWhole(file: FileHandle, position: number, header: BatchHeader): Promise<boolean> {
  const batch = Buffer.allocUnsafe(header.size)
  await file.read(batch, 0, batch.length, position)
  return hasValidCrc(batch, 0, batch.length)
}

const CHECK_BYTES = 1024 * 1024

/** True when a file holds nothing but zeros from `position` to `size`. */
export async function isZero(file: FileHandle, position: number, size: number): Promise<boolean> {
  const window = Buffer.allocUnsafe(Math.min(CHECK_BYTES, size - position))
  for (let at = position; at < size; at += window.length) {
    const { bytesRead } = await file.read(window, 0, Math.min(window.length, size - at), at)
    if (window.subarray(0, bytesRead).some((byte) => byte !== 0)) return false
  }
  return true
}
