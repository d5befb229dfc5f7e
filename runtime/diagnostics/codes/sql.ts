export const sqlCodes = {}
