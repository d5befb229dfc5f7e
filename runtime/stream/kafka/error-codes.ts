/** The error codes of Kafka's protocol that we act on. */
export const KAFKA_ERROR = {
  none: 0,
  offsetOutOfRange: 1,
  corruptMessage: 2,
  unknownTopicOrPartition: 3,
  topicAuthorizationFailed: 29,
  groupAuthorizationFailed: 30,
  clusterAuthorizationFailed: 31,
  transactionalIdAuthorizationFailed: 53,
  duplicateSequenceNumber: 46,
  securityDisabled: 54,
  unknownTopicId: 100,
  inconsistentTopicId: 103,
} as const

/** Passing faults: the leader moved, is starting, or the request has to be made again. */
const RETRIABLE = new Set([3, 5, 6, 7, 8, 9, 13, 14, 15, 16, 19, 20, 56, 74, 75, 78])

const DENIED = new Set<number>([
  KAFKA_ERROR.topicAuthorizationFailed,
  KAFKA_ERROR.groupAuthorizationFailed,
  KAFKA_ERROR.clusterAuthorizationFailed,
  KAFKA_ERROR.transactionalIdAuthorizationFailed,
])

export function isRetriable(code: number): boolean {
  return RETRIABLE.has(code)
}

export function isDenied(code: number): boolean {
  return DENIED.has(code)
}
