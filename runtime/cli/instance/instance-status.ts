import type { Accounting, Checkpoint, LifecycleState, OutboxBooks, Transition, Update } from '#engine'
import type { ObjectStore } from '#lake'
import type { Broker } from '#stream'
import type { AlertCounts } from '#telemetry'
import { diagnosticOf } from '../report.ts'
import { quarantinedByCode } from './checkpoint-log.ts'

/** Where an instance stands. */
export interface InstanceStatus {
  readonly instance: string
  /** The process that runs it on this machine; null when none does. */
  readonly pid: number | null
  /** Its last known state with its reason; `gone` when that is one of a process and there is none on this machine. */
  readonly state: {
    readonly name: LifecycleState
    readonly since: string
    readonly reason: string
    readonly gone: boolean
  } | null
  /** The number of the version that runs or ran last; null before the first. */
  readonly version: number | null
  /** The plan of the files, or of files before, that failed and was rolled back: it does not run. */
  readonly held_back: {
    readonly plan: string
    readonly since: string
    readonly code: string
    readonly message: string
  } | null
  readonly checkpoint: { readonly id: number; readonly created_at: string } | null
  /** Per source: its topic, and per topic partition the next offset to read (decimal text). */
  readonly positions: Readonly<
    Record<string, { readonly topic: string; readonly next: Readonly<Record<string, string>> }>
  >
  /** Records in the topics after these positions; null when the broker does not tell. */
  readonly lag: number | null
  /** Why there is no lag. */
  readonly lag_problem?: string
  readonly accounting: Accounting | null
  /** Alerts since the first, by sink. */
  readonly alerts: Readonly<Record<string, AlertCounts>>
  readonly quarantined: Readonly<Record<string, number>>
}

/** Reads the newest checkpoint of a pipeline, and how far its topics have gone since. Changes nothing. */
export async function instanceStatus(options: {
  readonly instance: string
  readonly pipeline: string
  readonly store: ObjectStore
  readonly pid: number | undefined
  readonly broker: () => Promise<Broker>
}): Promise<InstanceStatus> {
  const { listVersions, openCheckpoints, outboxSince, readLifecycle, readUpdate, shortHash } = await import('#engine')
  const update = await readUpdate(options.store, options.pipeline)
  const state = (await readLifecycle(options.store, options.pipeline)).at(-1)
  const version = (await listVersions(options.store, options.pipeline)).at(-1)
  const newest = await openCheckpoints(options.store, options.pipeline).newest()
  const positions = Object.entries(newest?.sources ?? {}).map(([source, { topic, partitions }]) => {
    const next = Object.fromEntries(Object.entries(partitions).map(([partition, each]) => [partition, each.next]))
    return [source, { topic, next }] as const
  })
  return {
    instance: options.instance,
    pid: options.pid ?? null,
    state: state === undefined ? null : stateOf(state, options.pid),
    version: version?.version ?? null,
    held_back: update === undefined ? null : heldBackOf(update, shortHash),
    checkpoint: newest === undefined ? null : { id: newest.id, created_at: new Date(newest.createdMs).toISOString() },
    positions: Object.fromEntries(positions),
    ...(await lagOf(newest, options.broker)),
    accounting: newest?.accounting ?? null,
    alerts: alertCounts(newest && (await outboxSince(options.store, newest))),
    quarantined: quarantinedByCode(newest?.accounting),
  }
}

function heldBackOf({ to, rolledBack }: Update, shortHash: (hash: string) => string): InstanceStatus['held_back'] {
  if (rolledBack === undefined) return null
  const { atMs, code, message } = rolledBack
  return { plan: shortHash(to), since: new Date(atMs).toISOString(), code, message }
}

const OF_A_PROCESS: readonly LifecycleState[] = ['STARTING', 'RUNNING', 'UPDATING', 'STOPPING']

function stateOf({ state, atMs, reason }: Transition, pid: number | undefined): InstanceStatus['state'] {
  const gone = pid === undefined && OF_A_PROCESS.includes(state)
  return { name: state, since: new Date(atMs).toISOString(), reason, gone }
}

function alertCounts(outbox: OutboxBooks | undefined): Record<string, AlertCounts> {
  return Object.fromEntries(
    Object.entries(outbox?.sinks ?? {}).map(([name, { waiting, delivered, refused, dropped }]) => {
      return [name, { waiting, delivered, refused, dropped }] as const
    }),
  )
}

async function lagOf(
  checkpoint: Checkpoint | undefined,
  openBroker: () => Promise<Broker>,
): Promise<Pick<InstanceStatus, 'lag' | 'lag_problem'>> {
  if (checkpoint === undefined) return { lag: null, lag_problem: 'it never ran' }
  try {
    const broker = await openBroker()
    let lag = 0n
    for (const { topic, partitions } of Object.values(checkpoint.sources)) {
      const [starts, ends] = [await broker.offsets(topic, 'earliest'), await broker.offsets(topic, 'latest')]
      for (const [partition, end] of ends) {
        const next = partitions[String(partition)]?.next
        // A partition that was added since is read from its start.
        lag += end - (next === undefined ? (starts.get(partition) ?? 0n) : BigInt(next))
      }
    }
    return { lag: Number(lag) }
  } catch (error) {
    return { lag: null, lag_problem: diagnosticOf(error).message }
  }
}
