import type { SourceNode } from '#dialect/duckdb'
import type { Instance } from './instance.ts'

/** How often, as event time goes on by a source's horizon, its state is rid of what is old. */
const EXPIRES_PER_HORIZON = 16n

/**
 * Takes in event times (microseconds) that were read of a source, so that `expireState` knows when there is something to
 * drop. `oldest` is the least of a batch; left out where the state was just rid of what is old.
 */
export function noteTimes(
  { ages }: Instance,
  { plan }: SourceNode,
  times: readonly bigint[],
  oldest: bigint | undefined,
): void {
  const [first, ...more] = times
  if (first === undefined) return
  const newest = more.reduce((a, b) => (a > b ? a : b), first)
  const horizon = BigInt(plan.horizonMs) * 1000n
  const expireAt = oldest === undefined ? newest + horizon / EXPIRES_PER_HORIZON : oldest + horizon
  ages.set(plan.name, { newest, expireAt: ages.get(plan.name)?.expireAt ?? expireAt })
}

/**
 * Drops state that no acceptable record can need any more, once enough of it can be there: what is kept a little longer
 * than needed decides nothing. What closed windows leave is dropped as they close.
 */
export function expireState(instance: Instance): void {
  const { ages, program, session } = instance
  for (const { plan, silver } of program.sources) {
    const age = ages.get(plan.name)
    if (age === undefined || age.newest < age.expireAt) continue
    age.expireAt = age.newest + (BigInt(plan.horizonMs) * 1000n) / EXPIRES_PER_HORIZON
    session.later(silver.flatMap(({ dedupe }) => dedupe?.expire ?? []))
  }
}
