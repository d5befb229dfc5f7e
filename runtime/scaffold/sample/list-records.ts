import { isFault, recordOf } from './record-of.ts'
import type { Sample, SampleFault, SampleRecord, SampleRefusal, SampleText } from './sample.ts'

/** The elements of one JSON list. A list that is cut off gives the elements that are whole. */
export function listRecords({ text, cut, maxRecords }: SampleText): Sample | SampleRefusal {
  const records: SampleRecord[] = []
  const faults: SampleFault[] = []
  const elements = new Elements(text)
  for (let element = elements.next(); element !== undefined; element = elements.next()) {
    if (records.length === maxRecords) return { form: { kind: 'list' }, records, faults, cut: true }
    const answer = recordOf(element.text, element.line)
    if (isFault(answer)) faults.push(answer)
    else records.push(answer)
  }
  if (elements.closed || cut) return { form: { kind: 'list' }, records, faults, cut }
  const detail = `the list that starts on line 1 is not closed where the file ends, on line ${elements.line}`
  return { detail, fix: 'Mend the file, or give one JSON object per line.' }
}

/** Cuts a list into the texts of its elements by brackets and quotes alone. */
class Elements {
  line = 1
  closed = false
  private readonly text: string
  private at: number

  constructor(text: string) {
    this.text = text
    this.at = 0
    this.skip((char) => char !== '[')
    this.at++
  }

  next(): { text: string; line: number } | undefined {
    this.skip((char) => char === ',' || /\s/.test(char))
    if (this.at >= this.text.length || this.closed) return undefined
    if (this.text.charAt(this.at) === ']') {
      this.closed = true
      return undefined
    }
    const { line } = this
    const from = this.at
    return this.element() ? { text: this.text.slice(from, this.at), line } : undefined
  }

  /** Moves to the end of the element; false when the text ends before. */
  private element(): boolean {
    let depth = 0
    for (; this.at < this.text.length; this.at++) {
      const char = this.text.charAt(this.at)
      if (char === '"') this.string()
      else if (char === '{' || char === '[') depth++
      else if (depth > 0 && (char === '}' || char === ']')) depth--
      else if (depth === 0 && (char === ',' || char === ']')) return true
      else if (char === '\n') this.line++
    }
    return false
  }

  private string(): void {
    for (this.at++; this.at < this.text.length && this.text.charAt(this.at) !== '"'; this.at++) {
      if (this.text.charAt(this.at) === '\\') this.at++
    }
  }

  private skip(passes: (char: string) => boolean): void {
    for (; this.at < this.text.length && passes(this.text.charAt(this.at)); this.at++) {
      if (this.text.charAt(this.at) === '\n') this.line++
    }
  }
}
