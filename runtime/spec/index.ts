export type {
  AlertNode,
  BronzeNode,
  CheckNode,
  ColumnNode,
  DedupeNode,
  EngineNode,
  EnvironmentNode,
  KubernetesNode,
  MaintenanceNode,
  SavepointsNode,
  GoldNode,
  JoinNode,
  WindowNode,
  Located,
  LocatedText,
  MaybeSecret,
  Named,
  ParamNode,
  PipelineNode,
  ProjectNode,
  Receiver,
  ReferenceNode,
  SecretRef,
  SilverNode,
  SinkNode,
  SourceNode,
} from './nodes.ts'
export type {
  ClassificationNode,
  CloudEnvironmentNode,
  ContactsNode,
  QuotasNode,
  Sensitivity,
  TenantNode,
} from './tenant-nodes.ts'
export {
  openPipeline,
  parsePipeline,
  type GivenParams,
  type PipelineFile,
  type PipelineInput,
  type PipelineResult,
} from './parse-pipeline.ts'
export { definedHere } from './defined-here.ts'
export { parseProject, type ProjectInput } from './parse-project.ts'
export { parseTenant } from './parse-tenant.ts'
export { parseTest } from './parse-test.ts'
export type {
  ExpectedRefusalNode,
  ExpectedRowNode,
  ExpectedTableNode,
  TestCaseNode,
  TestEventContent,
  TestEventNode,
  TestFileNode,
  TestStepNode,
  TestThenNode,
} from './test-nodes.ts'
export { jsonText, jsonTree, mergeJson, type JsonObject, type JsonTree, type LocatedJson } from './json-tree.ts'
export { type Moment } from './kinds/instant.ts'
export { withoutSecrets, type Env } from './environment-variables.ts'
export { PARAM_TYPES, paramValue } from './param-value.ts'
export { type ParamValue } from './reading.ts'
export { parseDuration, parseSize } from './kinds/quantity.ts'
export { positionAt, sourceText, spanBetween, type SourceText } from './yaml/source-text.ts'
export type { Field, ListShape, NamedShape, NounShape, Shape } from './kinds/kind.ts'
export type { Rule } from './kinds/rule.ts'
export { nounsOf } from './kinds/nouns-of.ts'
export { ROOTS, type Root } from './schema/roots.ts'
export { editorSettings, schemaFile, schemaText } from './schema/editor-files.ts'
export { isTenantId, newTenantId } from './tenant-id.ts'
export { FOLDER_NAME, TENANT_KEY, type NameRule } from './kinds/named.ts'
export { jurisdictionOf, JURISDICTIONS, partitionOf, REGIONS, type Jurisdiction } from './regions.ts'
export { CIDR, DISK_SIZE, NEIGHBOUR, POD_IMAGE } from './fields/kubernetes.ts'
export { SENSITIVITIES } from './fields/classification.ts'
