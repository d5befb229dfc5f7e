import { isSmeltError, smeltError } from '#diagnostics'
import { isObject } from './json-value.ts'

/** Faults of S3 that pass: the request may be tried again. */
const PASSING = [
  'SlowDown',
  'RequestTimeout',
  'TimeoutError',
  'AbortError',
  'InternalError',
  'ServiceUnavailable',
  'ThrottlingException',
]
const DENIED = [
  'AccessDenied',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'CredentialsProviderError',
  'InvalidToken',
]

/** The HTTP status that S3 answered with; undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  if (!isObject(error) || !isObject(error['$metadata'])) return undefined
  const status = error['$metadata']['httpStatusCode']
  return typeof status === 'number' ? status : undefined
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : ''
}

/** True when there is no such object; a missing bucket is a fault. */
export function isAbsent(error: unknown): boolean {
  return statusOf(error) === 404 && nameOf(error) !== 'NoSuchBucket'
}

/** True for faults after which the request may have been done or not, and may be tried again. */
export function isPassing(error: unknown): boolean {
  if (isSmeltError(error) || error instanceof TypeError || DENIED.includes(nameOf(error))) return false
  const status = statusOf(error)
  return status === undefined || status >= 500 || status === 429 || PASSING.includes(nameOf(error))
}

/** What a fault means to the user. Our own errors pass through. */
export function s3Fault(error: unknown, bucket: string, location: string): Error {
  if (isSmeltError(error)) return error
  if (nameOf(error) === 'NoSuchBucket')
    return smeltError('lake/no-such-bucket', { bucket }, { cause: plainCause(error) })
  if (DENIED.includes(nameOf(error)) || statusOf(error) === 401 || statusOf(error) === 403) {
    return smeltError('lake/access-denied', { location }, { cause: plainCause(error) })
  }
  return smeltError('lake/store-failed', { location }, { cause: plainCause(error) })
}

/** The fault in words alone: the SDK's errors carry the whole exchange, signed headers included. */
function plainCause(error: unknown): Error {
  return new Error(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
}
