import type { CallExpr } from '#plan'

/**
 * How a function or operator of the plan is written: `args` are the arguments as SQL of the plan's types, each one
 * closed, so that it can stand anywhere. What is written must raise for no value, and give null outside the domain.
 */
export type FunctionSql = (args: readonly string[], call: CallExpr) => string
