export const cliCodes = {}
