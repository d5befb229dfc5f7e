import type { DataType } from './types.ts'

/**
 * The column type that `x-smelt-type` names: `decimal(precision,scale)`, for values of JSON type number, string
 * (decimal text) or both. Undefined when the text or the JSON types do not fit.
 */
export function smeltType(text: string, types: readonly string[]): DataType | undefined {
  const [, precision = '', scale = ''] = /^decimal\(\s*([0-9]{1,2})\s*,\s*([0-9]{1,2})\s*\)$/.exec(text) ?? []
  if (precision === '' || Number(precision) < 1 || Number(precision) > 38 || Number(scale) > Number(precision))
    return undefined
  const values = types.filter((type) => type !== 'null')
  if (values.length === 0 || values.some((type) => type !== 'number' && type !== 'string')) return undefined
  return { kind: 'decimal', precision: Number(precision), scale: Number(scale) }
}

/** Decimal text as a contract takes it: no exponent, no plus sign, no leading zeros. */
export const DECIMAL_TEXT = '-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?'
