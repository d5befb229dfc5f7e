import path from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import { hasErrors, type Diagnostic } from '#diagnostics'
import type { InstanceName } from '#tenant'
import type { Call, CliCommand } from '../command.ts'
import { openEnvironment, type Environment } from '../environment.ts'
import { EXIT, exitCodeOf, worstExit, type ExitCode } from '../exit-code.ts'
import { namedInstances } from '../instance/named-instances.ts'
import { resolveInstance } from '../instance/resolve-instance.ts'
import { planInstance, type InstancePlan, type PlanRequest } from '../plan/plan-instance.ts'
import { plansText } from '../plan/plan-text.ts'
import { Problems } from '../problems.ts'
import { openProject, type OpenProject } from '../project.ts'
import { diagnosticOf, report } from '../report.ts'

/** `smelt plan` */
export const plan: CliCommand = {
  usage: 'plan [instance]',
  summary: 'show what a change does to tables, state and contracts before it runs',
  details:
    'Compares the pipeline with what its instance last ran in this lake, for one instance, all of a tenant, or all there ' +
    'are. Reads; changes nothing. A change that drops or rewrites something needs an approval, and the command that gives ' +
    'it is printed. Exit code 0 when the comparison was made, 1 when a pipeline has errors; with --detailed-exitcode, 4 ' +
    'when a change needs an approval, is held back or cannot be made.',
  options: [
    new Option('--sample <rows>', 'judge that many records of bronze by a changed contract').argParser(rowsOf),
    new Option('--detailed-exitcode', 'exit with 4 when a change needs an approval, is held back or cannot be made'),
  ],
  examples: [
    ['smelt plan acme/inventory-compliance', 'shows what changes for one instance'],
    ['smelt plan acme --sample 10000', 'also tells how many of 10,000 records a changed contract would refuse'],
    ['smelt plan --detailed-exitcode --json', 'asks for all instances in a build, for programs'],
  ],
  async run(call) {
    const { host, globals, flag, args } = call
    const project = openProject(host, globals, args[0])
    const environment = openEnvironment(host, globals, project)
    const chosen = namedInstances(project, args[0])
    const found = await planAll(call, { project, environment, chosen })
    if (globals.json) host.stdout.write(`${JSON.stringify(found.plans, null, 2)}\n`)
    else if (found.plans.length > 0) {
      const colours = globals.colours && host.stdout.isTerminal
      host.stdout.write(
        plansText(found.plans, { colours, suffix: globals.env === undefined ? '' : ` --env ${globals.env}` }),
      )
    }
    const codes = flag('detailedExitcode') ? found.plans.map(detailedExit) : []
    if (found.problems.length > 0) {
      codes.push(...found.problems.map(exitCodeOf))
      report(host.stderr, found.problems, { colours: globals.colours, json: globals.json }, found.texts)
    }
    return worstExit(codes)
  },
}

interface Found {
  readonly plans: readonly InstancePlan[]
  /** What keeps other instances from being compared, each problem once. */
  readonly problems: readonly Diagnostic[]
  readonly texts: ReadonlyMap<string, string>
}

interface Chosen {
  readonly project: OpenProject
  readonly environment: Environment
  readonly chosen: readonly InstanceName[]
}

/** One broken instance does not hide what becomes of the others. */
async function planAll(call: Call, { project, environment, chosen }: Chosen): Promise<Found> {
  const plans: InstancePlan[] = []
  const problems = new Map<string, Diagnostic>()
  const texts = new Map<string, string>(project.loaded.texts)
  for (const name of chosen) {
    try {
      plans.push(await planOne(call, { project, environment, name }))
    } catch (error) {
      const told = error instanceof Problems ? error.diagnostics : [diagnosticOf(error)]
      if (error instanceof Problems) for (const [file, text] of error.texts) texts.set(file, text)
      for (const each of told.filter((problem) => hasErrors([problem]))) {
        problems.set(JSON.stringify([each.code, each.message, each.span]), each)
      }
    }
  }
  return { plans, problems: [...problems.values()], texts }
}

async function planOne(
  { host, text }: Call,
  { project, environment, name }: Omit<Chosen, 'chosen'> & { readonly name: InstanceName },
): Promise<InstancePlan> {
  const instance = resolveInstance(project, name)
  const { openStore } = await import('#lake')
  const store = await openStore(environment.store(name.tenant))
  try {
    const { memoryLimitBytes, threads } = environment.node.engine
    const scratch = path.join(host.temporaryFolder, `smelt-${host.user}`)
    const engine = { memoryLimitBytes, threads: threads ?? host.cores, scratch, clock: host.clock }
    const rows = text('sample')
    const request: PlanRequest = { name, plan: instance.plan, store }
    return await planInstance(rows === undefined ? request : { ...request, sample: { rows: Number(rows), engine } })
  } finally {
    await store.close()
  }
}

function detailedExit({ diff, held_back: held }: InstancePlan): ExitCode {
  return held !== null || diff.verdict === 'needs-approval' || diff.verdict === 'refused' ? EXIT.refused : EXIT.fine
}

/** The value of `--sample`, which stays text as all options are. */
function rowsOf(value: string): string {
  if (/^[1-9]\d{0,8}$/.test(value)) return value
  throw new InvalidArgumentError('It must be a whole number above zero.')
}
