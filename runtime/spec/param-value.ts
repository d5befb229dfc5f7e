import { parseDuration } from './kinds/quantity.ts'
import type { ParamNode } from './nodes.ts'
import type { ParamValue } from './reading.ts'

/** The types a param may have. */
export const PARAM_TYPES = ['string', 'integer', 'number', 'boolean', 'duration'] as const

const EXPECTS: Readonly<Record<ParamNode['type']['value'], string>> = {
  string: 'a text (put it in quotes if it looks like a number)',
  integer: 'a whole number',
  number: 'a number',
  boolean: '`true` or `false`',
  duration: 'a duration such as `30d`',
}

/**
 * Checks `value` against the declared type of a param. `value` of the answer is undefined when it does not fit;
 * `expects` says what would.
 */
export function paramValue(
  type: ParamNode['type']['value'],
  value: ParamValue,
): { readonly value: ParamValue | undefined; readonly expects: string } {
  return { value: fits(type, value) ? value : undefined, expects: EXPECTS[type] }
}

function fits(type: ParamNode['type']['value'], value: ParamValue): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string'
    case 'integer':
      return typeof value === 'number' && Number.isSafeInteger(value)
    case 'number':
      return typeof value === 'number' && Number.isFinite(value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'duration':
      return typeof value === 'string' && parseDuration(value) !== undefined
  }
}
