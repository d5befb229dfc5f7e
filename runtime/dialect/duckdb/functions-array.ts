import type { FunctionSql } from './function-sql.ts'

/** Functions of lists, and of the fields of an object. */
export const ARRAY_SQL: Readonly<Record<string, FunctionSql>> = {
  // Position 0 gives null, as every position below 1 must; DuckDB would count negative ones from the end.
  array_get: ([list = '', position = '']) => `list_extract(${list}, greatest(${position}, 0))`,
  array_len: ([list = '']) => `len(${list})`,
  array_contains: ([list = '', element = '']) => `list_contains(${list}, ${element})`,
  array_distinct: ([list = '']) => `list_sort(list_distinct(${list}))`,
  array_join: ([list = '', separator = '']) => `array_to_string(${list}, ${separator})`,
  field: ([value = '', name = '']) => `struct_extract(${value}, ${name})`,
}
