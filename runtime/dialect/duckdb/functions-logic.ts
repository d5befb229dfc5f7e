import { bind } from './bind.ts'
import type { FunctionSql } from './function-sql.ts'

const infix =
  (operator: string): FunctionSql =>
  (args) =>
    `(${args.join(` ${operator} `)})`

const test =
  (words: string): FunctionSql =>
  ([arg = '']) =>
    `(${arg} IS ${words})`

/** DuckDB leaves nulls out; here one null makes the result null. */
const extreme =
  (name: string): FunctionSql =>
  (args, call) => {
    if (args.length === 1) return args.join('')
    if (call.args.every((arg) => arg.kind === 'literal' && arg.value !== null)) return `${name}(${args.join(', ')})`
    return bind(args, (...names) => {
      const anyNull = names.map((each) => `${each} IS NULL`).join(' OR ')
      return `CASE WHEN ${anyNull} THEN NULL ELSE ${name}(${names.join(', ')}) END`
    })
  }

/** Conditions, comparisons, and functions that choose among their arguments. */
export const LOGIC_SQL: Readonly<Record<string, FunctionSql>> = {
  and: infix('AND'),
  or: infix('OR'),
  not: ([arg = '']) => `(NOT ${arg})`,
  equal: infix('='),
  not_equal: infix('<>'),
  less: infix('<'),
  less_or_equal: infix('<='),
  greater: infix('>'),
  greater_or_equal: infix('>='),
  is_distinct: infix('IS DISTINCT FROM'),
  is_not_distinct: infix('IS NOT DISTINCT FROM'),
  is_null: test('NULL'),
  is_not_null: test('NOT NULL'),
  is_true: test('TRUE'),
  is_not_true: test('NOT TRUE'),
  is_false: test('FALSE'),
  is_not_false: test('NOT FALSE'),
  between: ([arg = '', low = '', high = '']) => `(${arg} BETWEEN ${low} AND ${high})`,
  in: ([arg = '', ...items]) => `(${arg} IN (${items.join(', ')}))`,
  like: ([arg = '', pattern = '', escape]) =>
    `(${arg} LIKE ${pattern}${escape === undefined ? '' : ` ESCAPE ${escape}`})`,
  coalesce: (args) => `coalesce(${args.join(', ')})`,
  nullif: (args) => bind(args, (value = '', other = '') => `CASE WHEN ${value} = ${other} THEN NULL ELSE ${value} END`),
  greatest: extreme('greatest'),
  least: extreme('least'),
}
