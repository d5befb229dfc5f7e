export type {
  AggregateName,
  AggregatePlan,
  CallExpr,
  CaseExpr,
  CastExpr,
  CheckPlan,
  ColumnExpr,
  ColumnPlan,
  Expr,
  GoldPlan,
  LatestPlan,
  LiteralExpr,
  MeasurePlan,
  PartitionField,
  Plan,
  ReferencePlan,
  SilverPlan,
  SourcePlan,
  TableName,
  WindowPlan,
} from './types.ts'
export { planHash } from './plan-hash.ts'
export { resolvePlan, SOURCE_DEFAULTS, type Resolved, type ResolveInput } from './resolve/resolve-plan.ts'
export { type ReferenceTable } from './resolve/reference.ts'
export type { DataType, Field } from '#contract'
