/** A piece of text that a screen shows as one character: where it starts in UTF-16 units, and its width in columns. */
export interface Cluster {
  readonly text: string
  readonly start: number
  readonly width: 0 | 1 | 2
}

/** Stands where a line is cut. */
const CUT = '\u2026'

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** What screens draw two columns wide: emoji, and what Unicode's East Asian Width calls wide or full-width. */
const WIDE =
  /\p{Emoji_Presentation}|\p{Emoji}\uFE0F|^[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{17000}-\u{18CFF}\u{1B000}-\u{1B2FF}\u{1F200}-\u{1F265}\u{20000}-\u{3FFFD}]/u

/** What screens draw in no column. */
const NONE = /^[\p{Mn}\p{Me}\p{Cf}]+$/u

/** Control characters but tabs, and characters that reorder what stands around them. */
const UNSAFE = /(?!\t)[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu

/**
 * `text` without what could move the cursor of a reader or show a line in another order than it has. Each such
 * character becomes one dot, so that places stay.
 */
export function visible(text: string): string {
  return text.replace(UNSAFE, '\u00B7')
}

/** The clusters of `text`, in order. A tab counts as one column; whoever draws it keeps it a tab. */
export function clusters(text: string): Cluster[] {
  return Array.from(segmenter.segment(text), ({ segment, index }) => ({
    text: segment,
    start: index,
    width: widthOf(segment),
  }))
}

function widthOf(cluster: string): Cluster['width'] {
  if (cluster >= ' ' && cluster <= '~') return 1
  if (WIDE.test(cluster)) return 2
  return NONE.test(cluster) ? 0 : 1
}

/** What is shown of a line: its text on the screen, and the clusters in it with their places in the line. */
export interface CutLine {
  readonly text: string
  readonly shown: readonly Cluster[]
  /** What stands before the first cluster where the line is cut. */
  readonly cut: string
}

/** `line` on the screen, in at most `columns` and the signs of a cut: as much of it around `place` as fits. */
export function cutAround(line: string, place: number, columns: number): CutLine {
  const near = Math.max(0, place - columns)
  const all = clusters(visible(line.slice(near, place + 2 * columns))).map((each) => ({
    ...each,
    start: each.start + near,
  }))
  const at = all.findIndex(({ start, text }) => start + text.length > place)
  const pivot = at === -1 ? all.length : at
  const spare = columns - Math.min(columns / 2, width(all.slice(pivot)))
  const first = pivot - fitting(all.slice(0, pivot).reverse(), spare)
  const count = fitting(all.slice(first), columns)
  const shown = all.slice(first, first + count)
  const end = shown.at(-1)
  const cut = first > 0 || near > 0 ? CUT : ''
  const rest = end !== undefined && end.start + end.text.length < line.length ? CUT : ''
  return { text: `${cut}${shown.map(({ text }) => text).join('')}${rest}`, shown, cut }
}

/** How many of `list`, from its start, fit in `columns`. */
function fitting(list: readonly Cluster[], columns: number): number {
  let left = columns
  const at = list.findIndex((each) => (left -= each.width) < 0)
  return at === -1 ? list.length : at
}

function width(list: readonly Cluster[]): number {
  return list.reduce((sum, each) => sum + each.width, 0)
}
