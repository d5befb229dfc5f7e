import type { Catalog, Clock, Identifier, Localizer, ObjectStore } from '#lake'
import type { Plan } from '#plan'
import type { Broker } from '#stream'
import type { Step } from '../embedded/instance.ts'
import type { Session } from '../embedded/session.ts'
import type { Subject } from './subject.ts'

export interface EraseOptions {
  readonly plan: Plan
  readonly store: ObjectStore
  readonly broker: Broker
  readonly clock: Clock
  /** Of this work alone. */
  readonly session: Session
  /** A folder of this work alone. */
  readonly scratch: string
  readonly runId: string
  readonly subject: Subject
  /** Savepoints and tags that hold the subject go too. */
  readonly dropSavepoints: boolean
  /** Finds and tells, and changes nothing. */
  readonly dryRun: boolean
  readonly step?: (step: Step) => void
}

/** What an erasure works with. */
export interface Erasing extends EraseOptions {
  readonly catalog: Catalog
  readonly localizer: Localizer
  /** The tables of the pipeline that are there. */
  readonly tables: readonly Identifier[]
}
