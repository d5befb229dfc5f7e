import { edited } from '../apply-fixes.ts'
import type { Edit, Fix } from '../fix.ts'
import type { Paint } from './paint.ts'
import type { Texts } from './reporter.ts'
import { cutAround } from './screen-text.ts'

/** A longer mend is named, not shown. */
const MAX_LINES = 6
const MAX_WIDTH = 120

/** A fix for people: what it does, whether it is sure, and the lines it changes, before and after. */
export function fixLines({ title, confidence, edits }: Fix, texts: Texts, paint: Paint): string[] {
  const files = [...new Set(edits.map(({ span }) => span.file))]
  const changes = files.flatMap((file) =>
    changedLines(
      texts.get(file),
      edits.filter(({ span }) => span.file === file),
    ),
  )
  const shown = changes.length > MAX_LINES ? [] : changes
  return [
    `  ${paint.strong(`fix (${confidence})`)}: ${title}`,
    ...shown.map(({ sign, text }) => `    ${paint.change(sign, `${sign} ${text}`)}`),
  ]
}

function changedLines(text: string | undefined, edits: readonly Edit[]): { sign: '-' | '+'; text: string }[] {
  if (text === undefined || edits.length === 0) return []
  const first = Math.min(...edits.map(({ span }) => span.start.line))
  const last = Math.max(...edits.map(({ span }) => span.end.line))
  const before = text.split('\n')
  const after = edited(text, edits).split('\n')
  const rest = before.length - last
  // Before and after are cut alike, around the first change, so that they can be compared.
  const place = Math.min(...edits.map(({ span }) => (span.start.line === first ? span.start.column - 1 : Infinity)))
  const lines = (sign: '-' | '+', all: readonly string[]): { sign: '-' | '+'; text: string }[] =>
    all.slice(first - 1, all.length - rest).map((line, index) => ({ sign, text: cut(line, index === 0 ? place : 0) }))
  return [...lines('-', before), ...lines('+', after)]
}

function cut(line: string, place: number): string {
  const indent = line.length - line.trimStart().length
  return cutAround(line.trim(), Math.max(0, place - indent), MAX_WIDTH).text
}
