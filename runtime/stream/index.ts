export { type BrokerConfig, type KafkaConfig, type SaslConfig, type TopicLogConfig } from './config.ts'
export { decodeHeaders } from './headers.ts'
export {
  type AccessGap,
  type Appended,
  type BlankedRecords,
  type Broker,
  type ClientAccess,
  type ClientLimits,
  type FailureCode,
  type FailureDetail,
  type Grant,
  type Header,
  type OffsetRun,
  type OutgoingRecord,
  type Position,
  type Producer,
  type ReadFailure,
  type ReadLimits,
  type ReadResult,
  type ReaderOptions,
  type RecordReader,
  type StoredRecord,
  type TopicInfo,
} from './port.ts'
export { openMemoryBroker, type MemoryBroker } from './memory/memory-broker.ts'
export { type PlacedRecord } from './memory/topic.ts'
export { openBroker } from './open-broker.ts'
export { createPartitioner, type Partitioner } from './partitioner.ts'
export { readFailure } from './read-failure.ts'
export { recordKey } from './record-key.ts'
export { createRecordColumns, type RecordColumns } from './record-columns.ts'
