export const streamCodes = {}
