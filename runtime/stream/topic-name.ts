import { smeltError } from '#diagnostics'

const LEGAL = /^[A-Za-z0-9._-]{1,249}$/

/** Throws stream/invalid-topic-name unless Kafka would take the name. A legal name is also a safe folder name. */
export function checkTopicName(topic: string): void {
  if (!LEGAL.test(topic) || topic === '.' || topic === '..') throw smeltError('stream/invalid-topic-name', { topic })
}
