export const tenantCodes = {}
