import { expressionCodes } from './expression.ts'
import { resolveCodes } from './resolve.ts'

export const planCodes = {
  ...expressionCodes,
  ...resolveCodes,
}
