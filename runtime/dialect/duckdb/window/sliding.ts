import { declaredLateRelation, EVENT_TIME, marksRelation, NEWEST } from '../names.ts'
import { intervalSql, windowStartSql } from '../text.ts'
import type { WindowCuts } from './cuts.ts'
import { lateVerdict } from './late.ts'
import { sameWindow, type WindowParts } from './parts.ts'

/**
 * Windows that overlap: with n slides to a window, a row is in the n that start in the n slides up to its own. A row is
 * folded once, into its slide, and windows are put together when they close: the state is as small as that of tumbling
 * windows of one slide. A partial belongs to the windows that start from `_first` to `_last`, its slide.
 *
 * Windows are missed oldest first, so what a late row counts in is told by how many it missed. A row that missed some is
 * refused once, with that number, and folded into the others: verdict k-1 is k missed by watermark, n+k-1 is k missed
 * because they are closed.
 */
export function slidingCuts(
  parts: WindowParts,
  { sizeMs, slideMs }: { readonly sizeMs: number; readonly slideMs: number },
): WindowCuts {
  const { name, source, rows, accepted, refused, state, delta, both, closed } = parts
  const windows = sizeMs / slideMs
  const [size, slide] = [intervalSql(sizeMs), intervalSql(slideMs)]
  const own = windowStartSql(EVENT_TIME, slideMs)
  const oldest = intervalSql(sizeMs - slideMs)
  const missedOf = (last: string, until: string): string => missedSql({ last, until, windows, slideMs })
  const counts = Array.from({ length: windows }, (_, index) => index + 1)

  const marks = `(select kafka_partition, kafka_offset, ${own} as _slide, ${NEWEST} from ${marksRelation(source.name)})`
  const byWatermark = missedOf('_slide', `${NEWEST} - ${intervalSql(source.watermarkMs)}`)
  const late = (rebuild: boolean): string => {
    const found = rebuild
      ? `coalesce(declared.missed, 0) as _closed from ${marks} left join ${declaredLateRelation(name)} declared using (kafka_partition, kafka_offset)`
      : `${missedOf('_slide', closed)} as _closed from ${marks}`
    return `select kafka_partition, kafka_offset,
          (case when _closed > _late then ${windows} + _closed else _late end - 1)::smallint as verdict
        from (select kafka_partition, kafka_offset, ${byWatermark} as _late, ${found})
        where greatest(_closed, _late) > 0`
  }
  const fold = (from: string, first: string): string => {
    const keys = [`${own} - ${oldest} + ${first} as _first`, `${own} as _last`]
    return `select ${[...keys, ...parts.namedGroups, ...parts.fromRows].join(',\n      ')}
      from ${from} where ${accepted} group by all`
  }
  const some = `(select kafka_partition, kafka_offset,
      case when verdict < ${2 * windows} then verdict % ${windows} + 1 else ${windows} end as _missed from ${refused})`
  const key = ['_first', '_last', ...parts.groupNames].join(', ')
  const inWindows = (from: string): string =>
    `select *, unnest(generate_series(_first, _last, ${slide})) as window_start from ${from}`
  const touchedRows = `(${inWindows(both)}) each
      semi join (${inWindows(delta)}) touched on ${sameWindow(['window_start', ...parts.groupNames])}`
  const open = `_last - ${oldest} + ${missedOf('_last', closed)} * ${slide}`
  return {
    keys: ['_first', '_last'],
    verdicts: ['watermark', 'closed'].flatMap((rule) =>
      counts.map((missed) => lateVerdict(name, `${rule}:${missed}`, { missed, windows })),
    ),
    late,
    lost: `verdict % ${windows} + 1 = ${windows}`,
    fold: {
      all: fold(rows, intervalSql(0)),
      withoutRefused: fold(
        `(select * from ${rows} left join ${some} using (kafka_partition, kafka_offset) where _missed is null or _missed < ${windows})`,
        `coalesce(_missed, 0) * ${slide}`,
      ),
    },
    closing: `select ${['window_start', `window_start + ${size} as window_end`, ...parts.groupNames, ...parts.merged].join(', ')}
      from (select *, unnest(generate_series(_first, least(_last, ${closed} - ${size}), ${slide})) as window_start
        from ${both})
      group by ${['window_start', ...parts.groupNames].join(', ')}`,
    windowsOfPartial: windows,
    closes: `_first + ${size} <= ${closed}`,
    touched: `select ${['window_start', `window_start + ${size} as window_end`, ...parts.groupNames, ...parts.merged].join(', ')}
      from ${touchedRows} group by ${['window_start', ...parts.groupNames].join(', ')}`,
    touchedRows,
    replaces: 'live.window_start = changed.window_start',
    isClosed: `window_end <= ${closed}`,
    firstEnd: `min(_first) + ${size}`,
    lastEnd: `max(_last) + ${size}`,
    drop: [state, delta].flatMap((each) => [
      `delete from ${each} where _last + ${size} <= ${closed}`,
      `update ${each} set _first = greatest(_first, ${open}) where _first + ${size} <= ${closed}`,
    ]),
    compacted: `select ${[key, ...parts.merged].join(', ')} from ${state} group by ${key}`,
  }
}

/** How many of the windows of a row in the slide `last` end at or before `until`; none where that is null. */
function missedSql(of: {
  readonly last: string
  readonly until: string
  readonly windows: number
  readonly slideMs: number
}): string {
  const passed = `(epoch_us(${of.until}) - epoch_us(${of.last})) // ${of.slideMs * 1000}`
  return `greatest(least(coalesce(${passed}, 0), ${of.windows}), 0)`
}
