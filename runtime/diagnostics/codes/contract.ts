export const contractCodes = {}
