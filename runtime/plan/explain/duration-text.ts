const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const

/** A duration as pipelines write it, in the largest unit that says it whole: `24h` is `1d`, `90m` stays. */
export function durationText(milliseconds: number): string {
  if (milliseconds === 0) return '0s'
  const [unit, size] = UNITS.find(([, each]) => milliseconds % each === 0) ?? ['ms', 1]
  return `${milliseconds / size}${unit}`
}
