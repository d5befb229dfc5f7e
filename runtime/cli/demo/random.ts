/** A seeded source of pseudo-random numbers: the same seed gives the same numbers on every machine. Not for secrets. */
export interface Random {
  /** A number in [0, 1). */
  unit(): number
  /** An integer in [0, `end`). */
  below(end: number): number
  /** An integer in [0, 2^32). */
  word(): number
}

/** Makes a source from an integer seed (the mulberry32 recurrence: 32 bits of state, a period of 2^32). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const word = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  return {
    word,
    unit: () => word() / 0x1_0000_0000,
    below: (end) => Math.floor((word() / 0x1_0000_0000) * end),
  }
}
