import { describe, expect, it } from 'vitest'
import { diagnostic, type Diagnostic } from '#diagnostics'
import { openRestartPolicy, type Attempt } from '../../../runtime/cli/instance/restart-policy.ts'

const ended = diagnostic('cli/instance-ended', { instance: 'acme/orders', how: 'by SIGKILL' })
const outage = diagnostic('lake/store-unavailable', { location: 's3://lake', attempts: 3 })
const attempt = (problem: Diagnostic, options: Partial<Attempt> = {}): Attempt => ({
  diagnostics: [problem],
  checkpoint: undefined,
  ranMs: 1_000,
  ...options,
})

describe('openRestartPolicy', () => {
  it('waits 10 s, then twice as long each time, 2 min at most, and begins anew after 10 min', () => {
    const decide = openRestartPolicy(() => 0.5)
    const delays = [1, 2, 3, 4, 5, 6].map((checkpoint) => decide(attempt(ended, { checkpoint })))
    const waited = [10_000, 20_000, 40_000, 80_000, 120_000, 120_000]
    expect(delays).toEqual(waited.map((delayMs) => ({ restart: true, delayMs })))
    expect(decide(attempt(ended, { checkpoint: 7, ranMs: 600_000 }))).toEqual({ restart: true, delayMs: 10_000 })
  })

  it('spreads the delays by a tenth', () => {
    expect(openRestartPolicy(() => 0)(attempt(ended))).toEqual({ restart: true, delayMs: 9_000 })
    expect(openRestartPolicy(() => 1)(attempt(ended))).toEqual({ restart: true, delayMs: 11_000 })
  })

  it('gives up on the same error without a checkpoint in between, later for what an outage causes', () => {
    const attempts = (problem: Diagnostic): number => {
      const decide = openRestartPolicy(() => 0.5)
      for (let times = 1; ; times++) {
        const decision = decide(attempt(problem))
        if (!decision.restart) return decision.times ?? times
      }
    }
    expect([attempts(ended), attempts(outage)]).toEqual([3, 10])
    const decide = openRestartPolicy(() => 0.5)
    for (const checkpoint of [undefined, undefined, 4, undefined])
      expect(decide(attempt(ended, { checkpoint })).restart).toBe(true)
  })

  it('does not start again what starting again cannot mend', () => {
    const refused = diagnostic('checkpoint/corrupt', { key: 'k', detail: 'cut off' })
    expect(openRestartPolicy(() => 0.5)(attempt(refused))).toEqual({ restart: false })
  })
})
