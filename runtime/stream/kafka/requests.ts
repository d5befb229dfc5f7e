import { Writer, type Connection, type Reader } from '@platformatic/kafka'
import type { FetchWant } from '../reader/source.ts'

/** One kind of request at one version: field layouts follow the protocol guide of Kafka. All are flexible versions. */
interface Api<T> {
  readonly key: number
  readonly version: number
  readonly write: (writer: Writer) => Writer
  readonly parse: (reader: Reader) => T
}

/** Sends a request. Rejects when the connection breaks, times out, or the answer cannot be parsed. */
export function call<T>(connection: Connection, api: Api<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    connection.send<T>(
      api.key,
      api.version,
      () => api.write(Writer.create()).appendTaggedFields(),
      (_correlation, _key, _version, reader) => api.parse(reader),
      true,
      true,
      (error, answer) => {
        if (error) reject(error)
        else if (answer === undefined) reject(new Error('The broker gave no answer'))
        else resolve(answer)
      },
    )
  })
}

export interface MetadataAnswer {
  readonly brokers: readonly { readonly nodeId: number; readonly host: string; readonly port: number }[]
  readonly topics: readonly {
    readonly error: number
    readonly id: string
    readonly partitions: readonly { readonly error: number; readonly partition: number; readonly leader: number }[]
  }[]
}

export function metadata(topics: readonly string[]): Api<MetadataAnswer> {
  return {
    key: 3,
    version: 12,
    write: (writer) =>
      writer
        .appendArray([...topics], (w, topic) => w.appendUUID(null).appendString(topic))
        .appendBoolean(false)
        .appendBoolean(false),
    parse(reader) {
      reader.readInt32()
      const brokers = reader.readArray((r) => {
        const broker = { nodeId: r.readInt32(), host: r.readString(), port: r.readInt32() }
        r.readNullableString()
        return broker
      })
      reader.readNullableString()
      reader.readInt32()
      const found = reader.readArray((r) => {
        const error = r.readInt16()
        r.readNullableString()
        const id = r.readUUID()
        r.readBoolean()
        const partitions = r.readArray((p) => {
          const partition = { error: p.readInt16(), partition: p.readInt32(), leader: p.readInt32() }
          p.readInt32()
          for (let list = 0; list < 3; list++) p.readArray((node) => node.readInt32(), true, false)
          return partition
        })
        r.readInt32()
        return { error, id, partitions }
      })
      return { brokers, topics: found }
    },
  }
}

export const EARLIEST = -2n
export const LATEST = -1n
const READ_COMMITTED = 1
const NO_EPOCH = -1

export interface OffsetAnswer {
  readonly partition: number
  readonly error: number
  readonly offset: bigint
}

/** Offsets by timestamp or by EARLIEST and LATEST; the latest is the last stable offset. */
export function listOffsets(topic: string, partitions: readonly number[], timestamp: bigint): Api<OffsetAnswer[]> {
  return {
    key: 2,
    version: 6,
    write: (writer) =>
      writer
        .appendInt32(-1)
        .appendInt8(READ_COMMITTED)
        .appendArray([topic], (w, name) =>
          w.appendString(name).appendArray([...partitions], (p, partition) => {
            p.appendInt32(partition).appendInt32(NO_EPOCH).appendInt64(timestamp)
          }),
        ),
    parse(reader) {
      reader.readInt32()
      const topics = reader.readArray((r) => {
        r.readString()
        return r.readArray((p) => {
          const answer = { partition: p.readInt32(), error: p.readInt16(), offset: (p.readInt64(), p.readInt64()) }
          p.readInt32()
          return answer
        })
      })
      return topics.flat()
    },
  }
}

export interface FetchedPartition {
  readonly partition: number
  readonly error: number
  readonly lastStable: bigint
  readonly logStart: bigint
  readonly aborted: readonly { readonly producerId: bigint; readonly firstOffset: bigint }[]
  readonly batches: Buffer
}

export interface FetchRequest {
  readonly version: 12 | 13
  readonly topic: string
  readonly topicId: string
  readonly wants: readonly FetchWant[]
  readonly maxWaitMs: number
}

/** Fetches committed records without a session. From version 13 on the topic is named by its id. */
export function fetch(request: FetchRequest): Api<FetchedPartition[]> {
  const maxBytes = request.wants.reduce((sum, want) => sum + want.maxBytes, 0)
  const byId = request.version >= 13
  return {
    key: 1,
    version: request.version,
    write: (writer) =>
      writer
        .appendInt32(-1)
        .appendInt32(request.maxWaitMs)
        .appendInt32(1)
        .appendInt32(maxBytes)
        .appendInt8(READ_COMMITTED)
        .appendInt32(0)
        .appendInt32(-1)
        .appendArray([request], (w, { topic, topicId, wants }) =>
          (byId ? w.appendUUID(topicId) : w.appendString(topic)).appendArray([...wants], (p, want) => {
            p.appendInt32(want.partition)
              .appendInt32(NO_EPOCH)
              .appendInt64(want.offset)
              .appendInt32(NO_EPOCH)
              .appendInt64(-1n)
              .appendInt32(want.maxBytes)
          }),
        )
        .appendArray([], () => undefined)
        .appendString(''),
    parse(reader) {
      reader.readInt32()
      const error = reader.readInt16()
      if (error !== 0) throw new Error(`The broker answered the fetch with error ${error}`)
      reader.readInt32()
      const topics = reader.readArray((r) => {
        if (byId) r.readUUID()
        else r.readString()
        return r.readArray(parsePartition)
      })
      return topics.flat()
    },
  }
}

function parsePartition(reader: Reader): FetchedPartition {
  const partition = reader.readInt32()
  const error = reader.readInt16()
  reader.readInt64()
  const lastStable = reader.readInt64()
  const logStart = reader.readInt64()
  const aborted = reader.readNullableArray((a) => ({ producerId: a.readInt64(), firstOffset: a.readInt64() })) ?? []
  reader.readInt32()
  const size = Math.max(reader.readUnsignedVarInt() - 1, 0)
  const batches = reader.buffer.slice(reader.position, reader.position + size)
  reader.skip(size)
  return { partition, error, lastStable, logStart, aborted, batches }
}

export interface ProducedPartition {
  readonly partition: number
  readonly error: number
  readonly baseOffset: bigint
  readonly message: string | null
}

/** Produces one batch per topic partition, acknowledged by every replica in sync. */
export function produce(
  topic: string,
  batches: ReadonlyMap<number, Buffer>,
  timeoutMs: number,
): Api<ProducedPartition[]> {
  return {
    key: 0,
    version: 9,
    write: (writer) =>
      writer
        .appendString(null)
        .appendInt16(-1)
        .appendInt32(timeoutMs)
        .appendArray([topic], (w, name) =>
          w.appendString(name).appendArray([...batches], (p, [partition, batch]) => {
            p.appendInt32(partition).appendBytes(batch)
          }),
        ),
    parse(reader) {
      const topics = reader.readArray((r) => {
        r.readString()
        return r.readArray((p) => {
          const answer = { partition: p.readInt32(), error: p.readInt16(), baseOffset: p.readInt64() }
          p.readInt64()
          p.readInt64()
          p.readArray((e) => [e.readInt32(), e.readNullableString()])
          return { ...answer, message: p.readNullableString() }
        })
      })
      return topics.flat()
    },
  }
}
