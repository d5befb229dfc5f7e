export const lakeCodes = {}
