/** What the log says of one checkpoint. Plain JSON, one object per line; counts are since the checkpoint before. */
export interface CheckpointLine {
  readonly event: 'checkpoint'
  /** RFC 3339, UTC. */
  readonly time: string
  /** `tenant/pipeline` */
  readonly instance: string
  readonly checkpoint: number
  /** Records read. */
  readonly records_in: number
  /** Rows added, by `layer.table`. */
  readonly rows_out: Readonly<Record<string, number>>
  /** Records put in quarantine, by code. */
  readonly quarantined: Readonly<Record<string, number>>
  /** Records in the topics that are not read yet. */
  readonly lag: number
  /** Alerts, by sink; left out by a pipeline that has none. */
  readonly alerts?: Readonly<Record<string, AlertCounts>>
  /** Milliseconds, by phase. */
  readonly durations_ms: Readonly<Record<string, number>>
  readonly rss_bytes: number
}

/** What became of the alerts of one sink; only `waiting` is no change since the checkpoint before. */
export interface AlertCounts {
  readonly waiting: number
  readonly delivered: number
  readonly refused: number
  readonly dropped: number
}

const NUMBERS = new Intl.NumberFormat('en-US')

/** A whole number with thousands separated, for people. */
export function countText(count: number): string {
  return NUMBERS.format(count)
}

/** The line for people. */
export function checkpointText(line: CheckpointLine): string {
  const rows = Object.entries(line.rows_out).map(([table, count]) => `${table} +${countText(count)}`)
  const refused = Object.values(line.quarantined).reduce((sum, each) => sum + each, 0)
  const seconds = Object.values(line.durations_ms).reduce((sum, each) => sum + each, 0) / 1000
  return [
    `${line.instance}: checkpoint ${line.checkpoint}`,
    `${countText(line.records_in)} records in`,
    ...rows,
    `quarantined ${countText(refused)}`,
    `lag ${countText(line.lag)}`,
    ...Object.entries(line.alerts ?? {}).map(([sink, counts]) => `${sink}: ${alertText(counts)}`),
    `${seconds.toFixed(1)} s`,
    `${Math.round(line.rss_bytes / 2 ** 20)} MiB`,
  ].join(', ')
}

/** What became of alerts, for people: what is not zero, and always how many wait. */
export function alertText({ waiting, delivered, refused, dropped }: AlertCounts): string {
  return [
    ...(delivered === 0 ? [] : [`${countText(delivered)} ${delivered === 1 ? 'alert' : 'alerts'} delivered`]),
    ...(refused === 0 ? [] : [`${countText(refused)} refused`]),
    ...(dropped === 0 ? [] : [`${countText(dropped)} dropped`]),
    `${countText(waiting)} waiting`,
  ].join(', ')
}
