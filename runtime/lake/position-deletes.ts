import { partitionKey } from './partition-spec.ts'
import type { DataFile, DeleteFile } from './data-file.ts'
import type { Field } from './schema.ts'

/** The columns of a position delete file, with the ids that the spec reserves for them. */
const PATH_ID = 2147483546
export const DELETE_FIELDS: readonly Field[] = [
  { id: PATH_ID, name: 'file_path', required: true, type: 'string' },
  { id: 2147483545, name: 'pos', required: true, type: 'long' },
]

/** Whole paths as bounds: readers take equal bounds to mean that the deletes are of one file. */
export function pathBounds(first: string, last: string): Pick<DeleteFile, 'lowerBounds' | 'upperBounds'> {
  const bound = (location: string): Record<number, string> => ({ [PATH_ID]: Buffer.from(location).toString('hex') })
  return { lowerBounds: bound(first), upperBounds: bound(last) }
}

/** Whether the file may hold positions of `data`, by partition and path; sequence numbers are the caller's to compare. */
export function mayDeleteFrom(file: DeleteFile, data: DataFile): boolean {
  return (
    partitionKey(file.specId, file.partition) === partitionKey(data.specId, data.partition) &&
    reachesPath(file, data.location)
  )
}

/** Whether the path lies within the bounds of the file. */
export function reachesPath(file: DeleteFile, location: string): boolean {
  const path = Buffer.from(location)
  const [lower, upper] = [file.lowerBounds[PATH_ID], file.upperBounds[PATH_ID]]
  if (lower !== undefined && Buffer.compare(path, Buffer.from(lower, 'hex')) < 0) return false
  return upper === undefined || Buffer.compare(path, Buffer.from(upper, 'hex')) <= 0
}
