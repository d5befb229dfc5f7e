import { operatorId } from '../operator.ts'
import { fullTypeText } from '../expression/index.ts'
import type { PartitionField, SourcePlan } from '../types.ts'
import { durationText } from './duration-text.ts'
import { expressionText, pathText } from './expression-text.ts'
import type { ExplainColumn, ExplainNode, ExplainOperator } from './types.ts'

/** The columns of every bronze table: the record as the broker gave it. */
export const RECORD_COLUMNS: readonly ExplainColumn[] = [
  { name: 'kafka_partition', type: 'long', nullable: false, value: 'topic partition' },
  { name: 'kafka_offset', type: 'long', nullable: false, value: 'offset' },
  { name: 'kafka_timestamp', type: 'timestamp', nullable: false, value: 'broker timestamp' },
  { name: 'kafka_key', type: 'binary', nullable: true, value: 'key' },
  { name: 'kafka_value', type: 'binary', nullable: true, value: 'value' },
  { name: 'kafka_headers', type: 'list<struct<key: string, value: binary>>', nullable: true, value: 'headers' },
]

/** Where a row of silver or of a latest table came from. */
export const LINEAGE_COLUMNS: readonly ExplainColumn[] = RECORD_COLUMNS.slice(0, 2)

/** Explains a source; `silver` are the tables made of it. */
export function explainSource(source: SourcePlan, silver: readonly ExplainNode[]): ExplainNode {
  const columns = source.contract.fields.map(({ name, type, nullable }) => ({
    name,
    type: fullTypeText(type),
    nullable,
  }))
  return {
    id: `source.${source.name}`,
    kind: 'source',
    title: `topic ${source.topic}`,
    columns,
    partitionBy: [],
    operators: [
      contractOperator(source),
      eventTimeOperator(source),
      ...(source.versionedBy === undefined ? [] : [versionsOperator(source)]),
    ],
    readBy: [bronzeNode(source), ...silver],
  }
}

function bronzeNode(source: SourcePlan): ExplainNode {
  return {
    id: `bronze.${source.bronze.table.name}`,
    kind: 'bronze',
    title: 'every record as it came, valid or not',
    columns: RECORD_COLUMNS,
    partitionBy: source.bronze.partitionBy.map(partitionText),
    operators: [],
    accounting: 'rows = records consumed',
    readBy: [],
  }
}

function contractOperator(source: SourcePlan): ExplainOperator {
  const { contract, maxRecordBytes } = source
  const places = contract.rowByRow.map(({ keyword, pointer }) => `${keyword} at #${pointer}`)
  const how =
    contract.vectorised === undefined
      ? `checked record by record, for ${places.join(', ')}`
      : 'checked by one SQL predicate; what that refuses is judged record by record'
  const shape = ['null-value', 'empty-value', 'oversized', 'not-utf8', 'not-json', 'too-deep', 'duplicate-key']
  const value = ['lone-surrogate', 'number-out-of-range', 'contract-violation']
  return {
    id: operatorId.contract(source),
    kind: 'contract',
    title: contract.file,
    rules: [how],
    outcomes: [
      {
        becomes: 'quarantined',
        when: `the value is not valid, or has more than ${maxRecordBytes} bytes`,
        codes: [...shape, ...value].map((name) => `record/${name}`),
      },
    ],
  }
}

function eventTimeOperator(source: SourcePlan): ExplainOperator {
  const { eventTime, watermarkMs, maxAheadMs, horizonMs, maxSkewMs } = source
  return {
    id: operatorId.eventTime(source),
    kind: 'event-time',
    title: expressionText(eventTime),
    rules: [
      `the watermark of a topic partition is its newest earlier event time minus ${durationText(watermarkMs)}`,
      `the pipeline watermark is the least of them; a topic partition that is read to its end and more than ${durationText(maxSkewMs)} behind the newest is not waited for`,
      `a topic partition more than ${durationText(maxSkewMs)} ahead of the slowest one is paused`,
    ],
    outcomes: [
      { becomes: 'quarantined', when: 'there is no event time', codes: ['record/no-event-time'] },
      {
        becomes: 'quarantined',
        when: `the event time is more than ${durationText(maxAheadMs)} past the broker timestamp`,
        codes: ['record/future-event-time'],
      },
      {
        becomes: 'quarantined',
        when: `the event time is more than ${durationText(horizonMs)} (horizon) before the newest of its topic partition`,
        codes: ['record/too-old'],
      },
    ],
    state: {
      holds: 'the newest event time',
      keys: ['kafka_partition'],
      bound: 'one row per topic partition',
    },
  }
}

/** The changelog of a versioned source. */
function versionsOperator(source: SourcePlan): ExplainOperator {
  const keys = (source.versionedBy ?? []).map((key) => pathText([key]))
  return {
    id: operatorId.versions(source),
    kind: 'versions',
    title: `by ${keys.join(', ')}`,
    rules: [
      'each valid record is a version of its key from its event time on, whenever it comes',
      'a null value deletes the key in the bytes of the record key from the broker timestamp on',
    ],
    outcomes: [],
    state: {
      holds: 'every version',
      keys: [...keys, 'event time'],
      bound: 'one row per version; versions are never dropped',
    },
  }
}

/** A partition transform as a pipeline writes it. */
export function partitionText({ column, transform, argument }: PartitionField): string {
  if (transform === 'identity') return column
  return `${transform}(${argument === undefined ? '' : `${argument}, `}${column})`
}
