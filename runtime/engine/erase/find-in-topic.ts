import {
  createRecordColumns,
  decodeHeaders,
  readFailure,
  type Broker,
  type RecordColumns,
  type StoredRecord,
} from '#stream'

const READ_ROWS = 10_000
const READ_BYTES = 16 << 20
const READ_MS = 5_000

/** A record of a topic that holds the subject. */
export interface FoundRecord {
  readonly partition: number
  readonly offset: bigint
}

/**
 * The records of a topic for which `holds` is true, by topic partition and offset. Reads all that the broker still has, records
 * that no pipeline has read yet included; nothing where there is no such topic.
 */
export async function findInTopic(
  broker: Broker,
  topic: string,
  holds: (partition: number, record: StoredRecord) => boolean,
): Promise<FoundRecord[]> {
  const info = await broker.topic(topic)
  if (info === undefined) return []
  if (broker.blankRecords === undefined) return readThrough(broker, topic, info.id, holds)
  const held = await broker.blankRecords(topic, holds, { dryRun: true })
  return held.flatMap(({ partition, offsets }) => offsets.map((offset) => ({ partition, offset })))
}

async function readThrough(
  broker: Broker,
  topic: string,
  topicId: string,
  holds: (partition: number, record: StoredRecord) => boolean,
): Promise<FoundRecord[]> {
  const from = await broker.offsets(topic, 'earliest')
  const until = await broker.offsets(topic, 'latest')
  const reader = await broker.open(topic, from, { topicId })
  const columns = createRecordColumns({ rows: READ_ROWS, bytes: READ_BYTES })
  const found: FoundRecord[] = []
  try {
    for (let left = true; left;) {
      columns.clear()
      const read = await reader.read(columns, { rows: READ_ROWS, bytes: READ_BYTES, deadlineMs: READ_MS, until })
      if (!read.ok) throw readFailure(read)
      for (let row = 0; row < columns.count; row++) {
        const [partition = 0, record] = [columns.partition[row], recordAt(columns, row)]
        if (holds(partition, record)) found.push({ partition, offset: record.offset })
      }
      left = read.positions.some(({ partition, next }) => next < (until.get(partition) ?? 0n))
    }
  } finally {
    await reader.close()
  }
  return found.sort((a, b) => a.partition - b.partition || (a.offset < b.offset ? -1 : 1))
}

function recordAt(columns: RecordColumns, row: number): StoredRecord {
  const { bytes, offset, keyStart, keyLength, valueStart, valueLength, headersStart, headersLength } = columns
  const span = (start = 0, length = -1): Buffer | null => (length < 0 ? null : bytes.subarray(start, start + length))
  const headers = decodeHeaders(bytes, headersStart[row] ?? 0, headersLength[row] ?? 0)
  return {
    offset: offset[row] ?? 0n,
    key: span(keyStart[row], keyLength[row]),
    value: span(valueStart[row], valueLength[row]),
    headers: headers.flatMap(([name, value]) => [Buffer.from(name), ...(value === null ? [] : [value])]),
  }
}
