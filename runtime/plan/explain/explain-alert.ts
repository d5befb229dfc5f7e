import { alertOf } from '../alert-of.ts'
import { operatorId } from '../operator.ts'
import type { GoldPlan, SinkPlan } from '../types.ts'
import { durationText } from './duration-text.ts'
import { pathText } from './expression-text.ts'
import type { ExplainOperator } from './types.ts'

/** What sends the rows of a gold table; nothing when it has no alert. No address is told: it may be a secret. */
export function alertOperators(table: GoldPlan, sinks: readonly SinkPlan[]): ExplainOperator[] {
  const alert = alertOf(table)
  if (alert === undefined) return []
  const { id, to } = alert
  const used = sinks.filter(({ name }) => to.includes(name))
  return [
    {
      id: operatorId.alert(table),
      kind: 'alert',
      title: `to ${to.map((name) => pathText([name])).join(', ')}`,
      rules: [
        'each appended row is sent at least once, after the tables of its checkpoint are committed',
        `rows that are equal in (${id.map((name) => pathText([name])).join(', ')}) have one id, by which a receiver knows a repetition`,
        'a rebuild of the table sends nothing',
        ...used.map(sinkText),
      ],
      outcomes: [],
      state: {
        holds: 'alerts that a sink has not taken yet',
        keys: to.map((name) => pathText([name])),
        bound: used.map(boundText).join('; '),
      },
    },
  ]
}

function sinkText({ name, receiver }: SinkPlan): string {
  const sink = pathText([name])
  switch (receiver.kind) {
    case 'webhook': {
      const signed = receiver.signingKey === undefined ? '' : ', signed'
      return `${sink} is a webhook: one POST per alert${signed}, given up after ${durationText(receiver.timeoutMs)} and tried again`
    }
    case 'elasticsearch':
      return `${sink} is the search index ${receiver.index}: one document per alert`
    case 'kafka':
      return `${sink} is the topic ${receiver.topic}: one record per alert`
  }
}

function boundText({ name, maxBacklog, onFull }: SinkPlan): string {
  const full = onFull === 'stop' ? 'then the pipeline stops' : 'then the oldest are dropped'
  return `${pathText([name])}: ${maxBacklog} alerts, ${full}`
}
