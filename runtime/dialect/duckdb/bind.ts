/** Values up to this length are written out wherever they are used; computing them twice costs less than binding them. */
const SHORT = 120

/**
 * SQL of `body` over `values`, each used any number of times. Long values are bound to the parameter of a lambda, so
 * that nested uses add up and do not multiply. `body` may use nothing but the names it is given.
 */
export function bind(values: readonly string[], body: (...names: string[]) => string): string {
  if (values.reduce((sum, value) => sum + value.length, 0) <= SHORT) return body(...values)
  if (values.length === 1) return `list_transform([${values.join('')}], lambda _v: ${body('_v')})[1]`
  const packed = values.map((value, index) => `_${index} := ${value}`).join(', ')
  const names = values.map((_, index) => `struct_extract(_v, '_${index}')`)
  return `list_transform([struct_pack(${packed})], lambda _v: ${body(...names)})[1]`
}

/** The double, or null where it is no finite number. */
export function finite(value: string): string {
  return bind([value], (v) => `CASE WHEN isfinite(${v}) THEN ${v} END`)
}
