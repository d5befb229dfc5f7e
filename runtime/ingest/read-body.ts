import type { IncomingMessage } from 'node:http'
import { createGunzip } from 'node:zlib'
import { smeltError } from '#diagnostics'
import type { Hold } from './budget.ts'

export interface BodyLimits {
  readonly maxBodyBytes: number
  readonly bodyTimeoutMs: number
}

/** Thrown when the client went away before its body was whole: there is nobody to answer. */
export class ClientGone extends Error {}

/**
 * Reads a body whole, decompressed. Bytes are taken from `hold` as they come, never more than the limit, so that neither a
 * liar about its length nor a small body that grows when decompressed takes more. The request is not destroyed by a fault, so it
 * can still be answered. Throws ingest/body-too-large, /body-timeout, /bad-body, /busy and ClientGone.
 */
export function readBody(
  request: IncomingMessage,
  options: { readonly gzip: boolean; readonly hold: Hold; readonly limits: BodyLimits },
): Promise<Buffer> {
  const { gzip, hold, limits } = options
  const tooLarge = (): Error => smeltError('ingest/body-too-large', { limit: limits.maxBodyBytes })
  if (Number(request.headers['content-length'] ?? 0) > limits.maxBodyBytes) return Promise.reject(tooLarge())
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const gunzip = gzip ? createGunzip() : undefined
    let sent = 0
    let bytes = 0
    const end = (settle: () => void): void => {
      clearTimeout(timer)
      request.off('data', onData).off('end', onEnd).off('close', onClose)
      gunzip?.removeAllListeners().on('error', () => undefined)
      gunzip?.destroy()
      settle()
    }
    const fail = (error: Error): void => end(() => reject(error))
    const keep = (chunk: Buffer): void => {
      bytes += chunk.length
      if (bytes > limits.maxBodyBytes) fail(tooLarge())
      else if (!hold.take(chunk.length)) fail(smeltError('ingest/busy', {}))
      else chunks.push(chunk)
    }
    const done = (): void => end(() => resolve(Buffer.concat(chunks, bytes)))
    const onData = (chunk: Buffer): void => {
      sent += chunk.length
      if (sent > limits.maxBodyBytes) fail(tooLarge())
      else if (gunzip === undefined) keep(chunk)
      else if (!gunzip.write(chunk)) request.pause()
    }
    const onEnd = (): void => {
      if (gunzip === undefined) done()
      else gunzip.end()
    }
    const onClose = (): void => {
      if (!request.complete) fail(new ClientGone('the client went away'))
    }
    const timer = setTimeout(() => {
      fail(smeltError('ingest/body-timeout', { seconds: limits.bodyTimeoutMs / 1000 }))
    }, limits.bodyTimeoutMs)
    gunzip
      ?.on('data', keep)
      .on('drain', () => request.resume())
      .on('end', done)
      .on('error', ({ message }) => fail(smeltError('ingest/bad-body', { detail: `it is not gzip (${message})` })))
    request.on('data', onData).on('end', onEnd).on('close', onClose)
    // An error is followed by `close`, which tells it.
    request.on('error', () => undefined)
  })
}

const DISCARD_MS = 1_000
const DISCARD_BYTES = 1 << 20

/**
 * Reads what is left of a request that was refused, for a moment: a client that is still sending may not see an answer
 * before it is done. True when the request is over.
 */
export function discardRest(request: IncomingMessage): Promise<boolean> {
  return new Promise((resolve) => {
    if (request.complete || request.destroyed) {
      resolve(true)
      return
    }
    let bytes = 0
    const end = (): void => {
      clearTimeout(timer)
      request.off('data', onData).off('end', end).off('close', end)
      resolve(request.complete)
    }
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length
      if (bytes > DISCARD_BYTES) end()
    }
    const timer = setTimeout(end, DISCARD_MS)
    request.on('data', onData).on('end', end).on('close', end)
    request.resume()
  })
}
