import type { RandomCase } from './random-case.ts'
import type { RandomPipeline } from './random-pipeline.ts'

/**
 * A smaller case that still fails: tables, parts of tables, runs and records are left out one after another as long as
 * what is left fails, for at most `tries` tries. `fails` answers false for a case that no longer compiles.
 */
export async function shrink(
  from: RandomCase,
  fails: (smaller: RandomCase) => Promise<boolean>,
  tries: number,
): Promise<RandomCase> {
  let best = from
  let left = tries
  for (let found = true; found && left > 0;) {
    found = false
    for (const smaller of smallerCases(best)) {
      if (left-- <= 0) break
      if (!(await fails(smaller))) continue
      best = smaller
      found = true
      break
    }
  }
  return best
}

/** Cases with something left out, the largest pieces first. */
function* smallerCases(from: RandomCase): Iterable<RandomCase> {
  for (const pipeline of smallerPipelines(from.pipeline)) yield { ...from, pipeline }
  const { runs } = from
  for (const index of runs.keys()) if (runs.length > 1) yield { ...from, runs: without(runs, index, 1) }
  for (const [at, { records, cut }] of runs.entries()) {
    const plain = { ...cut, batchRows: 1_000, everyBatch: false }
    if (cut.everyBatch || cut.batchRows < 1_000) yield { ...from, runs: runs.with(at, { records, cut: plain }) }
    for (let size = Math.ceil(records.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
      for (let index = 0; index < records.length; index += size)
        yield { ...from, runs: runs.with(at, { records: without(records, index, size), cut }) }
  }
}

/** What may be left out of a table, and what of its mappings. */
const OPTIONAL = ['where', 'dedupe', 'checks', 'group_by', 'emit'] as const
const MAPPINGS = ['columns', 'checks', 'measures'] as const

function* smallerPipelines(from: RandomPipeline): Iterable<RandomPipeline> {
  for (const layer of ['gold', 'silver'] as const)
    for (const [name, table] of Object.entries(from[layer])) {
      if (layer === 'silver' || Object.keys(from.gold).length > 1) yield { ...from, [layer]: omit(from[layer], name) }
      for (const smaller of smallerTables(table)) yield { ...from, [layer]: { ...from[layer], [name]: smaller } }
    }
}

function* smallerTables(table: Readonly<Record<string, unknown>>): Iterable<Readonly<Record<string, unknown>>> {
  for (const part of OPTIONAL) if (table[part] !== undefined) yield omit(table, part)
  for (const part of MAPPINGS) {
    const mapping = table[part] as Readonly<Record<string, unknown>> | undefined
    for (const name of Object.keys(mapping ?? {})) yield { ...table, [part]: omit(mapping ?? {}, name) }
  }
}

function without<T>(list: readonly T[], index: number, count: number): T[] {
  return [...list.slice(0, index), ...list.slice(index + count)]
}

function omit<T>(from: Readonly<Record<string, T>>, name: string): Record<string, T> {
  return Object.fromEntries(Object.entries(from).filter(([each]) => each !== name))
}
