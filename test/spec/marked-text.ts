/** A text in which `«...»` marks the places where problems are expected. */
export interface MarkedText {
  readonly text: string
  /** `start-end` offsets of each mark, in file order. */
  readonly marks: readonly string[]
}

/** Takes the marks out of `marked`. */
export function markedText(marked: string): MarkedText {
  const marks: string[] = []
  let text = ''
  let start = 0
  for (const character of marked) {
    if (character === '«') start = text.length
    else if (character === '»') marks.push(`${start}-${text.length}`)
    else text += character
  }
  return { text, marks }
}
