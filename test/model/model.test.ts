import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { openEngine, type Engine } from '#engine'
import { differences } from './compare.ts'
import { openModelBed } from './model-bed.ts'
import { PipelineModel } from './pipeline-model.ts'
import { caseText, checkCase, compileCase, randomCase, type RandomCase } from './random-case.ts'
import { shrink } from './shrink.ts'

/** One seed to look at: `SMELT_SEED=17 npx vitest run test/model`. */
const SEED = process.env['SMELT_SEED']
const SEEDS = Number(process.env['SMELT_SEEDS'] ?? 500)
/** The first of them, to go on where another run ended. */
const FIRST = Number(process.env['SMELT_FIRST_SEED'] ?? 1)
/** Seeds of one test, so that its time limit means something. */
const CHUNK = 50
const SHRINK_TRIES = 300

let engine: Engine
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'smelt-test-'))
  engine = await openEngine({ memoryLimitBytes: 512 << 20, threads: 1, spill: folder })
})
afterAll(async () => {
  engine.close()
  await rm(folder, { recursive: true, force: true })
})

/** Where engine and model differ; what stopped the engine is a difference too. */
async function wrongIn(each: RandomCase): Promise<string[]> {
  try {
    return await checkCase(each, { engine, folder })
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : ''
    return [`the engine stopped: ${String(error)}${cause}`]
  }
}

async function fails(each: RandomCase): Promise<boolean> {
  try {
    compileCase(each.pipeline)
  } catch {
    return false
  }
  return (await wrongIn(each)).length > 0
}

/** The smallest case found, as text to work from. */
async function report(seed: number, failing: RandomCase): Promise<string> {
  const small = await shrink(failing, fails, SHRINK_TRIES)
  const runs = small.runs.map(({ records, cut }, index) => {
    const lines = records.map(
      ({ source, partition, offset, timestampMs, key, value }) =>
        `  ${source}/${partition}@${offset} ${new Date(timestampMs).toISOString()} ${key?.toString() ?? '-'} ${value?.toString() ?? 'null'}`,
    )
    return [`run ${index + 1} ${JSON.stringify(cut)}`, ...lines].join('\n')
  })
  const schemas = JSON.stringify(small.pipeline.schemas)
  const wrong = await wrongIn(small)
  return [`SMELT_SEED=${seed}`, caseText(small.pipeline), schemas, ...runs, ...wrong].join('\n')
}

async function check(seed: number): Promise<void> {
  const each = randomCase(seed)
  const wrong = await wrongIn(each)
  if (wrong.length > 0) expect.fail(await report(seed, each))
}

describe('random pipelines on random records have the rows of the row-by-row model', () => {
  if (SEED !== undefined) {
    it(`seed ${SEED}`, () => check(Number(SEED)), 600_000)
    return
  }
  const chunks = Array.from({ length: Math.ceil(SEEDS / CHUNK) }, (_, index) => FIRST + index * CHUNK)
  it.each(chunks)(
    'from seed %i on',
    async (from) => {
      for (let seed = from; seed < Math.min(from + CHUNK, FIRST + SEEDS); seed++) await check(seed)
    },
    900_000,
  )
})

describe('the comparison', () => {
  it('tells a row too many, a row missing, another refusal and other books', async () => {
    const { pipeline, partitions, runs } = randomCase(1)
    const input = compileCase(pipeline)
    const model = new PipelineModel(input)
    const bed = await openModelBed({ ...input, partitions, engine, folder })
    const [run] = runs
    if (run === undefined) throw new Error('the case has no run')
    const found = await bed.run(run.records, run.cut)
    await bed.close()
    model.run(run.records, run.cut)
    const expected = model.outcome()
    expect(differences(found, expected)).toEqual([])

    const bronze = expected.tables.get('bronze.events') ?? []
    const fewer = { ...expected, tables: new Map([...expected.tables, ['bronze.events', bronze.slice(1)]]) }
    expect(differences(found, fewer)).toMatchObject([/^bronze.events: found /])
    expect(differences(fewer, expected)).toMatchObject([/^bronze.events: expected /])
    const other = { ...expected, quarantine: expected.quarantine.map((each) => ({ ...each, rule: 'another' })) }
    expect(differences(found, other).some((each) => each.startsWith('quarantine: '))).toBe(true)
    expect(differences(found, { ...expected, books: { sources: {}, gold: {} } })).toMatchObject([/^books: /])
  })
})
