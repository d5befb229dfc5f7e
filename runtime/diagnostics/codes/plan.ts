export const planCodes = {}
