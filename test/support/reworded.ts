export type Edit = readonly [from: string, to: string]

/** A text with the first of each words replaced, one edit after the other; a test that edits nothing would prove nothing. */
export function reworded(text: string, edits: readonly Edit[]): string {
  return edits.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`the text does not say ${from}`)
    return before.replace(from, to)
  }, text)
}
