import type { FromInstance } from '../instance/messages.ts'

/** Where one instance stands, as its supervisor knows it. */
export interface InstanceHealth {
  readonly instance: string
  /** `waiting`: no process of it runs, and one is to be started. `ended`: none will. */
  readonly state: 'starting' | 'running' | 'waiting' | 'ended'
  /** The newest checkpoint that it told of; null before. */
  readonly checkpoint: number | null
  /** Whether its process was heard of lately; one that has none is not expected to be. */
  readonly alive: boolean
}

/** What a probe is answered. */
export interface HealthReport {
  /** Every instance runs and has a checkpoint, and nobody told them to stop. */
  readonly ready: boolean
  /** Every process that runs was heard of lately. */
  readonly alive: boolean
  readonly stopping: boolean
  readonly instances: readonly InstanceHealth[]
}

/** Listens to what a supervisor learns of its instances, and answers what it comes to. */
export interface Health {
  /** A process of the instance was started. */
  onStart(instance: string): void
  onMessage(instance: string, message: FromInstance): void
  /** The process of the instance is gone; another one may follow. */
  onGone(instance: string): void
  /** No process of the instance will follow. */
  onEnd(instance: string): void
  onStopping(): void
  report(): HealthReport
}

/** How often the process of an instance says that it is alive, in milliseconds. */
export const BEAT_EVERY_MS = 5_000
/** How long it may be silent: a machine that is short of time is no reason to kill what works. */
export const SILENT_MS = 60_000

interface Known {
  state: InstanceHealth['state']
  checkpoint: number | null
  heardMs: number
}

/** The health of `instances` by `clock`. None is ready before its process says so. */
export function openHealth(instances: readonly string[], clock: () => number): Health {
  const all = new Map<string, Known>(
    instances.map((name) => [name, { state: 'waiting', checkpoint: null, heardMs: clock() }]),
  )
  let stopping = false
  const enter = (instance: string, state: InstanceHealth['state']): void => {
    const known = all.get(instance)
    if (known !== undefined) Object.assign(known, { state, heardMs: clock() })
  }
  return {
    onStart: (instance) => enter(instance, 'starting'),
    onGone: (instance) => enter(instance, 'waiting'),
    onEnd: (instance) => enter(instance, 'ended'),
    onStopping: () => (stopping = true),
    onMessage(instance, message) {
      const known = all.get(instance)
      if (known === undefined) return
      known.heardMs = clock()
      if (message.type === 'running') Object.assign(known, { state: 'running', checkpoint: message.checkpoint })
      if (message.type === 'checkpoint') known.checkpoint = message.line.checkpoint
    },
    report() {
      const found = [...all].map(([instance, { state, checkpoint, heardMs }]): InstanceHealth => {
        const silent = clock() - heardMs > SILENT_MS
        return { instance, state, checkpoint, alive: !silent || state === 'waiting' || state === 'ended' }
      })
      return {
        ready: !stopping && found.every(({ state, alive }) => state === 'running' && alive),
        alive: found.every(({ alive }) => alive),
        stopping,
        instances: found,
      }
    },
  }
}
