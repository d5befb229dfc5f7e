/** The folder that mirrors the provider of AWS, if there is one. */
export function findMirror(): string | undefined
