import type { ListShape, NamedShape, NounShape, Shape } from '../kinds/kind.ts'
import { quantityPattern } from '../kinds/quantity.ts'
import { placeholderPattern, SECRET_PATTERN, textPattern, type Fills } from './placeholder-pattern.ts'

/** A JSON Schema as it stands in a file. */
export type JsonSchema = Readonly<Record<string, unknown>>

type Compound =
  | ListShape
  | NamedShape
  | NounShape
  | Extract<Shape, { type: 'either' | 'by-key' | 'json' | 'without-params' | 'as-written' }>
type ScalarShape = Exclude<Shape, Compound>

/** The schema of one scalar. Where a placeholder may bring the value, any text with a sound placeholder is accepted. */
export function scalarSchema(shape: ScalarShape, fills: Fills): JsonSchema {
  switch (shape.type) {
    case 'text':
      return { type: 'string', ...pattern(textPattern(shape.pattern, fills), shape.expects) }
    case 'expression':
      return { type: ['string', 'number', 'boolean'], ...pattern(textPattern('\\S', fills), shape.expects) }
    case 'duration':
    case 'size': {
      const quantity = `^${quantityPattern(shape.type, shape.minimum)}$`
      return { type: 'string', ...pattern(textPattern(quantity, fills), shape.expects) }
    }
    case 'literal': {
      const types = ['string', 'number', 'boolean', ...(shape.nullable ? ['null'] : [])]
      return { type: types, pattern: textPattern(undefined, fills) }
    }
    case 'boolean':
      return orFilled({ type: 'boolean' }, fills, '`true` or `false`')
    case 'integer': {
      const { minimum, maximum, expects } = shape
      return orFilled({ type: 'integer', minimum, maximum }, fills, expects)
    }
    case 'choice': {
      const words = { type: 'string', enum: shape.values }
      if (fills === 'none') return words
      return { anyOf: [words, { type: 'string', pattern: placeholderPattern(fills), doNotSuggest: true }] }
    }
    case 'secret':
      return { type: 'string', ...pattern(SECRET_PATTERN, 'a secret such as `${secrets.NAME}`') }
    case 'nothing':
      return { type: 'null' }
  }
}

/** A value that is no text, or a text with a placeholder that brings it. */
function orFilled(value: JsonSchema & { readonly type: string }, fills: Fills, expects: string): JsonSchema {
  if (fills === 'none') return value
  return { ...value, type: [value.type, 'string'], ...pattern(placeholderPattern(fills), expects) }
}

function pattern(expression: string, expects: string): JsonSchema {
  return { pattern: expression, patternErrorMessage: `Must be ${expects}.` }
}
