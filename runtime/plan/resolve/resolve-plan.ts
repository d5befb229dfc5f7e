import path from 'node:path/posix'
import { compileContract } from '#contract'
import { hasErrors, type Diagnostic } from '#diagnostics'
import type { Located, Named, PipelineNode, ReferenceNode, SourceNode } from '#spec'
import type { Plan, ReferencePlan, SourcePlan } from '../types.ts'
import { resolveAlert, resolveSinks } from './alert.ts'
import { versionedJoins } from './as-of.ts'
import { recordLineage } from './columns.ts'
import { openProblems, type Problems } from './context.ts'
import { NO_TIME, resolveEventTime } from './event-time.ts'
import { resolveGold } from './gold.ts'
import { resolvePartitions } from './partition.ts'
import { readReference, type ReferenceTable } from '../reference/read-reference.ts'
import type { FieldPlaces } from './scope.ts'
import { resolveRetention } from './retention.ts'
import { resolveSilver } from './silver.ts'
import { resolveVersionKey } from './versions.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** What a source does when its YAML does not say (DESIGN section 5). */
export const SOURCE_DEFAULTS = {
  watermarkMs: 5 * MINUTE,
  maxAheadMs: HOUR,
  horizonMs: 7 * DAY,
  maxSkewMs: HOUR,
  maxRecordBytes: 1 << 20,
} as const

/** In place of a limit that a versioned source does not have: versions take effect long ago and in time to come. */
const ANY_TIME_MS = 36_500 * DAY

export interface ResolveInput {
  readonly tenant: string
  /** With the tenant's params filled in. Of one with errors in its file no plan is made: what else is wrong is told. */
  readonly pipeline: PipelineNode
  /** Text of a project file by its path from the project root; undefined when there is none, or `fault` says why. */
  readonly read: (file: string) => string | undefined
  /** Why a file that is there gave no text; with a place only where that is one in the file. */
  readonly fault?: ((file: string) => Diagnostic | undefined) | undefined
  /** Compiles a contract. Whoever resolves one pipeline for many tenants gives one that remembers. */
  readonly compile?: typeof compileContract
}

export interface Resolved {
  /** There only when no diagnostic is an error, and the pipeline is whole. */
  readonly plan?: Plan
  /** Rows of each reference, for the engine. */
  readonly references: ReadonlyMap<string, ReferenceTable>
  readonly diagnostics: readonly Diagnostic[]
  /** The files that were read, for code frames. */
  readonly texts: ReadonlyMap<string, string>
  /** Those of them that are contracts. */
  readonly contracts: readonly string[]
}

/** Resolves names and types of a pipeline to a plan for one tenant. Synchronous; reads files only through `read`. */
export function resolvePlan(input: ResolveInput): Resolved {
  const { pipeline, tenant } = input
  const problems = openProblems()
  const files = openFiles(input, problems)
  const references = new Map<string, ReferenceTable>()
  const referencePlans = pipeline.references.flatMap((each) => resolveReference(each, files, references, problems))
  const places = new Map<string, FieldPlaces>()
  const sources = pipeline.sources.flatMap((each) => resolveSource(each, input, files, places, problems))
  const context = { pipeline, sources, places, references: referencePlans, problems }
  const silver = pipeline.silver.map((table) => ({
    name: table.name,
    key: table.key,
    node: resolveSilver(table, context),
  }))
  const gold = pipeline.gold.flatMap((table) => {
    const plan = resolveGold(table, silver, context)
    return plan === undefined ? [] : [resolveAlert(plan, table.node.alert, context)]
  })
  const tables = { sources, silver: silver.map(({ node }) => node.plan), gold }
  const retention = resolveRetention(pipeline, tables, problems)
  const sound = pipeline.broken === undefined && !hasErrors(problems.found)
  if (sound) reportUnused(pipeline, problems)
  const diagnostics = problems.found
  const sinks = resolveSinks(tenant, pipeline, gold)
  const plan: Plan = {
    version: 1,
    tenant,
    pipeline: pipeline.name.value,
    references: referencePlans,
    ...tables,
    ...(sinks.length === 0 ? {} : { sinks }),
    ...(retention.length === 0 ? {} : { retention }),
  }
  return {
    ...(sound ? { plan } : {}),
    references,
    diagnostics,
    texts: files.texts,
    contracts: [...files.contracts],
  }
}

/** Names that no table uses. Told when all else is right: a misspelling elsewhere is not two problems. */
function reportUnused(pipeline: PipelineNode, problems: Problems): void {
  const { sources, references, silver, gold, sinks } = pipeline
  const read = new Set([...silver.map(({ node }) => node.from.value), ...versionedJoins(pipeline)])
  const columns = silver.flatMap(({ node }) => node.columns ?? [])
  const lookedUp = new Set(columns.map(({ node }) => (node.kind === 'lookup' ? node.lookup.value.split('.')[0] : '')))
  for (const { name, key } of sources) if (!read.has(name)) problems.add('spec/unread-source', { source: name }, key)
  for (const { name, key } of references)
    if (!lookedUp.has(name)) problems.add('spec/unused-name', { kind: 'reference', name }, key)
  const sentTo = new Set(gold.flatMap(({ node }) => (node.alert?.to ?? []).map(({ value }) => value)))
  for (const { name, key } of sinks)
    if (!sentTo.has(name)) problems.add('spec/unused-name', { kind: 'sink', name }, key)
}

interface Files {
  readonly texts: Map<string, string>
  readonly contracts: Set<string>
  /** The file and its text, or a problem. */
  open(
    kind: 'contract' | 'reference',
    name: Located<string>,
  ): { readonly file: string; readonly text: string } | undefined
}

function openFiles({ pipeline, read, fault }: ResolveInput, problems: Problems): Files {
  const folder = path.dirname(pipeline.file)
  const texts = new Map<string, string>()
  const contracts = new Set<string>()
  return {
    texts,
    contracts,
    open(kind, name) {
      const file = path.normalize(path.join(folder, name.value))
      const inside = !path.isAbsolute(name.value) && file.startsWith(folder === '.' ? '' : `${folder}/`)
      if (!inside || file.startsWith('..')) {
        problems.add('plan/outside-project', { file: name.value }, name)
        return undefined
      }
      const text = read(file)
      if (text === undefined) {
        const found = fault?.(file)
        if (found === undefined) problems.add('plan/missing-file', { kind, file }, name)
        else problems.found.push({ span: name.span, pointer: name.pointer, ...found })
        return undefined
      }
      texts.set(file, text)
      if (kind === 'contract') contracts.add(file)
      return { file, text }
    },
  }
}

function resolveReference(
  { name, node }: Named<ReferenceNode>,
  files: Files,
  tables: Map<string, ReferenceTable>,
  problems: Problems,
): ReferencePlan[] {
  const opened = files.open('reference', node.file)
  if (opened === undefined) return []
  const { table, diagnostics } = readReference({ ...opened, name: node.file, key: node.key })
  problems.found.push(...diagnostics)
  if (table === undefined) return []
  tables.set(name, table)
  const key = node.key.map((each) => each.value)
  const format = opened.file.endsWith('.json') ? 'json' : 'csv'
  return [{ name, file: opened.file, format, fields: table.fields, key, contentHash: table.contentHash }]
}

function resolveSource(
  { name, node }: Named<SourceNode>,
  input: ResolveInput,
  files: Files,
  places: Map<string, FieldPlaces>,
  problems: Problems,
): SourcePlan[] {
  const opened = files.open('contract', node.contract)
  if (opened === undefined) return []
  const { contract, diagnostics, placeOf } = (input.compile ?? compileContract)(opened)
  problems.found.push(...diagnostics)
  if (contract === undefined) return []
  places.set(name, placeOf)
  const eventTime = resolveEventTime(node.eventTime, contract.fields, placeOf, problems) ?? NO_TIME
  const record = [
    ...recordLineage(),
    { name: 'kafka_timestamp', type: { kind: 'timestamp' } as const, nullable: false },
  ]
  const day = [{ column: 'kafka_timestamp', transform: 'day' } as const]
  const versionedBy = resolveVersionKey(node, contract.fields, placeOf, problems)
  const limit = (otherwise: number): number => (versionedBy === undefined ? otherwise : ANY_TIME_MS)
  return [
    {
      name,
      topic: `${input.tenant}.${node.topic.value}`,
      contract,
      eventTime,
      watermarkMs: node.watermark?.value ?? SOURCE_DEFAULTS.watermarkMs,
      maxAheadMs: node.maxAhead?.value ?? limit(SOURCE_DEFAULTS.maxAheadMs),
      horizonMs: node.horizon?.value ?? limit(SOURCE_DEFAULTS.horizonMs),
      maxSkewMs: node.maxSkew?.value ?? SOURCE_DEFAULTS.maxSkewMs,
      maxRecordBytes: node.maxRecordBytes?.value ?? SOURCE_DEFAULTS.maxRecordBytes,
      ...(versionedBy === undefined ? {} : { versionedBy }),
      bronze: {
        table: { layer: 'bronze', name },
        partitionBy: resolvePartitions(input.pipeline.bronze.partitionBy, { fields: record }, day, problems),
      },
    },
  ]
}
