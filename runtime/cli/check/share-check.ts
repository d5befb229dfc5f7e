import { withoutSecrets, type Env } from '#spec'
import { checkPipeline, type FileReader, type PipelineCheck, type PipelineTask } from '#tenant'
import type { Host } from '../host.ts'
import { projectFiles } from '../project.ts'

/** The pipelines of a check that several threads share. Plain data, but for `taken`, which is the same memory for all. */
export interface SharedCheck {
  /** The folder of the project. */
  readonly root: string
  readonly tasks: readonly PipelineTask[]
  readonly secretPrefixes: readonly string[]
  /** One number: how many of the tasks were taken. */
  readonly taken: Int32Array
}

/** What one thread found, by the index of the task. */
export type Found = readonly (readonly [index: number, check: PipelineCheck])[]

/** Below this many plans a thread costs more than it brings: it has to load and warm up the code once more. */
const LEAST_PLANS = 200
/** The threads share one disk and one memory; more bring little. */
const MOST_THREADS = 4

/** The module that another thread runs, in the built package. */
const THREAD = 'cli/check/check-thread'

/**
 * Checks each pipeline, in as many threads as the project is worth and the machine has cores. The answers come in the
 * order of the tasks, whoever gave them. What another thread could not do, for whatever reason, this one does.
 */
export async function checkPipelines(
  host: Host,
  root: string,
  { tasks, secretPrefixes }: Pick<SharedCheck, 'tasks' | 'secretPrefixes'>,
): Promise<PipelineCheck[]> {
  const share: SharedCheck = { root, tasks, secretPrefixes, taken: new Int32Array(new SharedArrayBuffer(4)) }
  const others = Array.from({ length: threadsFor(host, tasks) - 1 }, () => host.inThread(THREAD, share))
  const reader = projectFiles(host, root)
  const found = [checkShare(share, reader, host.env)]
  // A thread answers with what `checkShare` gave it, or with nothing.
  for (const answer of await Promise.all(others)) found.push((answer ?? []) as Found)
  const known = new Map(found.flat())
  const env = withoutSecrets(host.env, secretPrefixes)
  return tasks.map((task, index) => known.get(index) ?? checkPipeline(task, reader, env))
}

/** Takes one task after the other, as long as there are any, and gives what was found. */
export function checkShare({ tasks, secretPrefixes, taken }: SharedCheck, files: FileReader, all: Env): Found {
  const env = withoutSecrets(all, secretPrefixes)
  const found: [number, PipelineCheck][] = []
  for (;;) {
    const index = Atomics.add(taken, 0, 1)
    const task = tasks[index]
    if (task === undefined) return found
    found.push([index, checkPipeline(task, files, env)])
  }
}

function threadsFor({ cores }: Host, tasks: readonly PipelineTask[]): number {
  const plans = tasks.reduce((sum, { listings }) => sum + Math.max(1, listings.length), 0)
  return plans < LEAST_PLANS ? 1 : Math.min(cores, MOST_THREADS, tasks.length)
}
