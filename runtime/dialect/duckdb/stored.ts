import type { DataType } from '#plan'

/**
 * A value as tables store it. The engine computes with TIMESTAMP in UTC, which is several times cheaper; Iceberg's
 * timestamptz wants TIMESTAMPTZ. The conversion through microseconds avoids the calendar.
 */
export function storedSql(type: DataType, sql: string): string {
  return type.kind === 'timestamp' ? `make_timestamptz(epoch_us(${sql}))` : sql
}
