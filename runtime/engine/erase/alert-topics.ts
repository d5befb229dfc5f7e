import type { Plan } from '#plan'

/** The topics of Kafka sinks to which alerts of a pipeline go; one that a source reads is a topic of records. */
export function alertTopics({ sources, sinks = [] }: Plan): string[] {
  const read = new Set(sources.map(({ topic }) => topic))
  const sent = sinks.flatMap(({ receiver }) => (receiver.kind === 'kafka' ? [receiver.topic] : []))
  return [...new Set(sent)].filter((topic) => !read.has(topic))
}
