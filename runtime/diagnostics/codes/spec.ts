export const specCodes = {}
