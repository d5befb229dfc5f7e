import { quoteIdentifier } from './identifier.ts'

/**
 * Names of the relations one batch passes through. One set per source, silver table or gold table; all are
 * temporary except the state tables.
 */
const relation = (kind: string, name: string): string => quoteIdentifier(`${kind}_${name}`)

/** Staged records as the broker gave them. */
export const rawRelation = (source: string): string => relation('raw', source)
/** The raw records as bronze stores them; a view. */
export const bronzeRelation = (source: string): string => relation('bronze', source)
/** Every raw record with the fast verdict and its typed fields. */
export const checkedRelation = (source: string): string => relation('checked', source)
/** The records that the fast predicate refused. */
export const doubtedRelation = (source: string): string => relation('doubted', source)
/** Verdicts of the row-by-row reference on records the fast predicate refused. */
export const explainedRelation = (source: string): string => relation('explained', source)
/** Valid records with typed fields and event time; a view. */
export const recordsRelation = (source: string): string => relation('records', source)
/** Records out of event-time bounds, with their code. */
export const untimelyRelation = (source: string): string => relation('untimely', source)
/** Valid records within event-time bounds; a view. */
export const timelyRelation = (source: string): string => relation('timely', source)
/** Per valid record, the newest event time among earlier ones of its topic partition. */
export const marksRelation = (source: string): string => relation('marks', source)
/** Per topic partition, the newest event time of all batches before this one. State. */
export const newestRelation = (source: string): string => relation('newest', source)
/** Silver columns of every record of the batch, with a verdict. */
export const silverRelation = (table: string): string => relation('silver', table)
/** The rows of the batch that a silver table receives. */
export const acceptedRelation = (table: string): string => relation('accepted', table)
/** Rows whose dedupe key is met more than once. */
export const contestedRelation = (table: string): string => relation('contested', table)
/** Dedupe keys of accepted rows up to the newest checkpoint. State. */
export const dedupeState = (table: string): string => relation('dedupe_state', table)
/** Dedupe keys accepted since the newest checkpoint. State. */
export const dedupeDelta = (table: string): string => relation('dedupe_delta', table)
/** Rows that a gold table refuses, with a verdict. */
export const refusedRelation = (table: string): string => relation('refused', table)
/** Partial aggregates of open windows up to the newest checkpoint. State. */
export const windowState = (table: string): string => relation('window_state', table)
/** Partial aggregates since the newest checkpoint. State. */
export const windowDelta = (table: string): string => relation('window_delta', table)
/** Silver rows known to have come after their window was closed; an audit declares them. */
export const declaredLateRelation = (table: string): string => relation('declared_late', table)
/** Merged rows of the windows a checkpoint closes. */
export const closedRelation = (table: string): string => relation('closed', table)
/** The partials of a state, merged, while they are taken over into it. */
export const COMPACTED = 'compacted'
/** Rows of the windows that changed since the newest checkpoint, where a table keeps them current. */
export const windowChanges = (table: string): string => relation('window_changes', table)
/** Rows of the table that the changes replace, by their place. */
export const windowReplaced = (table: string): string => relation('window_replaced', table)
/** Per open window and group, where its row lies in a table that is kept current. State. */
export const windowIndex = (table: string): string => relation('window_index', table)
/** Sessions that are closed, while their partials are dropped. */
export const droppedRelation = (table: string): string => relation('dropped', table)
/** Candidate rows of a latest table since the newest checkpoint. */
export const latestPending = (table: string): string => relation('latest_pending', table)
/** The winners among them, one row per key. */
export const latestChanges = (table: string): string => relation('latest_changes', table)
/** Per key, the live row's order and where it lies. State. */
export const latestIndex = (table: string): string => relation('latest_index', table)
/** Records with a null value that delete a key of a versioned source. */
export const tombstonesRelation = (source: string): string => relation('tombstones', source)
/** Versions of a versioned source up to the newest checkpoint. State. */
export const versionState = (source: string): string => relation('version_state', source)
/** Versions since the newest checkpoint. State. */
export const versionDelta = (source: string): string => relation('version_delta', source)
/** How many arrivals of versions were known to records of a joined table, up to the newest checkpoint. State. */
export const knownState = (table: string): string => relation('known_state', table)
/** The same since the newest checkpoint. State. */
export const knownDelta = (table: string): string => relation('known_delta', table)
/** For an audit: what `known_state` held when the rows of a table were made. */
export const declaredKnownRelation = (table: string): string => relation('declared_known', table)
/** For an audit: when each version arrived. */
export const declaredArrivalsRelation = (source: string): string => relation('declared_arrivals', source)
/** Rows of a silver batch beside the versions they meet. */
export const joinedRelation = (table: string): string => relation('joined', table)
/** The rows of the batch that a joined table receives. */
export const metRelation = (table: string): string => relation('met', table)
/** The sides of an interval join: the silver table that is read, and the one it names. */
export const JOIN_SIDES = ['left', 'right'] as const
export type JoinSide = (typeof JOIN_SIDES)[number]
/** Rows of the batch that an interval join takes in. */
export const enteredRelation = (table: string, side: JoinSide): string => relation(`entered_${side}`, table)
/** Rows of one side that may still meet others, up to the newest checkpoint. State. */
export const intervalState = (table: string, side: JoinSide): string => relation(`interval_state_${side}`, table)
/** The same since the newest checkpoint. State. */
export const intervalDelta = (table: string, side: JoinSide): string => relation(`interval_delta_${side}`, table)
/** For an audit: the records of a source that came too late for an interval join. */
export const declaredLateJoined = (table: string, source: string): string =>
  relation('declared_late', `${table} of ${source}`)
/** A reference's rows. */
export const referenceRelation = (name: string): string => relation('reference', name)
/** Records bound for quarantine since the newest checkpoint. */
export const QUARANTINE_PENDING = 'quarantine_pending'

/** Session variables; values are set by the engine, never written into SQL text. */
export const PII_INNER = 'pii_inner'
export const PII_OUTER = 'pii_outer'
/** Between which event times the rows lie that those of a batch may meet. */
export const nearVariables = (table: string): { readonly low: string; readonly high: string } => ({
  low: `near_low_${table}`,
  high: `near_high_${table}`,
})
/** Between which event times the keys lie that rows of a batch may be duplicates of: a struct of `low` and `high`. */
export const reachVariable = (table: string): string => `reach_${table}`
/** How many slices the groups of a window table are cut into, and which of them is merged. */
export const SLICES = 'slices'
export const SLICE = 'slice'
/** Up to which time of the watermark windows are closed, or rows of a join let go. */
export const closedVariable = (table: string): string => `closed_${table}`

/** Columns of a batch's own making; contract fields and table columns cannot take these names. */
export const EVENT_TIME = '_event_time'
/** In records: the time the broker has for the record. */
export const RECORD_TIME = '_record_time'
export const VERDICT = '_verdict'
/** In marks: the newest event time among earlier records of the topic partition. */
export const NEWEST = '_newest'
