import { expressionCodes } from './expression.ts'
import { referenceCodes } from './reference.ts'
import { resolveCodes } from './resolve.ts'

export const planCodes = {
  ...expressionCodes,
  ...resolveCodes,
  ...referenceCodes,
}
