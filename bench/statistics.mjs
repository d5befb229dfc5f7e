/** The middle of the numbers; of an even count, the mean of the middle two. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

export function mean(numbers) {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length
}
