/** A fenced block of a page: its language and words after it, its text, and where its text lies. */
export interface Block {
  readonly language: string
  readonly words: readonly string[]
  readonly text: string
  /** Offsets of the text within the page, without the fences. */
  readonly start: number
  readonly end: number
  /** Line of the opening fence, from 1. */
  readonly line: number
}

/** The fenced blocks of a Markdown page, in order. */
export function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^```([^\n]*)\n([^]*?)^```$/gm)].map((match) => {
    const [language = '', ...words] = (match[1] ?? '').split(/\s+/)
    const text = match[2] ?? ''
    const start = match.index + (match[1] ?? '').length + 4
    return {
      language,
      words,
      text,
      start,
      end: start + text.length,
      line: page.slice(0, match.index).split('\n').length,
    }
  })
}

/** The page with the text of some blocks put in new. */
export function withTexts(page: string, texts: ReadonlyMap<Block, string>): string {
  const last = [...texts].sort(([a], [b]) => b.start - a.start)
  return last.reduce((result, [{ start, end }, text]) => result.slice(0, start) + text + result.slice(end), page)
}

/** What differs from run to run: times, durations, sizes, rates, ids of processes, of snapshots, and hashes. Columns may shift by it. */
export function stable(text: string): string[] {
  return text
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+\d\d(:?\d\d)?)?/g, 'TIME')
    .replace(/\b\d{12,}\b/g, 'ID')
    .replace(/\bprocess \d+\b/g, 'process ID')
    .replace(/\b(?:[0-9a-f]{32,64}|(?=\d*[a-f])[0-9a-f]{12})\b/g, 'HASH')
    .replace(/\b[\d.,]+ ?(ms|s|KiB|MiB|B|rows\/s|records\/s)\b/g, 'N $1')
    .split('\n')
    .map((line) => line.replace(/-{3,}/g, '---').replace(/\s+/g, ' ').trim())
}

/**
 * Puts a part of a pipeline over a whole one: a section whose first line stands at the margin, and in it the entries one
 * step in, replace what has their name or are added. Text, because the placeholders of a pipeline are not plain YAML.
 */
export function mergeYaml(whole: string, part: string): string {
  const merged = new Map(sectionsOf(whole, /^(\w+):/))
  for (const [name, text] of sectionsOf(part, /^(\w+):/)) {
    const entries = new Map(sectionsOf(merged.get(name) ?? '', /^ {2}(\w+):/))
    const added = sectionsOf(text, /^ {2}(\w+):/)
    if (entries.size <= 1 || added.length <= 1) merged.set(name, text)
    else {
      for (const [entry, lines] of added.slice(1)) entries.set(entry, lines)
      merged.set(name, [...entries.values()].join(''))
    }
  }
  return [...merged.values()].join('')
}

/** The text in pieces that each begin where `start` matches a line, by name; what comes before has the name ``. */
function sectionsOf(text: string, start: RegExp): [string, string][] {
  const sections: [string, string][] = [['', '']]
  for (const line of text.split(/(?<=\n)/)) {
    const name = start.exec(line)?.[1]
    if (name !== undefined) sections.push([name, ''])
    const last = sections.at(-1)
    if (last !== undefined) last[1] += line
  }
  return sections
}
