import type { TopicLogConfig } from '../config.ts'
import type { Broker } from '../port.ts'

export function openTopicLog(config: TopicLogConfig): Promise<Broker> {
  return Promise.reject(new Error(config.path))
}
