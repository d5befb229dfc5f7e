const SEED = 0x9747b28c
const MULTIPLIER = 0x5bd1e995
const SHIFT = 24

/** Chooses topic partitions as Kafka's producers do: murmur2 of the key; records without a key go round in turn. */
export type Partitioner = (key: Buffer | null, partitions: number) => number

/** A partitioner whose turn for keyless records starts at the first topic partition. */
export function createPartitioner(): Partitioner {
  let turn = 0
  return (key, partitions) => (key === null ? turn++ % partitions : (murmur2(key) & 0x7fffffff) % partitions)
}

/** The murmur2 of Kafka's Java client, as a signed 32-bit number. */
export function murmur2(bytes: Buffer): number {
  const whole = bytes.length - (bytes.length % 4)
  let hash = SEED ^ bytes.length
  for (let at = 0; at < whole; at += 4) {
    let word = Math.imul(bytes.readInt32LE(at), MULTIPLIER)
    word = Math.imul(word ^ (word >>> SHIFT), MULTIPLIER)
    hash = Math.imul(hash, MULTIPLIER) ^ word
  }
  if (whole < bytes.length) {
    hash = Math.imul(hash ^ bytes.readUIntLE(whole, bytes.length - whole), MULTIPLIER)
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER)
  return hash ^ (hash >>> 15)
}
