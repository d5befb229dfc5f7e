import type { Contract } from '#contract'

/** A source that reads a topic: what its records must be. */
export interface ServedSource {
  /** `pipeline/source`. */
  readonly name: string
  readonly contract: Contract
  readonly maxRecordBytes: number
  /** A changelog: a null value deletes the row that the key names. */
  readonly versioned: boolean
}

/** A topic that takes records. */
export interface ServedTopic {
  readonly tenant: string
  /** Without the tenant in front. */
  readonly topic: string
  readonly sources: readonly ServedSource[]
  /** The field whose value is the key of a record, where the pipelines say so and agree. */
  readonly keyField?: string
}

/** The name of the topic at the broker. */
export function brokerTopic({ tenant, topic }: Pick<ServedTopic, 'tenant' | 'topic'>): string {
  return `${tenant}.${topic}`
}
