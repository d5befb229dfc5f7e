import { windowChanges, windowIndex, windowReplaced } from '../names.ts'
import { storedSql } from '../stored.ts'
import type { WindowCuts } from './cuts.ts'
import type { WindowParts } from './parts.ts'

/**
 * A window table whose rows are kept current: at each checkpoint, the rows of windows that rows came for are written
 * anew. The index tells where the row of each open window and group lies, so that it can be deleted by position; it is
 * read back from the table.
 */
export interface CurrentProgram {
  readonly setup: readonly string[]
  /** The rows as they are now. */
  readonly change: string
  /** Those of the table that they replace: _live_path, _live_pos. */
  readonly replace: string
  /** What the table receives. */
  readonly written: string
  /** The table's columns by name, in order. */
  readonly columns: string
  /** The columns by which a written row is found again. */
  readonly key: readonly string[]
  /** Takes the changes over into the index, their place unknown yet. */
  readonly take: readonly string[]
  /** Fills places in from the relation `placed`(key, file_path, pos). */
  readonly place: string
  /** Forgets the rows of closed windows: they are final. */
  readonly expire: string
  /** Adds the rows of the query `rows` (table columns, _file_path, _pos) to the index. */
  readonly restore: (rows: string) => string
}

/** Compiles what keeps a window table current. `groups` are the names of its groups, not quoted. */
export function compileCurrent(
  parts: WindowParts,
  cuts: WindowCuts,
  { groups, measures }: { readonly groups: readonly string[]; readonly measures: readonly string[] },
): CurrentProgram {
  const [index, changes, replaced] = [windowIndex(parts.name), windowChanges(parts.name), windowReplaced(parts.name)]
  const bounds = ['window_start', 'window_end']
  const stored = bounds.map((name) => `${storedSql({ kind: 'timestamp' }, name)} as ${name}`)
  const key = ['window_start', ...parts.groupNames]
  const sameGroup = parts.groupNames.map((group) => `live.${group} is not distinct from changed.${group}`)
  const rows = (touched: string): string => `select ${[...stored, ...parts.stored].join(', ')} from (${touched})`
  const held = [...bounds, ...parts.groupNames].join(', ')
  return {
    setup: [
      `create table if not exists ${index} as
        select ${held}, null::varchar as file_path, null::bigint as pos from (${rows(cuts.touched)}) limit 0`,
    ],
    change: `create or replace temp table ${changes} as ${rows(cuts.touched)}`,
    replace: `create or replace temp table ${replaced} as select live.file_path as _live_path, live.pos as _live_pos
        from ${index} live semi join ${changes} changed on ${[cuts.replaces, ...sameGroup].join(' and ')}`,
    written: `select * from ${changes}`,
    columns: [...bounds, ...parts.groupNames, ...measures].join(', '),
    key: ['window_start', ...groups],
    take: [
      `delete from ${index} using ${replaced} where file_path = _live_path and pos = _live_pos`,
      `insert into ${index} select ${held}, null, null from ${changes}`,
    ],
    place: `update ${index} live set file_path = placed.file_path, pos = placed.pos from placed
      where ${key.map((column) => `live.${column} is not distinct from placed.${column}`).join(' and ')}`,
    expire: `delete from ${index} where ${closedOf(cuts)}`,
    restore: (from) => `insert into ${index} select ${held}, _file_path, _pos from (${from})
      where (${closedOf(cuts)}) is not true`,
  }
}

/** The bounds in the table have a zone. */
function closedOf({ isClosed }: WindowCuts): string {
  return isClosed.replace('window_end', 'window_end::timestamp')
}
