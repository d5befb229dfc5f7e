/** Expressions of the plan as SQL: the value, and beside it whether the value overflowed. */
export { overflowSql } from './overflow.ts'
export { expressionSql, type ReadColumn } from './value.ts'
