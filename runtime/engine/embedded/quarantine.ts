import { quarantineSql, quoteText } from '#dialect/duckdb'
import type { SourcePlan } from '#plan'
import type { Instance } from './instance.ts'

/** Records of the current batch that share a reason for quarantine. */
export interface Refusal {
  /** A query that gives kafka_partition and kafka_offset of each. */
  readonly selection: string
  /** `layer.name` of the refusing table; undefined when no table saw the record. */
  readonly table?: string
  readonly code: string
  /** The column, check or kind of lateness that decided. */
  readonly rule: string | null
  readonly path: string | null
  readonly message: string
}

/** Sends records of the batch to quarantine with their raw bytes (DESIGN section 4, promise 4). */
export async function quarantine(instance: Instance, source: SourcePlan, refusal: Refusal): Promise<void> {
  const text = (value: string | null): string => (value === null ? 'null' : quoteText(value))
  const { code, rule, path, message } = refusal
  await instance.session.run(
    quarantineSql(
      source,
      refusal.table,
      `select kafka_partition, kafka_offset, ${text(code)} as code, ${text(rule)} as rule, ${text(path)} as path,
        ${text(message)} as message from (${refusal.selection})`,
    ),
  )
}
