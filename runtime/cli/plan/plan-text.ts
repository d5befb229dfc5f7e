import type { ColumnDiff, ContractDiff, OperatorDiff, PlanDiff, TableDiff } from '#plan'
import { countText } from '#telemetry'
import { bytesText } from '../table-text.ts'
import type { ContractSample } from './contract-sample.ts'
import { paintSigns, type Sign, type SignedLine } from './paint-signs.ts'
import type { InstancePlan, PlanHeldBack } from './plan-instance.ts'
import type { ReplayCost } from './replay-cost.ts'

export interface PlanStyle {
  readonly colours: boolean
  /** What commands that are named end with: ` --env kafka`. */
  readonly suffix: string
}

/**
 * What becomes of instances, for people: per instance a heading, what changes and why, what it costs, and what to do
 * next. `+` is created or added, `~` changed in place, `-/+` rewritten, `-` dropped; what stays is counted, not listed.
 */
export function plansText(plans: readonly InstancePlan[], style: PlanStyle): string {
  const paint = paintSigns(style.colours)
  return plans.map((each) => `${instanceLines(each, style.suffix).map(paint).join('\n')}\n`).join('\n')
}

function instanceLines(plan: InstancePlan, suffix: string): SignedLine[] {
  const { diff } = plan
  const sections = [
    section('sources', sourceLines(diff)),
    section('contracts', diff.contracts.flatMap(contractLines)),
    section('references', referenceLines(diff)),
    section('tables', tableLines(diff.tables)),
    section('state', diff.operators.flatMap(operatorLines)),
    section(
      'alerts',
      diff.alerts.map((text) => entry('~', text)),
    ),
    section('cost', plan.replays.map(costLine)),
    section('sample', (plan.samples ?? []).flatMap(sampleLines)),
  ]
  const idle = diff.verdict === 'safe' && sections.every((lines) => lines.length === 0)
  return [
    { indent: 0, text: headingText(plan), strong: true },
    ...sections.flat(),
    ...(idle
      ? [
          { indent: 0, text: '' },
          { indent: 2, text: 'No table, state or contract changes.' },
        ]
      : []),
    ...nextLines(plan, suffix),
  ]
}

function headingText({ instance, ran, held_back: held, diff }: InstancePlan): string {
  if (ran === null) return `${instance}: never ran, everything is created`
  const since = `since checkpoint ${ran.checkpoint}`
  switch (diff.verdict) {
    case 'unchanged':
      return held === null ? `${instance}: nothing changed ${since}` : `${instance}: held back ${since}`
    case 'safe':
      return `${instance}: changed ${since}, and ${held === null ? 'safe to run' : 'held back'}`
    case 'needs-approval':
      return `${instance}: changed ${since}, and ${held === null ? 'needs an approval' : 'held back'}`
    case 'refused':
      return `${instance}: changed ${since} in a way that cannot be made`
  }
}

function section(name: string, lines: readonly SignedLine[]): SignedLine[] {
  return lines.length === 0 ? [] : [{ indent: 0, text: '' }, { indent: 2, text: name, strong: true }, ...lines]
}

function sourceLines({ sources }: PlanDiff): SignedLine[] {
  return sources.flatMap(({ source, change, settings }): SignedLine[] => {
    if (change === 'added') return [entry('+', `${source}  is read from now on`)]
    if (change === 'removed') return [entry('-', `${source}  is no longer read`)]
    return settings.map(({ setting, from, to, effect }) =>
      entry('~', `${source}.${setting}  ${from} -> ${to}: ${effect}`),
    )
  })
}

const CONTRACT_SIGNS: Readonly<Record<ContractDiff['verdict'], Sign>> = {
  unchanged: '',
  compatible: '~',
  tightening: '!',
  breaking: '!',
}

function contractLines({ source, verdict, changes }: ContractDiff): SignedLine[] {
  if (verdict === 'unchanged') return []
  return [
    entry(CONTRACT_SIGNS[verdict], `${source}  ${verdict}`),
    ...changes.map((change) => detail(CONTRACT_SIGNS[change.verdict], `${change.pointer}  ${change.what}`)),
  ]
}

function referenceLines({ references }: PlanDiff): SignedLine[] {
  return references.flatMap(({ reference, change, reasons }): SignedLine[] => {
    if (change === 'unchanged') return []
    if (change === 'added') return [entry('+', `${reference}  is new`)]
    return change === 'removed'
      ? [entry('-', `${reference}  is gone`)]
      : [entry('~', `${reference}  ${reasons.join('; ')}`)]
  })
}

const TABLE_SIGNS: Readonly<Record<TableDiff['change'], Sign>> = {
  created: '+',
  evolved: '~',
  rewritten: '-/+',
  dropped: '-',
  unchanged: '',
}

function tableLines(tables: readonly TableDiff[]): SignedLine[] {
  const told = tables.filter(
    ({ change, history, retention }) => change !== 'unchanged' || history === 'kept' || retention !== undefined,
  )
  const rest = tables.length - told.length
  const lines = told.flatMap((table) => [
    entry(TABLE_SIGNS[table.change], `${table.layer}.${table.table}  ${changeText(table)}`),
    ...table.columns.map(columnLine),
    ...(table.retention === undefined ? [] : [detail('~', retentionText(table.retention))]),
    ...table.reasons.map((reason) => detail('', reason)),
  ])
  if (rest === 0 || told.length === 0) return lines
  return [
    ...lines,
    entry('', `${rest} ${rest === 1 ? 'table stays' : 'tables stay'} as ${rest === 1 ? 'it is' : 'they are'}`),
  ]
}

function retentionText({ from, to }: NonNullable<TableDiff['retention']>): string {
  return `rows are kept ${to}, and were kept ${from}`
}

function changeText({ change, history, replays, retention }: TableDiff): string {
  const from = replays === undefined ? '' : `, ${change === 'created' ? 'filled' : 'replayed'} from bronze.${replays}`
  const kept = history === 'kept' ? ', rows written so far stay' : ''
  if (change === 'unchanged' && history === 'same' && retention !== undefined) return 'keeps rows for another time'
  return change === 'unchanged' ? 'takes other rows from now on' : `${change}${from}${kept}`
}

function columnLine({ change, column, from = '', to = '', was = '' }: ColumnDiff): SignedLine {
  switch (change) {
    case 'added':
      return detail('+', `${column} ${to}`)
    case 'removed':
      return detail('-', `${column} ${from}`)
    case 'renamed':
      return detail('~', `${was} -> ${column}`)
    case 'widened':
    case 'retyped':
      return detail('~', `${column} ${from} -> ${to}`)
    case 'loosened':
      return detail('~', `${column} may be null`)
    case 'tightened':
      return detail('~', `${column} can no longer be null`)
    case 'moved':
      return detail('~', `${column} stands in another place`)
    case 'recomputed':
      return detail('~', from === to ? `${column} is worked out otherwise` : `${column}: ${from} -> ${to}`)
  }
}

const OPERATOR_SIGNS: Readonly<Record<OperatorDiff['verdict'], Sign>> = {
  created: '+',
  kept: '',
  migrated: '~',
  'needs-replay': '-/+',
  dropped: '-',
}

function operatorLines({ kind, table, verdict, reason }: OperatorDiff): SignedLine[] {
  return verdict === 'kept'
    ? []
    : [entry(OPERATOR_SIGNS[verdict], `${kind} of ${table}  ${verdict.replace('-', ' ')}: ${reason}`)]
}

function costLine({ source, rows, bytes, tables }: ReplayCost): SignedLine {
  const what = `${countText(rows)} ${rows === 1 ? 'row' : 'rows'} of bronze.${source} (${bytesText(bytes)}) to replay`
  return entry('', `${what}, for ${tables.join(', ')}`)
}

function sampleLines({ source, rows, sampled, refused, accepted, offenders }: ContractSample): SignedLine[] {
  const share = (count: number): string =>
    sampled === 0 ? '' : ` (${((100 * count) / sampled).toFixed(count === 0 ? 0 : 2)} %)`
  const rest = refused - offenders.length
  return [
    entry('', `${countText(sampled)} of ${countText(rows)} rows of bronze.${source}`),
    detail(refused > 0 ? '!' : '', `${countText(refused)}${share(refused)} that were accepted are refused`),
    ...offenders.map(({ partition, offset, code, path, message }) => {
      const where = `topic partition ${partition}, offset ${offset}`
      return { indent: 12, text: `${where}: ${code}${path === '' ? '' : ` at ${path}`}: ${message}` }
    }),
    ...(rest > 0 ? [{ indent: 12, text: `and ${countText(rest)} more` }] : []),
    detail('', `${countText(accepted)}${share(accepted)} that were refused are accepted`),
  ]
}

function nextLines(plan: InstancePlan, suffix: string): SignedLine[] {
  const { instance, plan_hash: hash, ran, held_back: held, diff } = plan
  if (held !== null && diff.verdict !== 'refused') return heldBackLines(plan, held, suffix)
  const list = (lines: readonly string[]): SignedLine[] => lines.map((text) => ({ indent: 4, text: `- ${text}` }))
  const blank = { indent: 0, text: '' }
  const say = (text: string): SignedLine => ({ indent: 2, text })
  switch (diff.verdict) {
    case 'unchanged':
      return []
    case 'safe': {
      const run = `smelt run ${instance}${suffix}`
      return [blank, say(ran === null ? `\`${run}\` creates it.` : `\`${run}\` takes it over by itself.`)]
    }
    case 'needs-approval':
      return [
        blank,
        say('It needs an approval, because'),
        ...list(diff.approvals),
        say('Nothing runs and nothing changes until it has one:'),
        { indent: 4, text: `smelt apply ${instance} --approve ${hash}${suffix}`, strong: true },
      ]
    case 'refused':
      return [blank, say('It cannot be made:'), ...list([...diff.refusals])]
  }
}

function heldBackLines(
  { instance, plan_hash: hash, diff }: InstancePlan,
  held: PlanHeldBack,
  suffix: string,
): SignedLine[] {
  const as = held.version === null ? '' : ` as version ${held.version}`
  const runs = held.runs === null ? 'the version before' : `version ${held.runs}`
  const approvals = diff.approvals.map((text): SignedLine => ({ indent: 4, text: `- ${text}` }))
  const blank = { indent: 0, text: '' }
  return [
    blank,
    { indent: 2, text: `It is held back: it failed${as} with \`${held.code}\` and was rolled back at ${held.since}.` },
    { indent: 2, text: `Now ${runs} runs, until the files say another plan. To try this one again as it is:` },
    { indent: 4, text: `smelt apply ${instance} --approve ${hash}${suffix}`, strong: true },
    ...(approvals.length === 0 ? [] : [blank, { indent: 2, text: 'It needs an approval too, because' }, ...approvals]),
  ]
}

function entry(sign: Sign, text: string): SignedLine {
  return { sign, indent: 4, text }
}

function detail(sign: Sign, text: string): SignedLine {
  return { sign, indent: 8, text }
}
