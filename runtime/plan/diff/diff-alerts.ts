import { alertOf } from '../alert-of.ts'
import type { AlertPlan, Plan, SinkPlan } from '../types.ts'

/** What is sent otherwise from now on, one sentence each. No row and no state of a table hangs on it. */
export function diffAlerts(before: Plan | undefined, after: Plan): string[] {
  if (before === undefined) return []
  return [...tableChanges(before, after), ...sinkChanges(before.sinks ?? [], after.sinks ?? [])]
}

function tableChanges(before: Plan, after: Plan): string[] {
  const names = new Set([...before.gold, ...after.gold].map(({ table }) => table.name))
  return [...names].flatMap((name) =>
    alertChange(`\`gold.${name}\``, alertNamed(before, name), alertNamed(after, name)),
  )
}

function alertNamed({ gold }: Plan, name: string): AlertPlan | undefined {
  const table = gold.find((each) => each.table.name === name)
  return table && alertOf(table)
}

function alertChange(table: string, before: AlertPlan | undefined, after: AlertPlan | undefined): string[] {
  if (after === undefined) return before === undefined ? [] : [`rows of ${table} are no longer sent`]
  const to = after.to.map((name) => `\`${name}\``).join(', ')
  if (before === undefined) return [`rows of ${table} are sent to ${to}, those that are appended from now on`]
  return [
    ...(same(before.to, after.to) ? [] : [`rows of ${table} are sent to ${to}`]),
    ...(same(before.id, after.id) ? [] : [`alerts of ${table} have other ids: what is sent again is new to receivers`]),
  ]
}

function sinkChanges(before: readonly SinkPlan[], after: readonly SinkPlan[]): string[] {
  const known = new Map(before.map((sink) => [sink.name, sink]))
  const changed = after.filter((sink) => known.has(sink.name) && !same(known.get(sink.name), sink))
  const gone = before.filter(({ name }) => after.every((sink) => sink.name !== name))
  return [
    ...changed.map(({ name }) => `the sink \`${name}\` is another one, or reached otherwise`),
    ...gone.map(({ name }) => `what waits for the sink \`${name}\` is dropped`),
  ]
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
