import { EVENT_TIME } from '../names.ts'
import { intervalSql, windowStartSql } from '../text.ts'
import type { WindowCuts } from './cuts.ts'
import { lateByEnd } from './late.ts'
import { sameWindow, type WindowParts } from './parts.ts'

/** Windows that follow one another: a row is in one of them, and a partial belongs to one. */
export function tumblingCuts(parts: WindowParts, sizeMs: number): WindowCuts {
  const { rows, accepted, refused, state, delta, both, closed } = parts
  const size = intervalSql(sizeMs)
  const start = (time: string): string => windowStartSql(time, sizeMs)
  const fold = (without: string): string => {
    return `select ${[`${start(EVENT_TIME)} as window_start`, ...parts.namedGroups, ...parts.fromRows].join(',\n      ')}
      from ${rows} ${without} where ${accepted} group by all`
  }
  const key = ['window_start', ...parts.groupNames].join(', ')
  const touchedRows = `${both} each semi join ${delta} touched on ${sameWindow(['window_start', ...parts.groupNames])}`
  const isClosed = `window_start + ${size} <= ${closed}`
  return {
    keys: ['window_start'],
    ...lateByEnd(parts, (time) => `${start(time)} + ${size}`),
    fold: { all: fold(''), withoutRefused: fold(`anti join ${refused} using (kafka_partition, kafka_offset)`) },
    closing: `select ${['window_start', `window_start + ${size} as window_end`, ...parts.groupNames, ...parts.merged].join(', ')}
      from ${both} where ${isClosed} group by ${key}`,
    windowsOfPartial: 1,
    closes: isClosed,
    touched: `select ${['window_start', `window_start + ${size} as window_end`, ...parts.groupNames, ...parts.merged].join(', ')}
      from ${touchedRows} group by ${key}`,
    touchedRows,
    replaces: 'live.window_start = changed.window_start',
    isClosed: `window_end <= ${closed}`,
    firstEnd: `min(window_start) + ${size}`,
    lastEnd: `max(window_start) + ${size}`,
    drop: [state, delta].map((each) => `delete from ${each} where ${isClosed}`),
    compacted: `select ${[key, ...parts.merged].join(', ')} from ${state} group by ${key}`,
  }
}
