import { withoutSecrets } from '#spec'
import { changedIds } from './changed-id.ts'
import { checkPipeline, type PipelineCheck, type PipelineTask } from './check-pipeline.ts'
import { environmentProblems } from './environment-names.ts'
import { judgeTenants } from './judge-tenants.ts'
import { stillRuns } from './k8s/still-runs.ts'
import { stubProblems } from './live-stubs.ts'
import { joinChecks, type CheckedProject } from './join-checks.ts'
import { faultsOf, loadBase, readingOnce, type FileReader, type LoadOptions, type ProjectBase } from './load-base.ts'
import { pipelineNames } from './load-pipeline.ts'
import { NO_HISTORY, unreadHistory, vanishedTenants, type TenantHistory } from './vanished.ts'

/** A project whose pipelines are still to be checked, each by itself and in any order. */
export interface OpenCheck {
  /** What `checkPipeline` is to be asked. */
  readonly tasks: readonly PipelineTask[]
  /** What is hidden of the environment variables from pipelines: see `withoutSecrets`. */
  readonly secretPrefixes: readonly string[]
  /** The check of the project, from the answers in the order of the tasks and what is known of tenants that were. */
  readonly finish: (checks: readonly PipelineCheck[], history?: TenantHistory) => CheckedProject
}

/**
 * Checks a project: smelt.yaml, tenants, and each pipeline with the plan of every instance, or with the defaults of its
 * params when no tenant runs it; then what only all together show. Nothing of a pipeline stays in memory but what was
 * found. Reads project files only; never throws for what they hold.
 */
export function checkProject(files: FileReader, options: LoadOptions, history?: TenantHistory): CheckedProject {
  const { tasks, secretPrefixes, finish } = openCheck(files, options)
  const env = withoutSecrets(options.env, secretPrefixes)
  return finish(
    tasks.map((task) => checkPipeline(task, files, env)),
    history,
  )
}

/** The two ends of `checkProject`, for who shares out what lies between them. */
export function openCheck(files: FileReader, options: LoadOptions): OpenCheck {
  const reader = readingOnce(files)
  const loaded = loadBase(reader, options)
  const names = pipelineNames(reader)
  const diagnostics = [
    ...loaded.diagnostics,
    ...faultsOf('pipelines', reader),
    ...environmentProblems(loaded),
    ...stubProblems(loaded.tenants, reader),
    ...stillRuns(loaded.tenants, reader),
  ]
  const base = { ...loaded, diagnostics, texts: reader.texts }
  return {
    tasks: tasksOf(base, names),
    secretPrefixes: base.secretPrefixes,
    finish: (checks, history = NO_HISTORY) => {
      const vanished = [...unreadHistory(history), ...vanishedTenants(reader, history).values()]
      const changed = changedIds(loaded.tenants, reader, history)
      return joinChecks({ ...base, diagnostics: [...diagnostics, ...vanished, ...changed] }, checks)
    },
  }
}

/** Of an offboarded tenant nothing runs again, so nothing of it is worked out. */
function tasksOf({ tenants }: ProjectBase, names: readonly string[]): PipelineTask[] {
  const listings = new Map<string, PipelineTask['listings'][number][]>(names.map((name) => [name, []]))
  for (const { tenant, problem } of judgeTenants(tenants)) {
    if (problem !== undefined || tenant.state === 'offboarded') continue
    for (const listed of tenant.pipelines) listings.get(listed.name)?.push({ tenant: tenant.key, listed })
  }
  return [...listings].map(([name, all]) => ({ name, listings: all }))
}
