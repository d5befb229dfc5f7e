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
