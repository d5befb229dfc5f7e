import type { ListShape, NamedShape, NounShape, Shape } from '../kinds/kind.ts'
import { quantityPattern } from '../kinds/quantity.ts'
import { placeholderPattern, SECRET_PATTERN, textPattern } from './placeholder-pattern.ts'

/** A JSON Schema as it stands in a file. */
export type JsonSchema = Readonly<Record<string, unknown>>

type Compound =
  ListShape | NamedShape | NounShape | Extract<Shape, { type: 'either' | 'by-key' | 'json' | 'without-params' }>
type ScalarShape = Exclude<Shape, Compound>

/** The schema of one scalar. Where a placeholder may bring the value, any text with a sound placeholder is accepted. */
export function scalarSchema(shape: ScalarShape, params: boolean): JsonSchema {
  const filled = placeholderPattern(params)
  switch (shape.type) {
    case 'text':
      return { type: 'string', ...pattern(textPattern(shape.pattern, params), shape.expects) }
    case 'expression':
      return { type: ['string', 'number', 'boolean'], ...pattern(textPattern('\\S', params), shape.expects) }
    case 'duration':
    case 'size': {
      const quantity = `^${quantityPattern(shape.type, shape.minimum)}$`
      return { type: 'string', ...pattern(textPattern(quantity, params), shape.expects) }
    }
    case 'literal': {
      const types = ['string', 'number', 'boolean', ...(shape.nullable ? ['null'] : [])]
      return { type: types, pattern: textPattern(undefined, params) }
    }
    case 'boolean':
      return { type: ['boolean', 'string'], ...pattern(filled, '`true` or `false`') }
    case 'integer': {
      const { minimum, maximum, expects } = shape
      return { type: ['integer', 'string'], minimum, maximum, ...pattern(filled, expects) }
    }
    case 'choice':
      return {
        anyOf: [
          { type: 'string', enum: shape.values },
          { type: 'string', pattern: filled, doNotSuggest: true },
        ],
      }
    case 'secret':
      return { type: 'string', ...pattern(SECRET_PATTERN, 'a secret such as `${secrets.NAME}`') }
    case 'nothing':
      return { type: 'null' }
  }
}

function pattern(expression: string, expects: string): JsonSchema {
  return { pattern: expression, patternErrorMessage: `Must be ${expects}.` }
}
