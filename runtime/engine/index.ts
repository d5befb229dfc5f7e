export {
  EMPTY_ACCOUNTING,
  addAccounting,
  openBooks,
  total,
  type Accounting,
  type Counts,
  type GoldAccount,
  type SilverAccount,
  type SourceAccount,
} from './accounting.ts'
export {
  type Checkpoint,
  type PartitionPosition,
  type SourcePosition,
  type StateFile,
  type StateFiles,
} from './checkpoint.ts'
export { openCheckpoints, type CheckpointStore } from './checkpoint-store.ts'
export { outboxSince, type OutboxBooks, type SinkBooks } from './outbox.ts'
export { readPlan, storedPlan, type StoredPlan } from './plan-store.ts'
export {
  ask,
  isAsked,
  refuseWaiting,
  takeAnswer,
  withdraw,
  type Answer,
  type Outcome,
  type Request,
} from './requests.ts'
export { isSavepointName, listSavepoints, readSavepoint, savepointTag, type Savepoint } from './savepoints.ts'
export { enterState, readLifecycle, type LifecycleState, type Transition } from './lifecycle.ts'
export {
  beginUpdate,
  confirmUpdate,
  finishRollback,
  forgetUpdate,
  readUpdate,
  rollBackUpdate,
  type RolledBack,
  type Update,
} from './update.ts'
export { listVersions, noteVersion, readVersion, type Version } from './versions.ts'
export { dropSavepoint } from './drop-savepoint.ts'
export { rewind, type RewindOptions, type RewindTarget, type Rewound } from './rewind.ts'
export { lostTexts, type LostRange } from './rewind-losses.ts'
export { standingSavepoint, takeSavepointAlone, type WantedSavepoint } from './take-savepoint.ts'
export { planTables, quarantineName, tableKey, type TableDefinition } from './tables.ts'
export {
  applyChange,
  rebuildTables,
  type ApplyOptions,
  type RebuildOptions,
  type Rebuilt,
} from './change/apply-change.ts'
export {
  answerRebuilds,
  checkRebuild,
  rebuildNow,
  REBUILD_REQUEST,
  type RebuildReport,
  type RebuildWanted,
} from './rebuild/answer-rebuilds.ts'
export { approve, type Approval } from './change/approvals.ts'
export { changeScope, type ChangeScope } from './change/change-scope.ts'
export { changeTexts, checkChange, findChange, isHashOf, shortHash, type PlanChange } from './change/find-change.ts'
export { rebuildSince } from './rebuild/rebuild-since.ts'
export { finishNewest } from './change/finish-change.ts'
export { findRebuild } from './change/find-rebuild.ts'
export { type RowDifference, type TableDifference } from './change/compare-tables.ts'
export { type AlertOptions } from './embedded/alert-delivery.ts'
export {
  CHANGE_STEPS,
  ERASE_STEPS,
  MOVE_STEPS,
  REWIND_STEPS,
  SAVEPOINT_STEPS,
  STEPS,
  UPDATE_STEPS,
  type Instance,
  type RestartOptions,
  type Step,
} from './embedded/instance.ts'
export { closeInstance, openInstance, type InstanceOptions } from './embedded/open-instance.ts'
export type { CheckpointReport, Phase } from './embedded/checkpointer.ts'
export { run, type RunOptions } from './embedded/run.ts'
export { openEngine, openSession, type Engine, type Session, type SessionOptions } from './embedded/session.ts'
export { openUpkeep, type Upkeep, type UpkeepOptions, type UpkeepReport, type UpkeepSettings } from './upkeep.ts'
export { moveAlone, tryMove, type Moved } from './quarantine/move-alone.ts'
export { type Move, type MoveOptions, type MoveReport } from './quarantine/move-refused.ts'
export { checkFilter, filterSql, type RefusedFilter } from './quarantine/refused-filter.ts'
export {
  isSigned,
  signErasure,
  type Erasure,
  type PipelineErasure,
  type RecordPlace,
  type SignedErasure,
  type TableErasure,
  type TopicErasure,
} from './erase/erasure.ts'
export { erasePipeline } from './erase/erase-pipeline.ts'
export type { EraseOptions } from './erase/erasing.ts'
export { findOccurrences, type Occurrence, type ScanOptions } from './erase/find-occurrences.ts'
export { subjectId, type Subject } from './erase/subject.ts'
export { auditInstance } from './audit/audit-instance.ts'
export { type AuditLine, type AuditOptions, type AuditReport, type Uncompared } from './audit/audit-report.ts'
export { contentHashSql } from './content-hash.ts'
export { readTable, type TableRows } from './read-table.ts'
export { openQuery, type LakeQuery, type QueryOptions, type QueryResult } from './query.ts'
