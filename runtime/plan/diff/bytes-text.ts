const SIZES: readonly (readonly [string, number])[] = [
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
]

/** Bytes as a file says them, in the largest unit that leaves a whole number: `1MiB`. */
export function bytesText(bytes: number): string {
  const [unit, size] = SIZES.find(([, each]) => bytes >= each && bytes % each === 0) ?? ['B', 1]
  return `${bytes / size}${unit}`
}
