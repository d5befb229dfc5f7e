import type { Located } from '../nodes.ts'
import type { Kind } from './kind.ts'
import { scalar } from './scalar.ts'

/** A text, number or boolean as YAML reads it. Numbers are finite, and whole ones exact. */
export const literal: Kind<Located<string | number | boolean>> = scalar({
  expects: 'a text, a number, `true` or `false`',
  shape: { type: 'literal', nullable: false },
  takes: ['string', 'number', 'boolean'],
  accept: ({ value }) => {
    if (value === null || (typeof value === 'number' && !isExact(value))) return undefined
    return value
  },
})

/** As `literal`, and `null` too. */
export const literalOrNull: Kind<Located<string | number | boolean | null>> = {
  expects: 'a text, a number, `true`, `false` or `null`',
  shape: { type: 'literal', nullable: true },
  read: (node, reading) => {
    if (node.kind === 'scalar' && node.value === null && node.text !== '') {
      return { value: null, span: node.span, pointer: node.pointer }
    }
    return literal.read(node, reading)
  },
}

function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
}
