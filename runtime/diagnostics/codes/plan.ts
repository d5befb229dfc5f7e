import { expressionCodes } from './expression.ts'

export const planCodes = {
  ...expressionCodes,
}
