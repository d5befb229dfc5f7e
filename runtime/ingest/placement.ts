/** Where a record lies. */
export interface Position {
  readonly partition: number
  readonly offset: bigint
}

/** Where the records of a request lie, in their order; undefined for one that is not stored. */
export type Positions = readonly (Position | undefined)[]

/** The same in few bytes: about one for each record. */
export interface Placement {
  /** One character per record: its topic partition, counted from `0`; `-` for a record that is not stored. */
  readonly partitions: string
  /** Per topic partition, first offset and count of each run, in the order of the records. */
  readonly runs: readonly (readonly [partition: number, ...runs: number[]])[]
}

const FIRST = 0x30
const NOT_STORED = '-'

/** Packs positions. Offsets stay below 2^53. */
export function packPositions(positions: Positions): Placement {
  const runs = new Map<number, number[]>()
  let partitions = ''
  for (const position of positions) {
    partitions += position === undefined ? NOT_STORED : String.fromCharCode(FIRST + position.partition)
    if (position !== undefined) extend(runs, position.partition, Number(position.offset))
  }
  return { partitions, runs: [...runs].map(([partition, flat]) => [partition, ...flat]) }
}

function extend(runs: Map<number, number[]>, partition: number, offset: number): void {
  const flat = runs.get(partition) ?? []
  const first = flat.at(-2)
  const count = flat.at(-1)
  if (first !== undefined && count !== undefined && first + count === offset) flat[flat.length - 1] = count + 1
  else flat.push(offset, 1)
  runs.set(partition, flat)
}

/** Unpacks what `packPositions` made. */
export function unpackPositions({ partitions, runs }: Placement): Positions {
  const offsets = new Map(runs.map(([partition, ...flat]) => [partition, offsetsOf(flat)]))
  return Array.from(partitions, (character) => {
    if (character === NOT_STORED) return undefined
    const partition = character.charCodeAt(0) - FIRST
    const next = offsets.get(partition)?.next()
    if (next === undefined || next.done === true) throw new RangeError('a placement has fewer offsets than records')
    return { partition, offset: next.value }
  })
}

function* offsetsOf(flat: readonly number[]): Generator<bigint, undefined> {
  for (let at = 0; at < flat.length; at += 2) {
    const first = BigInt(flat[at] ?? 0)
    for (let index = 0n; index < BigInt(flat[at + 1] ?? 0); index++) yield first + index
  }
}
