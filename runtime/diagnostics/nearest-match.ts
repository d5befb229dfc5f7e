/**
 * The candidate closest to `name` by edit distance (a swap of neighbours counts as one), or undefined when none is
 * close enough to be what the author meant: at most a third of the longer word, and at least one letter in common.
 */
export function nearestMatch(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Infinity
  for (const candidate of candidates) {
    const limit = Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 3))
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance <= limit && distance < Math.min(bestDistance, Math.max(name.length, candidate.length))) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/**
 * True when one slip explains `name` (one letter wrong, missing, too much or swapped; or another way to write its words)
 * and no other candidate is within two of `nearest`, so that nothing else can have been meant.
 */
export function isClearMatch(name: string, nearest: string, candidates: readonly string[]): boolean {
  const others = candidates.filter((each) => each !== nearest)
  if (others.some((each) => plain(each) === plain(name))) return false
  if (plain(name) === plain(nearest)) return true
  const slip = nearest.length >= 4 && editDistance(name.toLowerCase(), nearest) === 1
  return slip && others.every((each) => editDistance(name.toLowerCase(), each) > 2)
}

/** A name without what people write differently: case, hyphens, underscores. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[-_ ]/g, '')
}

function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(at(row, j - 1) + 1, at(last, j) + 1, at(last, j - 1) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, at(beforeLast, j - 2) + 1)
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return at(last, b.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity
}
