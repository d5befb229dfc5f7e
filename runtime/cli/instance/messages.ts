import type { Diagnostic } from '#diagnostics'
import type { CheckpointLine, UpkeepLine } from '#telemetry'

/** What the process of an instance tells the one that started it. */
export type FromInstance =
  /** After each batch: records read since the start, and those not read yet. */
  | { readonly type: 'progress'; readonly records: number; readonly lag: number }
  /** Once: it has the run lock. From here on the instance and its states are its own, and it notes its failure itself. */
  | { readonly type: 'holds' }
  /** It is where it was told to start, and the plan with this hash takes over or reads on: what fails next may be its fault. */
  | { readonly type: 'begins'; readonly plan: string }
  /** Now and then, whatever it is at: its loop of events turns. */
  | { readonly type: 'alive' }
  /** Once: it reads on, and this checkpoint of it stands. */
  | { readonly type: 'running'; readonly checkpoint: number }
  | { readonly type: 'checkpoint'; readonly line: CheckpointLine }
  | { readonly type: 'upkeep'; readonly line: UpkeepLine }
  /** Worth telling, and no failure. */
  | { readonly type: 'notice'; readonly diagnostic: Diagnostic }
  /**
   * The last message: it ended as it should, at this checkpoint (0 when there never was one); with `restart`, to be started
   * again at once from the files of the project.
   */
  | { readonly type: 'done'; readonly checkpoint: number; readonly restart?: boolean }
  /** The last message: it could not go on. */
  | { readonly type: 'failed'; readonly diagnostics: readonly Diagnostic[] }

/** What it is told: to start, which it waits for; and to end with a checkpoint. */
export interface ToInstance {
  readonly type: 'start' | 'stop'
}

const TYPES: readonly unknown[] = [
  'holds',
  'begins',
  'progress',
  'alive',
  'running',
  'checkpoint',
  'upkeep',
  'notice',
  'done',
  'failed',
]

/** Both ends are one version of one program, so the type of a message stands for its shape. */
export function isFromInstance(message: unknown): message is FromInstance {
  return typeof message === 'object' && message !== null && 'type' in message && TYPES.includes(message.type)
}

export function isToInstance(message: unknown): message is ToInstance {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false
  return message.type === 'start' || message.type === 'stop'
}
