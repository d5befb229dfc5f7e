export { compileProgram, type IntervalNode, type Program, type SilverNode, type SourceNode } from './program.ts'
export { type SilverProgram, type Verdict } from './silver.ts'
export { type SourceProgram } from './source.ts'
export { type WindowProgram } from './window.ts'
export { type Sliced, type WindowSlices } from './window/slices.ts'
export { type CurrentProgram } from './window/current.ts'
export { type AsOfProgram } from './as-of.ts'
export { type IntervalProgram, type IntervalStep } from './interval.ts'
export { type VersionsProgram } from './versions.ts'
export { type LatestProgram } from './latest.ts'
export { type DedupeProgram } from './dedupe.ts'
export {
  CLEAR_REFUSALS,
  QUARANTINE_ROWS,
  quarantineSql,
  REFUSALS,
  refuseExplainedSql,
  refuseSql,
  type RefusalReason,
} from './quarantine.ts'
export { referenceSql } from './reference.ts'
export { quoteIdentifier, quoteText } from './identifier.ts'
export {
  acceptedRelation,
  bronzeRelation,
  closedRelation,
  closedVariable,
  COMPACTED,
  declaredArrivalsRelation,
  declaredKnownRelation,
  declaredLateJoined,
  declaredLateRelation,
  dedupeDelta,
  dedupeState,
  doubtedRelation,
  explainedRelation,
  intervalDelta,
  intervalState,
  JOIN_SIDES,
  type JoinSide,
  knownDelta,
  knownState,
  latestChanges,
  latestIndex,
  latestPending,
  marksRelation,
  metRelation,
  PII_INNER,
  PII_OUTER,
  QUARANTINE_PENDING,
  rawRelation,
  recordsRelation,
  refusedRelation,
  silverRelation,
  SLICE,
  SLICES,
  timelyRelation,
  untimelyRelation,
  VERDICT,
  windowChanges,
  versionDelta,
  versionState,
  windowDelta,
  windowReplaced,
  windowState,
} from './names.ts'
export { formatSql } from './format-sql.ts'
export { alertRowsSql } from './alert.ts'
export { planStatements, type Statement } from './statements.ts'
export { expressionSql, overflowSql, type ReadColumn } from './expression.ts'
export { literalSql, typeSql } from './literal.ts'
export { aggregateSql, type AggregateSql, type PartialColumn, type RowOrder } from './aggregate.ts'
