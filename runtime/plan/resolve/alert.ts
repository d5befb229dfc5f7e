import type { AlertNode, Located, Named, PipelineNode, Receiver, SinkNode } from '#spec'
import { alertOf } from '../alert-of.ts'
import type { AlertPlan, GoldPlan, SinkPlan } from '../types.ts'
import { findDeclared, unreadIn } from './broken.ts'
import type { Problems } from './context.ts'
import { partnerLineage } from './join.ts'

export interface AlertContext {
  readonly pipeline: PipelineNode
  readonly problems: Problems
}

type AppendedPlan = Exclude<GoldPlan, { kind: 'latest' }>

/** The gold table with its alert, where it has one that can be sent. */
export function resolveAlert(plan: GoldPlan, alert: AlertNode | undefined, context: AlertContext): GoldPlan {
  if (alert === undefined) return plan
  const { problems } = context
  if (plan.kind === 'latest' || (plan.kind === 'window' && plan.emit === 'on_change')) {
    const because = 'they are replaced by newer ones'
    problems.add('plan/bad-alert', { table: plan.table.name, because }, at(alert, context))
    return plan
  }
  return { ...plan, alert: alertPlan(plan, alert, context) }
}

/** Where the alert begins: its first id column, as the noun itself has no place of its own in a message. */
function at(alert: AlertNode, { pipeline }: AlertContext): Located<unknown> {
  const pointer = alert.id[0]?.pointer.replace(/\/id\/0$/, '') ?? ''
  return { value: pipeline.name.value, span: alert.span, pointer }
}

function alertPlan(plan: AppendedPlan, alert: AlertNode, context: AlertContext): AlertPlan {
  const { pipeline, problems } = context
  const id = alert.id.flatMap((name) => (isColumn(name, plan, context) ? [name.value] : []))
  const to = alert.to.flatMap((name): string[] => {
    const sink = findDeclared('sinks', name, pipeline.sinks, context)
    if (sink === undefined) return []
    const loop = readsItself(sink, pipeline)
    if (loop === undefined) return [sink.name]
    const because = `the sink \`${sink.name}\` is the topic of the source \`${loop}\``
    problems.add('plan/bad-alert', { table: plan.table.name, because }, name)
    return []
  })
  return { id, to }
}

/** The source that reads what the sink sends. */
function readsItself({ node: { receiver } }: Named<SinkNode>, { sources }: PipelineNode): string | undefined {
  if (receiver.kind !== 'kafka') return undefined
  return sources.find(({ node }) => node.topic.value === receiver.topic.value)?.name
}

/** Whether the table has, or may have, the column; a problem when not. Columns written nowhere stand where they are asked for. */
function isColumn(asked: Located<string>, plan: AppendedPlan, { pipeline, problems }: AlertContext): boolean {
  const table = pipeline.gold.find(({ name }) => name === plan.table.name)
  const { columns = [], groupBy = [], measures = [] } = table?.node ?? {}
  const unread = ['columns', 'group_by', 'measures'].flatMap((field) =>
    table === undefined ? [] : unreadIn(pipeline, table.key, field),
  )
  if (unread.some(({ open }) => open)) return true
  const keys = [
    ...[...columns, ...groupBy, ...measures].map(({ key }) => key),
    ...unread.flatMap(({ broken }) => broken),
  ]
  const added =
    plan.kind === 'window'
      ? ['window_start', 'window_end']
      : ['kafka_partition', 'kafka_offset', ...partnerLineage(plan).map(({ name }) => name)]
  const known = [
    ...keys.map((key) => ({ name: key.value, key, node: undefined })),
    ...added.map((name) => ({ name, key: asked, node: undefined })),
  ]
  return problems.find('column', asked, known) !== undefined
}

/** The sinks that an alert goes to, with the names that they have for this tenant. */
export function resolveSinks(tenant: string, pipeline: PipelineNode, gold: readonly GoldPlan[]): SinkPlan[] {
  const used = new Set(gold.flatMap((table) => alertOf(table)?.to ?? []))
  return pipeline.sinks
    .filter(({ name }) => used.has(name))
    .map(({ name, node: { receiver, maxBacklog, onFull } }) => ({
      name,
      receiver: receiverOf(tenant, receiver),
      maxBacklog,
      onFull,
    }))
}

function receiverOf(tenant: string, receiver: Receiver<Located<string>>): Receiver<string> {
  switch (receiver.kind) {
    case 'webhook':
      return receiver
    case 'elasticsearch':
      return { ...receiver, index: `${tenant}.${receiver.index.value}` }
    case 'kafka':
      return { kind: 'kafka', topic: `${tenant}.${receiver.topic.value}` }
  }
}
