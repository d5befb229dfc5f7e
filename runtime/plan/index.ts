export type {
  AggregateName,
  AggregatePlan,
  AlertPlan,
  AsOfJoin,
  AsOfPlan,
  CallExpr,
  CaseExpr,
  CastExpr,
  CheckPlan,
  ColumnExpr,
  ColumnPlan,
  Expr,
  GoldPlan,
  IntervalJoin,
  IntervalPlan,
  JoinedPlan,
  LatestPlan,
  LiteralExpr,
  MeasurePlan,
  PartitionField,
  Plan,
  ReferencePlan,
  RetentionPlan,
  SilverPlan,
  SinkPlan,
  SourcePlan,
  TableName,
  WindowPlan,
  WindowShape,
} from './types.ts'
export { alertOf } from './alert-of.ts'
export { heldColumns } from './diff/expr-facts.ts'
export { explainPlan } from './explain/explain-plan.ts'
export { aggregateText, expressionText, valueText } from './explain/expression-text.ts'
export { durationText } from './explain/duration-text.ts'
export { planLineage } from './explain/lineage.ts'
export type { Exposure, Lineage, LineageInput, LineageNode, RowRule } from './explain/lineage-types.ts'
export { aggregateMayOverflow, mayOverflow } from './explain/may-overflow.ts'
export { mermaidText } from './explain/mermaid.ts'
export {
  findLineage,
  traceLineage,
  type Direction,
  type LineageStep,
  type LineageTrace,
} from './explain/trace-lineage.ts'
export type {
  ExplainColumn,
  ExplainNode,
  ExplainOperator,
  ExplainOutcome,
  ExplainReference,
  ExplainState,
  ExplainTree,
} from './explain/types.ts'
export { operatorId } from './operator.ts'
export { planHash } from './plan-hash.ts'
export { diffPlans } from './diff/diff-plans.ts'
export type {
  ColumnDiff,
  ContractDiff,
  OperatorDiff,
  PlanDiff,
  ReferenceDiff,
  SettingDiff,
  SourceDiff,
  TableDiff,
} from './diff/types.ts'
export { rememberContracts } from './resolve/remember-contracts.ts'
export { resolvePlan, SOURCE_DEFAULTS, type Resolved, type ResolveInput } from './resolve/resolve-plan.ts'
export { partnerLineage } from './resolve/join.ts'
export { type ReferenceTable } from './reference/read-reference.ts'
export type { DataType, Field } from '#contract'
export {
  columnsRead,
  compileExpression,
  compileMeasure,
  parseExpression,
  type Ast,
  type Problem,
  spanWithin,
  typeText,
  type CompiledMeasure,
  type Scope,
} from './expression/index.ts'
export { AGGREGATES, type AggregateSpec } from './functions/aggregate.ts'
export { type FunctionSpec, type Parameter } from './functions/definition.ts'
export { checkPattern, type PatternFacts } from './functions/pattern.ts'
export { FUNCTION_GROUPS, FUNCTIONS } from './functions/table.ts'
export { formatParts, TIME_FORMATS, timeFormat, type TimeFormat } from './functions/time-format.ts'
