import { describe, expect, it } from 'vitest'
import { openHealth, SILENT_MS } from '../../../runtime/cli/health/health.ts'

function opened() {
  let now = 1_000
  const health = openHealth(['acme/a', 'acme/b'], () => now)
  return { health, pass: (ms: number) => (now += ms) }
}

const running = (checkpoint: number) => ({ type: 'running', checkpoint }) as const

describe('openHealth', () => {
  it('is ready when every instance reads on and has a checkpoint, and not before', () => {
    const { health } = opened()
    const ready = (): boolean => health.report().ready
    expect(ready()).toBe(false)
    health.onStart('acme/a')
    health.onStart('acme/b')
    health.onMessage('acme/a', { type: 'progress', records: 5, lag: 0 })
    expect(ready()).toBe(false)
    health.onMessage('acme/a', running(1))
    expect(ready()).toBe(false)
    health.onMessage('acme/b', running(7))
    expect(ready()).toBe(true)
    expect(health.report().instances).toEqual([
      { instance: 'acme/a', state: 'running', checkpoint: 1, alive: true },
      { instance: 'acme/b', state: 'running', checkpoint: 7, alive: true },
    ])
  })

  it('is not ready while it stops, while an instance waits for its next process, and once one has ended', () => {
    const { health } = opened()
    for (const name of ['acme/a', 'acme/b']) {
      health.onStart(name)
      health.onMessage(name, running(1))
    }
    health.onGone('acme/b')
    expect(health.report()).toMatchObject({ ready: false, alive: true, instances: [{}, { state: 'waiting' }] })
    health.onStart('acme/b')
    expect(health.report().ready).toBe(false)
    health.onMessage('acme/b', running(2))
    expect(health.report().ready).toBe(true)
    health.onStopping()
    expect(health.report()).toMatchObject({ ready: false, alive: true, stopping: true })
    health.onEnd('acme/b')
    expect(health.report()).toMatchObject({ alive: true, instances: [{}, { state: 'ended' }] })
  })

  it('is alive as long as each process is heard of, whatever it is at', () => {
    const { health, pass } = opened()
    health.onStart('acme/a')
    pass(SILENT_MS)
    expect(health.report().alive).toBe(true)
    pass(1)
    expect(health.report()).toMatchObject({ alive: false, instances: [{ alive: false }, { alive: true }] })
    health.onMessage('acme/a', { type: 'alive' })
    expect(health.report().alive).toBe(true)
    // One that has no process is not expected to say anything: it waits for its next one.
    health.onGone('acme/a')
    pass(2 * SILENT_MS)
    expect(health.report().alive).toBe(true)
  })

  it('is not ready when it reads on and is not heard of any more', () => {
    const { health, pass } = opened()
    for (const name of ['acme/a', 'acme/b']) {
      health.onStart(name)
      health.onMessage(name, running(1))
    }
    pass(SILENT_MS + 1)
    health.onMessage('acme/a', { type: 'alive' })
    expect(health.report()).toMatchObject({ ready: false, alive: false })
  })
})
