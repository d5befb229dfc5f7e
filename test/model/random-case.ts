import type { Engine } from '#engine'
import type { Plan } from '#plan'
import { compilePipeline } from '../support/pipeline.ts'
import { seededRandom } from '../support/random.ts'
import { differences } from './compare.ts'
import { openModelBed } from './model-bed.ts'
import { PipelineModel, type ModelInput } from './pipeline-model.ts'
import { randomPipeline, REFERENCES, type RandomPipeline } from './random-pipeline.ts'
import { randomRuns, type RandomRun } from './random-records.ts'

/** A pipeline and what it is run on. */
export interface RandomCase {
  readonly pipeline: RandomPipeline
  readonly partitions: number
  readonly runs: readonly RandomRun[]
}

/** The case of a seed: the same on every machine. */
export function randomCase(seed: number): RandomCase {
  const random = seededRandom(seed)
  const pipeline = randomPipeline(random)
  const partitions = random.pick([1, 2, 2, 3])
  return { pipeline, partitions, runs: randomRuns(random, pipeline, partitions) }
}

/** The pipeline's file. */
export function caseText({ schemas, ...spec }: RandomPipeline): string {
  return JSON.stringify({ smelt: 1, name: 'under-test', ...spec }, null, 2)
}

/** Runs a case on the engine and on the model, and says where they differ after which run. */
export async function checkCase(
  { pipeline, partitions, runs }: RandomCase,
  place: { readonly engine: Engine; readonly folder: string },
): Promise<string[]> {
  const input = compileCase(pipeline)
  const model = new PipelineModel(input)
  const bed = await openModelBed({ ...input, ...place, partitions })
  try {
    for (const [index, { records, cut }] of runs.entries()) {
      const found = await bed.run(records, cut)
      model.run(records, cut)
      const wrong = differences(found, model.outcome())
      if (wrong.length > 0) return wrong.map((each) => `after run ${index + 1}: ${each}`)
    }
    return []
  } finally {
    await bed.close()
  }
}

/** The plan of a pipeline, and all that the model needs to know. Throws what is wrong with it. */
export function compileCase(pipeline: RandomPipeline): ModelInput & { readonly plan: Plan } {
  const contracts = Object.entries(pipeline.schemas).map(([name, schema]) => [
    `${name}.json`,
    JSON.stringify({ type: 'object', ...schema }),
  ])
  const files = { ...REFERENCES, ...(Object.fromEntries(contracts) as Record<string, string>) }
  const { plan, references } = compilePipeline(caseText(pipeline), files)
  return {
    plan,
    schemas: new Map(Object.entries(pipeline.schemas)),
    references: new Map([...references].map(([name, table]) => [name, table.rows])),
    piiKey: 'key of the model',
  }
}
