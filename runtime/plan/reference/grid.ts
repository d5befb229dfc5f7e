import type { Fix, Related } from '#diagnostics'

/** A stretch of a text by UTF-16 offsets; `end` is the first one after it. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

/** The names and values of a reference as written. */
export interface Grid {
  readonly names: readonly string[]
  /** As many values in each as there are names; null: empty. */
  readonly rows: readonly (readonly (string | null)[])[]
  /** Where they stand. Worked out only when asked for, as most files have no fault to show. */
  readonly places: () => GridPlaces
}

export interface GridPlaces {
  readonly names: readonly Stretch[]
  /** Of each value; in JSON of its member, or of the object that leaves it out. */
  readonly rows: readonly (readonly Stretch[])[]
}

/** Why a reference cannot be used, at the place that has to be changed. */
export interface Fault {
  readonly at: Stretch
  /** What is wrong, as the end of a sentence. */
  readonly detail: string
  /** What to do, as a sentence. */
  readonly fix: string
  /** Another place of the file that has to do with it. */
  readonly related?: { readonly message: string; readonly at: Stretch }
  /** Its place in the pipeline, where that is not the name of the file. */
  readonly named?: Related
  readonly mend?: Fix
}

/** A reference read as a grid, or every fault that keeps it from being one. */
export type GridReading = Grid | { readonly faults: readonly Fault[] }

/** `work`, done at the first call and remembered. */
export function once<T>(work: () => T): () => T {
  let done: { readonly value: T } | undefined
  return () => (done ??= { value: work() }).value
}
