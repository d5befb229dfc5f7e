import type { CallExpr } from '#plan'
import { ARRAY_SQL } from './functions-array.ts'
import { LOGIC_SQL } from './functions-logic.ts'
import { NUMBER_SQL } from './functions-number.ts'
import { TEXT_SQL } from './functions-text.ts'
import { TIME_SQL } from './functions-time.ts'

/**
 * How a function or operator of the plan is written: `args` are the arguments as SQL of the plan's types, each one
 * closed, so that it can stand anywhere. What is written must raise for no value, and give null outside the domain.
 */
export type FunctionSql = (args: readonly string[], call: CallExpr) => string

/** The DuckDB form of every function and operator of the plan. */
export const FUNCTION_SQL: ReadonlyMap<string, FunctionSql> = new Map(
  Object.entries({ ...LOGIC_SQL, ...NUMBER_SQL, ...TEXT_SQL, ...TIME_SQL, ...ARRAY_SQL }),
)
