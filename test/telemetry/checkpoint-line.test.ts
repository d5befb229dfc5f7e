import { expect, it } from 'vitest'
import { checkpointText } from '#telemetry'

it('a checkpoint reads as one line', () => {
  const text = checkpointText({
    event: 'checkpoint',
    time: '2026-11-20T00:00:00.000Z',
    instance: 'acme/p',
    checkpoint: 7,
    records_in: 12_345,
    rows_out: { 'silver.devices': 12_000, 'gold.hourly': 3 },
    quarantined: { 'record/late': 40, 'record/not-json': 2 },
    lag: 1_000,
    durations_ms: { read: 100, process: 1_250, flush: 400, commit: 50 },
    rss_bytes: 300 * 2 ** 20,
  })
  expect(text).toBe(
    'acme/p: checkpoint 7, 12,345 records in, silver.devices +12,000, gold.hourly +3, quarantined 42, lag 1,000, 1.8 s, 300 MiB',
  )
})

it('alerts of a sink are told with how many wait', () => {
  const text = checkpointText({
    event: 'checkpoint',
    time: '2026-11-20T00:00:00.000Z',
    instance: 'acme/p',
    checkpoint: 7,
    records_in: 1,
    rows_out: {},
    quarantined: {},
    lag: 0,
    alerts: {
      hook: { waiting: 2, delivered: 1, refused: 3, dropped: 4 },
      log: { waiting: 0, delivered: 0, refused: 0, dropped: 0 },
    },
    durations_ms: {},
    rss_bytes: 0,
  })
  expect(text).toContain('lag 0, hook: 1 alert delivered, 3 refused, 4 dropped, 2 waiting, log: 0 waiting, 0.0 s')
})
