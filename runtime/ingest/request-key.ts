import { createHash } from 'node:crypto'
import type { Header } from '#stream'

/** What an idempotency key stands for, as digests: neither the topic nor a file holds what the client wrote. */
export interface RequestKey {
  readonly key: string
  /** Of what decides which records are stored: form, key field and body. */
  readonly body: string
}

/** The mark of one record of a request. */
export interface RecordMark extends RequestKey {
  readonly index: number
  readonly total: number
}

/** The header that tells of a record to which request it belongs. */
export const MARK_HEADER = 'smelt-request'

const MARK = /^([\w-]{22})\.([\w-]{22})\.([0-9]{1,9})\.([0-9]{1,9})$/

/** The digests of a request. `parts` are what decides its records, in order. */
export function requestKey(key: string, parts: readonly (string | Buffer)[]): RequestKey {
  const body = createHash('sha256')
  for (const part of parts) body.update(`${part.length}:`).update(part)
  return { key: short(createHash('sha256').update(key).digest()), body: short(body.digest()) }
}

/** The header of record `index` of a request of `total` records. */
export function markHeader({ key, body }: RequestKey, index: number, total: number): Header {
  return [MARK_HEADER, Buffer.from(`${key}.${body}.${index}.${total}`)]
}

/** Reads a mark; undefined for a header that is none. */
export function readMark([name, value]: Header): RecordMark | undefined {
  if (name !== MARK_HEADER || value === null) return undefined
  const [, key, body, index, total] = MARK.exec(value.toString('latin1')) ?? []
  if (key === undefined || body === undefined) return undefined
  const mark = { key, body, index: Number(index), total: Number(total) }
  return mark.index < mark.total ? mark : undefined
}

/** 128 bits: no two requests share them by accident. */
function short(digest: Buffer): string {
  return digest.subarray(0, 16).toString('base64url')
}
