import type { JsonObject } from '#contract'

/** A record of a sample: an object of the kind the topic will carry. */
export interface SampleRecord {
  /** The line of the file on which it starts, from 1. */
  readonly line: number
  /** The record as JSON text on one line, as it could be sent to a topic. */
  readonly text: string
  readonly root: JsonObject
}

/** A piece of the file that is no usable record, and why. */
export interface SampleFault {
  readonly line: number
  readonly detail: string
}

/** Where in the file the records were found. */
export type SampleForm =
  | { readonly kind: 'lines' }
  | { readonly kind: 'csv'; readonly delimiter: string }
  | { readonly kind: 'list' }
  /** A list within a document, by its dotted path. */
  | { readonly kind: 'list-within'; readonly path: string }
  | { readonly kind: 'document' }

/** The first records of a file, and what of it could not be used. */
export interface Sample {
  readonly form: SampleForm
  readonly records: readonly SampleRecord[]
  readonly faults: readonly SampleFault[]
  /** The file goes on after what was read. */
  readonly cut: boolean
}

/** Why a file gives no sample at all. */
export interface SampleRefusal {
  readonly detail: string
  readonly fix: string
}

export interface ReadSample {
  /** The content of the file, unpacked, or its beginning when `cut`. */
  readonly bytes: Uint8Array
  readonly cut: boolean
  /** The name of the file, for its ending. */
  readonly file: string
  /** The dotted path of the list of records within a JSON document. */
  readonly path?: string
  readonly maxRecords: number
}

/** A beginning of a file as text. */
export interface SampleText {
  readonly text: string
  readonly cut: boolean
  readonly maxRecords: number
}
