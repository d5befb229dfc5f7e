import type { Span } from '#diagnostics'
import type { JsonObject, JsonTree, LocatedJson } from './json-tree.ts'
import type { Moment } from './kinds/instant.ts'
import type { Located, Named } from './nodes.ts'

/** pipelines/<pipeline>/tests/<name>.yaml */
export interface TestFileNode {
  readonly file: string
  readonly description?: Located<string>
  readonly cases: readonly Named<TestCaseNode>[]
}

/** One case, with what the file says for all of them put in. */
export interface TestCaseNode {
  readonly span: Span
  readonly pointer: string
  readonly description?: Located<string>
  /** The tenant whose params are used; without one, the defaults. */
  readonly tenant?: Located<string>
  readonly params: readonly Named<Located<string | number | boolean>>[]
  /** Milliseconds since the Unix epoch. */
  readonly clock: Located<number>
  /** The text of references in place of their files. */
  readonly references: readonly Named<Located<string>>[]
  /** Per source, the event that `with` changes. */
  readonly defaults: readonly Named<LocatedJson<JsonObject>>[]
  readonly steps: readonly TestStepNode[]
  /** Windows that event time has not passed stay open at the end. */
  readonly keepOpen: boolean
}

export interface TestStepNode {
  readonly span: Span
  readonly at?: Located<Moment>
  readonly given: readonly Named<readonly TestEventNode[]>[]
  readonly restart?: Located<'kill'>
  readonly then?: TestThenNode
}

/** One record, or many of a file or a generator. */
export interface TestEventNode {
  readonly span: Span
  readonly pointer: string
  readonly content: TestEventContent
  readonly key?: Located<string>
  readonly headers: readonly Named<Located<string>>[]
  readonly partition?: Located<number>
  readonly offset?: Located<number>
  readonly at?: Located<Moment>
}

export type TestEventContent =
  /** JSON `null` is a record without a value. */
  | { readonly kind: 'value'; readonly value: JsonTree }
  | { readonly kind: 'with'; readonly patch: JsonObject }
  | { readonly kind: 'raw'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'file'; readonly file: Located<string> }
  | { readonly kind: 'generate'; readonly count: number; readonly seed: number; readonly with?: JsonObject }

export interface TestThenNode {
  readonly span: Span
  readonly tables: readonly Named<ExpectedTableNode>[]
  /** By the gold table whose rows they are. */
  readonly alerts: readonly Named<ExpectedTableNode>[]
  readonly quarantine?: { readonly span: Span; readonly pointer: string; readonly rows: readonly ExpectedRefusalNode[] }
  /** The code of the fault that stops the pipeline. */
  readonly stops?: Located<string>
}

export interface ExpectedTableNode {
  readonly span: Span
  readonly pointer: string
  /** Where the rows stand, and whether they are all of them. */
  readonly rows?: {
    readonly exact: boolean
    readonly rows: readonly ExpectedRowNode[]
    readonly span: Span
    readonly pointer: string
  }
  readonly columns?: readonly Located<string>[]
  readonly count?: Located<number>
  readonly deduplicated?: Located<number>
  readonly filtered?: Located<number>
  /** Rows that a check let pass though it was false, by check. */
  readonly warned: readonly Named<Located<number>>[]
}

export interface ExpectedRowNode {
  readonly span: Span
  readonly values: readonly Named<LocatedJson>[]
}

/** One quarantined record; what is left out is not compared. */
export interface ExpectedRefusalNode {
  readonly span: Span
  readonly code: Located<string>
  readonly source?: Located<string>
  readonly table?: Located<string>
  readonly rule?: Located<string>
  readonly path?: Located<string>
  readonly message?: Located<string>
  readonly partition?: Located<number>
  readonly offset?: Located<number>
}
