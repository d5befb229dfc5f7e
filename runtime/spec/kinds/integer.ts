import type { Located } from '../nodes.ts'
import type { Kind } from './kind.ts'
import { respellInteger } from './respell.ts'
import { scalar } from './scalar.ts'

/** A whole number within bounds. */
export function integer(
  minimum: number,
  maximum: number,
  expects = `a whole number from ${minimum} to ${maximum}`,
): Kind<Located<number>> {
  return scalar({
    expects,
    shape: { type: 'integer', minimum, maximum, expects },
    takes: ['number'],
    accept: ({ value }) =>
      typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum ? value : undefined,
    respell: respellInteger,
  })
}
