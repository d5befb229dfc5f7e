import type { FunctionSql } from './function-sql.ts'
import { ARRAY_SQL } from './functions-array.ts'
import { LOGIC_SQL } from './functions-logic.ts'
import { NUMBER_SQL } from './functions-number.ts'
import { TEXT_SQL } from './functions-text.ts'
import { TIME_SQL } from './functions-time.ts'

/** The DuckDB form of every function and operator of the plan. */
export const FUNCTION_SQL: ReadonlyMap<string, FunctionSql> = new Map(
  Object.entries({ ...LOGIC_SQL, ...NUMBER_SQL, ...TEXT_SQL, ...TIME_SQL, ...ARRAY_SQL }),
)
