/** One metric: what exporters, dashboards and their docs are made from. */
export interface Metric {
  readonly name: string
  /** UCUM, as OpenTelemetry writes units. */
  readonly unit: string
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly description: string
  /** Beside `smelt.tenant` and `smelt.pipeline`, which every metric carries. */
  readonly attributes: readonly string[]
}

/** The one list of metrics. A name is permanent; what it counts never changes. */
export const METRICS = [
  {
    name: 'smelt.records.consumed',
    unit: '{record}',
    kind: 'counter',
    description: 'Records read and committed to bronze.',
    attributes: ['smelt.source'],
  },
  {
    name: 'smelt.rows.written',
    unit: '{row}',
    kind: 'counter',
    description: 'Rows committed to a table.',
    attributes: ['smelt.table'],
  },
  {
    name: 'smelt.records.quarantined',
    unit: '{record}',
    kind: 'counter',
    description: 'Records committed to quarantine.',
    attributes: ['smelt.code'],
  },
  {
    name: 'smelt.lag',
    unit: '{record}',
    kind: 'gauge',
    description: 'Records in the topics that are not read yet.',
    attributes: [],
  },
  {
    name: 'smelt.alerts.waiting',
    unit: '{alert}',
    kind: 'gauge',
    description: 'Alerts that a receiver has not taken yet.',
    attributes: ['smelt.sink'],
  },
  {
    name: 'smelt.alerts.delivered',
    unit: '{alert}',
    kind: 'counter',
    description: 'Alerts that a receiver took.',
    attributes: ['smelt.sink'],
  },
  {
    name: 'smelt.alerts.refused',
    unit: '{alert}',
    kind: 'counter',
    description: 'Alerts that a receiver will never take.',
    attributes: ['smelt.sink'],
  },
  {
    name: 'smelt.alerts.dropped',
    unit: '{alert}',
    kind: 'counter',
    description: 'Alerts given up because too many waited.',
    attributes: ['smelt.sink'],
  },
  {
    name: 'smelt.checkpoint.id',
    unit: '1',
    kind: 'gauge',
    description: 'Number of the newest checkpoint; one that stands still is a pipeline that stands still.',
    attributes: [],
  },
  {
    name: 'smelt.checkpoint.duration',
    unit: 'ms',
    kind: 'histogram',
    description: 'Time spent on a phase since the checkpoint before.',
    attributes: ['smelt.phase'],
  },
  {
    name: 'process.memory.usage',
    unit: 'By',
    kind: 'gauge',
    description: 'Resident memory of the process of the instance.',
    attributes: [],
  },
] as const satisfies readonly Metric[]
