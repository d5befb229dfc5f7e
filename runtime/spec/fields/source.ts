import { defaulted, has, optional, required, standIn } from '../kinds/field.ts'
import { noun } from '../kinds/noun.ts'
import { duration, size } from '../kinds/quantity.ts'
import { expression, text, textLike } from '../kinds/text.ts'
import type { SourceNode } from '../nodes.ts'
import { columnNames } from './names.ts'

/** A topic that is read, its contract, and its place in event time (DESIGN section 5). */
export const source = noun({
  name: 'source',
  doc: 'A topic that the pipeline reads. Every record of it is kept in the bronze table of the same name.',
  fields: {
    topic: required(textLike(/^[A-Za-z0-9._-]{1,200}$/, 'a topic name of letters, digits, `.`, `_` and `-`'), {
      doc: 'The topic, without the tenant: `inventory` is the topic `<tenant>.inventory`.',
      example: 'inventory',
    }),
    contract: required(text, {
      doc: 'The JSON Schema (2020-12) each record must satisfy, relative to the pipeline folder.',
      example: 'contracts/inventory.schema.json',
    }),
    event_time: required(expression('a contract field such as `reported_at`, or an expression'), {
      doc: 'When the event happened: a contract field with `format: date-time`, or an expression that gives a timestamp, such as `from_epoch_ms(meta.time)`, `cast(day as timestamp)` or `kafka_timestamp`, the time the broker has for the record.',
      example: 'reported_at',
    }),
    watermark: defaulted(duration(), '5m', {
      doc: 'How far behind the newest event of its topic partition an event may be and still be in time for a window.',
    }),
    max_ahead: optional(duration(), {
      doc: 'How far past the broker timestamp an event time may be. Beyond it the record is quarantined. Left out: `1h`, and any time for a versioned source, whose versions may take effect later.',
      example: '1h',
    }),
    horizon: optional(duration(1), {
      doc: 'How far behind the newest event of its topic partition an event may be at all. Older state may be dropped. Left out: `7d`, and any time for a versioned source, whose versions may have taken effect long ago.',
      example: '7d',
    }),
    max_skew: defaulted(duration(1), '1h', {
      doc: 'How far a topic partition may fall behind the newest one before windows no longer wait for it.',
    }),
    max_record_bytes: defaulted(size(), '1MiB', {
      doc: 'The largest value that is parsed. A larger one is kept in bronze and quarantined.',
    }),
    versioned_by: optional(columnNames, {
      doc: 'Makes the source a changelog: each record is a version of the row with this key, from its event time on, and a null value deletes the row from the broker timestamp on. A gold table can `join` the version of an event time.',
      example: '[rule_id]',
    }),
  },
  build: (values, at): SourceNode => ({ span: at.span, ...values }),
  rest: ({ contract, eventTime, versionedBy, ...values }, at) => {
    if (contract === undefined || eventTime === undefined) return undefined
    if (versionedBy === undefined && has(at, 'versioned_by')) return undefined
    const limit = standIn(1, at)
    const { topic = standIn('', at), watermark = limit, maxSkew = limit, maxRecordBytes = limit } = values
    const limits = { watermark, maxSkew, maxRecordBytes }
    return { ...values, ...limits, topic, contract, eventTime, ...(versionedBy && { versionedBy }) }
  },
})
