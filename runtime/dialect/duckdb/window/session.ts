import { droppedRelation, EVENT_TIME } from '../names.ts'
import { intervalSql } from '../text.ts'
import type { WindowCuts } from './cuts.ts'
import { lateByEnd } from './late.ts'
import type { WindowParts } from './parts.ts'

/**
 * Windows that end with a pause: rows of a group less than the gap apart are one session, which ends one gap after its
 * last row. A partial is a stretch of rows without a pause, from `_first` to `_last`; stretches that meet are one, in
 * whatever order and batches they come.
 *
 * A row is late when the session it would make by itself has ended, so whether it counts depends on its own topic
 * partition alone. A row that counts may still be earlier than the watermark by almost the gap, and join a session that
 * ended a gap before that: a session therefore closes one gap after its end, when no row in time can reach it.
 */
export function sessionCuts(parts: WindowParts, gapMs: number): WindowCuts {
  const { name, rows, accepted, refused, state, delta, both, closed, groupNames } = parts
  const [gap, twice] = [intervalSql(gapMs), intervalSql(2 * gapMs)]
  const dropped = droppedRelation(name)
  const merged = `(select ${['min(_first) as _from', 'max(_last) as _to', ...groupNames, ...parts.merged].join(', ')}
      from ${stretches(both, groupNames, gap)} group by ${['_session', ...groupNames].join(', ')})`
  const isClosed = `_to + ${twice} <= ${closed}`
  const within = [
    ...groupNames.map((group) => `held.${group} is not distinct from dropped.${group}`),
    'held._first between dropped._from and dropped._to',
  ].join(' and ')
  return {
    keys: ['_first', '_last'],
    ...lateByEnd(parts, (time) => `${time} + ${gap}`),
    fold: {
      all: foldSql(parts, `${rows} where ${accepted}`, gap),
      withoutRefused: foldSql(
        parts,
        `${rows} anti join ${refused} using (kafka_partition, kafka_offset) where ${accepted}`,
        gap,
      ),
    },
    closing: `select ${['_from as window_start', `_to + ${gap} as window_end`, ...groupNames, ...parts.partialNames].join(', ')}
      from ${merged} where ${isClosed}`,
    windowsOfPartial: 1,
    closes: 'true',
    touched: `select ${['min(_first) as window_start', `max(_last) + ${gap} as window_end`, ...groupNames, ...parts.merged].join(', ')}
      from ${stretches(`(select *, false as _new from ${state} union all select *, true from ${delta})`, groupNames, gap)}
      group by ${['_session', ...groupNames].join(', ')} having bool_or(_new)`,
    touchedRows: both,
    replaces: 'live.window_start >= changed.window_start and live.window_start < changed.window_end',
    isClosed: `window_end + ${gap} <= ${closed}`,
    firstEnd: `min(_last) + ${twice}`,
    lastEnd: `max(_last) + ${twice}`,
    drop: [
      `create or replace temp table ${dropped} as select ${['_from', '_to', ...groupNames].join(', ')} from ${merged} where ${isClosed}`,
      ...[state, delta].map((each) => `delete from ${each} held using ${dropped} dropped where ${within}`),
      `drop table ${dropped}`,
    ],
    compacted: `select ${['min(_first) as _first', 'max(_last) as _last', ...groupNames, ...parts.merged].join(', ')}
      from ${stretches(state, groupNames, gap)} group by ${['_session', ...groupNames].join(', ')}`,
  }
}

/** The rows of a batch as stretches without a pause. */
function foldSql({ groups, groupNames, fromRows }: WindowParts, from: string, gap: string): string {
  const keys = groups.map((_, index) => `_group${index}`)
  const over = `${partitionBy(keys)}order by ${EVENT_TIME}`
  const grouped = `select ${['*', ...groups.map((group, index) => `${group} as _group${index}`)].join(', ')} from ${from}`
  const begins = `case when lag(${EVENT_TIME}) over (${over}) + ${gap} > ${EVENT_TIME} then 0 else 1 end as _begins`
  const named = groupNames.map((group, index) => `_group${index} as ${group}`)
  return `select ${[`min(${EVENT_TIME}) as _first`, `max(${EVENT_TIME}) as _last`, ...named, ...fromRows].join(',\n      ')}
      from (select *, sum(_begins) over (${over}) as _session from (select *, ${begins} from (${grouped})))
      group by ${['_session', ...keys].join(', ')}`
}

/** The stretches in `from`, each with the number of its session within its group. Equal ones are peers of one session. */
function stretches(from: string, groupNames: readonly string[], gap: string): string {
  const over = `${partitionBy(groupNames)}order by _first, _last`
  const reached = `max(_last) over (${over} rows between unbounded preceding and 1 preceding)`
  const begins = `case when ${reached} + ${gap} > _first then 0 else 1 end as _begins`
  return `(select *, sum(_begins) over (${over}) as _session from (select *, ${begins} from ${from}))`
}

function partitionBy(columns: readonly string[]): string {
  return columns.length === 0 ? '' : `partition by ${columns.join(', ')} `
}
