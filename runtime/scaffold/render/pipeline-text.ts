import type { Column } from '../infer/columns.ts'
import type { EventTime } from '../infer/event-time.ts'
import type { GoldProposal } from '../infer/gold.ts'
import type { TimeBounds } from '../infer/time-order.ts'
import { yamlComment, yamlScalar } from './yaml-text.ts'

/** Everything that a proposed pipeline says. */
export interface PipelineDraft {
  readonly name: string
  /** Of the source and of the silver table. */
  readonly table: string
  readonly topic: string
  readonly contract: string
  readonly origin: string
  readonly time: EventTime
  readonly bounds: TimeBounds
  readonly columns: readonly Column[]
  readonly key?: Column
  readonly gold: GoldProposal
  readonly goldTable: string
  readonly window: string
}

/** The draft as the text of its `pipeline.yaml`; comments say why where a choice was made. */
export function pipelineText(draft: PipelineDraft): string {
  const lines = [
    'smelt: 1',
    `name: ${draft.name}`,
    `description: ${yamlScalar(`Proposed from ${draft.origin}.`)}`,
    '',
    ...sourceLines(draft),
    '',
    ...silverLines(draft),
    '',
    ...goldLines(draft),
  ]
  return `${lines.join('\n')}\n`
}

function sourceLines({ table, topic, contract, time, bounds }: PipelineDraft): string[] {
  const { watermark, horizon, maxAhead } = bounds
  return [
    'sources:',
    `  ${table}:`,
    `    topic: ${yamlScalar(topic)} # read from <tenant>.${topic}`,
    `    contract: ${contract}`,
    `    ${yamlComment(`${capital(time.evidence)}.`)}`,
    `    event_time: ${yamlScalar(time.expression)}`,
    ...(watermark === undefined
      ? []
      : [`    watermark: ${watermark} # the sample is out of order by nearly that much`]),
    ...(horizon === undefined ? [] : [`    horizon: ${horizon} # and must not count as too old`]),
    ...(maxAhead === undefined ? [] : [`    max_ahead: ${maxAhead} # the sample has times that lie in the future`]),
  ]
}

function silverLines({ table, columns, key }: PipelineDraft): string[] {
  const dedupe = key && [
    `    ${yamlComment(`\`${key.name}\` was never twice in the sample; a copy of an event within a day is dropped.`)}`,
    `    dedupe: { by: [${key.name}], within: 24h }`,
  ]
  return ['silver:', `  ${table}:`, `    from: ${table}`, '    columns:', ...columns.map(columnLine), ...(dedupe ?? [])]
}

function columnLine({ name, expression, hashed }: Column): string {
  return hashed
    ? `      ${name}: { expr: ${yamlScalar(expression, { flow: true })}, pii: hash }`
    : `      ${name}: ${yamlScalar(expression)}`
}

function goldLines({ table, gold, goldTable, window }: PipelineDraft): string[] {
  return [
    'gold:',
    `  ${goldTable}:`,
    `    from: ${table}`,
    `    window: { tumbling: ${window} }`,
    ...(gold.groupBy === undefined ? [] : [`    group_by: [${gold.groupBy.name}]`]),
    '    measures:',
    ...gold.measures.map(([name, expression]) => `      ${name}: ${expression}`),
  ]
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
