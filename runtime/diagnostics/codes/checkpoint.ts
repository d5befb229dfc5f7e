export const checkpointCodes = {}
