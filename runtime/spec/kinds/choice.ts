import { misspeltWord, nearestMatch } from '#diagnostics'
import type { Located } from '../nodes.ts'
import { fieldName, reportAt } from '../reading.ts'
import type { Kind } from './kind.ts'
import { readScalar } from './scalar.ts'

/** One word of a fixed set; another word is reported with the nearest match. */
export function choice<const W extends string>(words: readonly W[]): Kind<Located<W>> {
  const expects = `one of ${words.map((word) => `\`${word}\``).join(', ')}`
  return {
    expects,
    shape: { type: 'choice', values: words },
    read: (node, reading) => {
      const filled = readScalar(node, expects, reading)
      if (filled === undefined) return undefined
      const value = words.find((word) => word === filled.text)
      if (value !== undefined) return { value, span: node.span, pointer: node.pointer }
      const nearest = nearestMatch(filled.text, words)
      const params = { field: fieldName(node), value: filled.text.slice(0, 60), nearest, known: words }
      reportAt(reading, 'spec/unknown-choice', params, node, misspeltWord(node.span, filled.text, nearest, words))
      return undefined
    },
  }
}
