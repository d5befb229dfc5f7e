import { compareContracts } from '#contract'
import { columnsRead } from '../expression/columns-read.ts'
import type { Plan, SourcePlan } from '../types.ts'
import { createdTable, droppedTable, layoutFindings, type Finding } from './effects.ts'
import { fieldsRead } from './expr-facts.ts'
import { sameExpr } from './same-expr.ts'
import { durationText } from '../explain/duration-text.ts'
import { expressionText } from '../explain/expression-text.ts'
import { bytesText } from './bytes-text.ts'
import type { ContractDiff, SettingDiff, SourceDiff, TableDiff } from './types.ts'

/** What becomes of a source, and what that means for the tables made from it. */
export interface SourceEffect {
  readonly diff: SourceDiff
  readonly contract?: ContractDiff
  readonly bronze: TableDiff
  /** For its silver tables; those that dedupe; and window tables above them. */
  readonly silver: readonly Finding[]
  readonly dedupe: readonly Finding[]
  readonly windows: readonly Finding[]
  readonly approvals: readonly string[]
  readonly refusals: readonly string[]
}

const NOTHING = { silver: [], dedupe: [], windows: [], approvals: [], refusals: [] } as const

/** A source that only one of the plans has. */
export function loneSource({ name, bronze }: SourcePlan, change: 'added' | 'removed'): SourceEffect {
  const diff: SourceDiff = { source: name, change, settings: [] }
  if (change === 'added') return { ...NOTHING, diff, bronze: createdTable(bronze.table) }
  const approvals = [`the source \`${name}\` is no longer read, and \`bronze.${name}\` no longer written`]
  return { ...NOTHING, diff, bronze: droppedTable(bronze.table), approvals }
}

/** Compares a source that both plans have; `plan` is the one before. */
export function diffSource(before: SourcePlan, after: SourcePlan, plan: Plan): SourceEffect {
  const settings = SETTINGS.flatMap((setting) => setting(before, after) ?? [])
  const contract = diffContract(before, after, plan)
  const refusals = [...topicRefusal(before, after), ...layoutRefusal(before, after)]
  const change = settings.length > 0 || refusals.length > 0 ? 'changed' : 'unchanged'
  const { table, name } = { table: after.bronze.table, name: after.name }
  const of = (kind: 'silver' | 'dedupe' | 'windows'): Finding[] => settings.flatMap((each) => each[kind] ?? [])
  return {
    diff: {
      source: name,
      change,
      settings: settings.map(({ setting, from, to, effect }) => ({ setting, from, to, effect })),
    },
    contract,
    bronze: { layer: 'bronze', table: table.name, change: 'unchanged', history: 'same', columns: [], reasons: [] },
    silver: [...of('silver'), ...contractFindings(contract)],
    dedupe: of('dedupe'),
    windows: of('windows'),
    approvals:
      contract.verdict === 'breaking' ? [`the contract of \`${name}\` breaks a column: ${breakingText(contract)}`] : [],
    refusals,
  }
}

type Found = SettingDiff & Partial<Record<'silver' | 'dedupe' | 'windows', Finding[]>>
type Setting = (before: SourcePlan, after: SourcePlan) => Found | undefined

const SETTINGS: readonly Setting[] = [
  (before, after) => {
    if (sameExpr(before.eventTime, after.eventTime, NO_RENAMES)) return undefined
    const [from, to] = [expressionText(before.eventTime), expressionText(after.eventTime)]
    const effect = 'every record has another event time'
    const silver: Finding[] = [{ effect: 'rows', reason: `the event time of \`${after.name}\` is \`${to}\`` }]
    return { setting: 'event_time', from, to, effect, silver }
  },
  (before, after) => {
    if (before.watermarkMs === after.watermarkMs) return undefined
    const values = { from: durationText(before.watermarkMs), to: durationText(after.watermarkMs) }
    const reason = `the \`watermark\` of \`${after.name}\` decides otherwise which records are late`
    return { setting: 'watermark', ...values, effect: 'other records are late', windows: [{ effect: 'rows', reason }] }
  },
  (before, after) => limit('max_ahead', before.maxAheadMs, after.maxAheadMs, after.name),
  (before, after) => {
    const found = limit('horizon', before.horizonMs, after.horizonMs, after.name)
    const reason = `the \`horizon\` of \`${after.name}\` grew: keys that were dropped from its state are needed again`
    return found && after.horizonMs > before.horizonMs ? { ...found, dedupe: [{ effect: 'rows', reason }] } : found
  },
  (before, after) => {
    if (before.maxSkewMs === after.maxSkewMs) return undefined
    const values = { from: durationText(before.maxSkewMs), to: durationText(after.maxSkewMs) }
    return { setting: 'max_skew', ...values, effect: 'from now on, windows wait otherwise for slow topic partitions' }
  },
  (before, after) => {
    const [from, to] = [keyText(before), keyText(after)]
    const reason = `\`versioned_by\` of \`${after.name}\` is \`${to}\`: another null value deletes a row`
    const effect = 'other records delete a row'
    return from === to ? undefined : { setting: 'versioned_by', from, to, effect, silver: [{ effect: 'rows', reason }] }
  },
  (before, after) => limit('max_record_bytes', before.maxRecordBytes, after.maxRecordBytes, after.name, bytesText),
]

/** A limit that refuses records: a larger one refuses fewer. */
function limit(
  setting: string,
  before: number,
  after: number,
  source: string,
  text: (value: number) => string = durationText,
): Found | undefined {
  if (before === after) return undefined
  const [effect, finding] =
    after > before
      ? ['from now on, records are accepted that were refused', 'kept' as const]
      : ['records are refused that were accepted', 'rows' as const]
  const reason =
    finding === 'kept'
      ? `\`${setting}\` of \`${source}\` grew: records refused so far stay in quarantine`
      : `\`${setting}\` of \`${source}\` shrank: records accepted so far are refused`
  return { setting, from: text(before), to: text(after), effect, silver: [{ effect: finding, reason }] }
}

const NO_RENAMES: ReadonlyMap<string, string> = new Map()

function keyText({ versionedBy }: SourcePlan): string {
  return versionedBy?.join(', ') ?? 'nothing'
}

function diffContract(before: SourcePlan, after: SourcePlan, plan: Plan): ContractDiff {
  const used = plan.silver.filter((table) => table.source === before.name).flatMap(fieldsRead)
  const timeFields = columnsRead(before.eventTime).map(({ path }) => path)
  return { source: after.name, ...compareContracts(before.contract, after.contract, [...used, ...timeFields]) }
}

function contractFindings({ source, changes }: ContractDiff): Finding[] {
  const refusing = changes.filter((change) => change.refuses).length
  const found: Finding[] = []
  if (refusing > 0)
    found.push({ effect: 'rows', reason: `the contract of \`${source}\` may refuse records it accepted` })
  else if (changes.length > 0) {
    const reason = `the contract of \`${source}\` accepts more: records refused so far stay in quarantine`
    found.push({ effect: 'kept', reason })
  }
  return found
}

function breakingText({ changes }: ContractDiff): string {
  return changes
    .filter(({ verdict }) => verdict === 'breaking')
    .map(({ pointer, what }) => `${pointer}: ${what}`)
    .join('; ')
}

function topicRefusal(before: SourcePlan, after: SourcePlan): string[] {
  if (before.topic === after.topic) return []
  const what = `the source \`${after.name}\` cannot move from topic \`${before.topic}\` to \`${after.topic}\``
  return [
    `${what}: \`bronze.${after.name}\` holds each offset of one topic once; give the new topic a source of its own`,
  ]
}

function layoutRefusal(before: SourcePlan, after: SourcePlan): string[] {
  const [finding] = layoutFindings(before.bronze.partitionBy, after.bronze.partitionBy, new Map())
  if (finding === undefined) return []
  const what = `\`bronze.${after.name}\` cannot be partitioned otherwise`
  return [`${what}: bronze is never rewritten; take \`partition_by\` back, or give the topic a source of another name`]
}
