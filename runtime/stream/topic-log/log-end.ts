import { open } from 'node:fs/promises'
import { offsetAfter } from '../batch/layout.ts'
import { listSegments, readBounds, segmentFile } from './files.ts'
import { findPosition } from './offset-index.ts'
import { walkSegment } from './stored-batch.ts'

/** Base offset of the segment that holds `offset`, or would as the next record; undefined when it was removed. */
export async function findSegment(folder: string, offset: bigint): Promise<bigint | undefined> {
  return (await listSegments(folder)).findLast((base) => base <= offset)
}

/** The offset after the last whole batch of a topic partition's log, which another process may be writing. */
export async function logEnd(folder: string): Promise<bigint> {
  const { logStart } = await readBounds(folder)
  const base = (await listSegments(folder)).at(-1)
  if (base === undefined) return logStart
  const file = await open(segmentFile(folder, base), 'r')
  try {
    const { size } = await file.stat()
    let end = base
    const near = await findPosition(folder, base, file, size, base + 0xffff_ffffn)
    for await (const found of walkSegment(file, near, size)) if (found.kind === 'batch') end = offsetAfter(found.header)
    return end > logStart ? end : logStart
  } finally {
    await file.close()
  }
}
