export const catalogCodes = {}
