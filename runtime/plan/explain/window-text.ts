import type { WindowPlan, WindowShape } from '../types.ts'
import { durationText } from './duration-text.ts'

/** How a window table cuts event time, in a few words: `tumbling 1h`, `sliding 1h every 15m`. */
export function windowText(window: WindowShape): string {
  switch (window.kind) {
    case 'tumbling':
      return `tumbling ${durationText(window.sizeMs)}`
    case 'sliding':
      return `sliding ${durationText(window.sizeMs)} every ${durationText(window.slideMs)}`
    case 'session':
      return `session ${durationText(window.gapMs)}`
  }
}

/** What a row of the table stands for beside its groups: `1h`, `1h every 15m`, `session with a gap of 30m`. */
export function windowSpanText(window: WindowShape): string {
  if (window.kind === 'session') return `session with a gap of ${durationText(window.gapMs)}`
  return windowText(window).slice(window.kind.length + 1)
}

/** What the bounds of a window are made of. */
export function boundsText(window: WindowShape): { readonly start: string; readonly end: string } {
  if (window.kind === 'session') {
    const gap = durationText(window.gapMs)
    return { start: 'event time of the first row of the session', end: `event time of its last row + ${gap}` }
  }
  const size = durationText(window.sizeMs)
  const end = `window_start + ${size}`
  if (window.kind === 'tumbling') return { start: `start of the ${size} window of the event time`, end }
  const slide = durationText(window.slideMs)
  return { start: `start of each ${size} window that holds the event time; one starts every ${slide}`, end }
}

/** When windows close, and what holds for their kind alone. */
export function closingRules({ window, emit }: Pick<WindowPlan, 'window' | 'emit'>): string[] {
  const rules = shapeRules(window, emit === 'on_close' ? ', and its rows are written,' : '')
  if (emit === 'on_close') return rules
  return [
    'at each checkpoint the rows of windows that rows came for are written anew, in place of those before',
    ...rules,
    'the rows of a closed window are final',
  ]
}

function shapeRules(window: WindowShape, written: string): string[] {
  const ended = 'at the end of a bounded input every window closes'
  if (window.kind === 'session') {
    const gap = durationText(window.gapMs)
    return [
      `rows of a group less than ${gap} apart are one session, whatever order they come in`,
      `a session closes${written} when its end plus ${gap} is at or before the pipeline watermark: until then a row in time may extend it or join it to another`,
      ended,
    ]
  }
  const closes = `a window closes${written} when its end is at or before the pipeline watermark`
  if (window.kind === 'tumbling') return [closes, ended]
  const several = `a row is in ${window.sizeMs / window.slideMs} windows; one that is late for some of them counts in the others, and is quarantined once, with the number it missed`
  return [closes, ended, several]
}

/** When a row is late by the watermark of its own topic partition, `watermark` said in words. */
export function lateText(window: WindowShape, watermark: string): string {
  const end = window.kind === 'session' ? `the event time plus ${durationText(window.gapMs)}` : "the window's end"
  const closed = window.kind === 'session' ? 'sessions up to there have been closed' : 'the window has been closed'
  return `${end} is at or before ${watermark}, or ${closed}; silver keeps the row`
}
