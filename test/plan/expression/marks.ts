/** A source whose expected problems stand between ‹ and ›; the text is the source without the marks. */
export function marks(source: string): { text: string } {
  return { text: source.replaceAll(/[‹›]/g, '') }
}

/** The text with marks around each range, in the order of the text: equal to the source when the ranges are right. */
export function marked(text: string, ranges: readonly { readonly start: number; readonly end: number }[]): string {
  const last = [...ranges].sort((a, b) => b.start - a.start || b.end - a.end)
  return last.reduce(
    (found, { start, end }) => `${found.slice(0, start)}‹${found.slice(start, end)}›${found.slice(end)}`,
    text,
  )
}
