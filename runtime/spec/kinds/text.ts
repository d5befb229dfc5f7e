import type { Located, LocatedText } from '../nodes.ts'
import { fieldName, reportAt } from '../reading.ts'
import type { Kind } from './kind.ts'
import { readScalar, scalar } from './scalar.ts'

/** Any text that is not empty. */
export const text: Kind<Located<string>> = scalar({
  expects: 'a text',
  shape: { type: 'text', pattern: '\\S', expects: 'a text' },
  takes: ['string'],
  accept: (filled) => (filled.text.trim() === '' ? undefined : filled.text),
})

/** A text of one form. `expects` says which, with an example. */
export function textLike(pattern: RegExp, expects: string): Kind<Located<string>> {
  return scalar({
    expects,
    shape: { type: 'text', pattern: pattern.source, expects },
    takes: ['string'],
    accept: (filled) => (pattern.test(filled.text) ? filled.text : undefined),
  })
}

/** A text that a later phase parses: each character knows its place. A number or `true` is an expression too. */
export function expression(expects = 'an expression such as `lower(device_id)`'): Kind<LocatedText> {
  return {
    expects,
    shape: { type: 'expression', expects },
    read: (node, reading) => {
      const filled = readScalar(node, expects, reading)
      if (filled === undefined) return undefined
      if (filled.text.trim() === '') {
        reportAt(reading, 'spec/no-value', { field: fieldName(node), expected: expects }, node)
        return undefined
      }
      const { lineStarts } = reading.source
      return { value: filled.text, span: node.span, pointer: node.pointer, offsets: filled.offsets, lineStarts }
    },
  }
}
