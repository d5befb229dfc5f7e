const DURATIONS: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
]
const SIZES: readonly (readonly [string, number])[] = [
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
]

/** Milliseconds as a file says them: `5m`. */
export function durationText(ms: number): string {
  return quantityText(ms, DURATIONS, 'ms')
}

/** Bytes as a file says them: `1MiB`. */
export function bytesText(bytes: number): string {
  return quantityText(bytes, SIZES, 'B')
}

/** In the largest unit that leaves a whole number. */
function quantityText(value: number, units: readonly (readonly [string, number])[], smallest: string): string {
  const [unit, size] = units.find(([, each]) => value >= each && value % each === 0) ?? [smallest, 1]
  return `${value / size}${unit}`
}
