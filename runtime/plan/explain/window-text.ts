import type { WindowShape } from '../types.ts'
import { durationText } from './duration-text.ts'

/** How a window table cuts event time, in a few words: `tumbling 1h`, `sliding 1h every 15m`. */
export function windowText(window: WindowShape): string {
  switch (window.kind) {
    case 'tumbling':
      return `tumbling ${durationText(window.sizeMs)}`
    case 'sliding':
      return `sliding ${durationText(window.sizeMs)} every ${durationText(window.slideMs)}`
  }
}

/** What a row of the table stands for beside its groups: `1h`, `1h every 15m`. */
export function windowSpanText(window: WindowShape): string {
  return windowText(window).slice(window.kind.length + 1)
}
