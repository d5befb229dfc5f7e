import { Option } from 'commander'
import { smeltError } from '#diagnostics'
import type { StoredPlan, Version } from '#engine'
import { parseInstanceName, type InstanceName } from '#tenant'
import type { CliCommand } from '../command.ts'
import { openEnvironment, type Environment } from '../environment.ts'
import { EXIT } from '../exit-code.ts'
import { crashHook } from '../instance/crash-hook.ts'
import { instancesOf } from '../instance/resolve-instance.ts'
import { takeOver, takenOverText, type TakenOver } from '../instance/take-over.ts'
import { checkTenant, openProject, type OpenProject } from '../project.ts'
import { compareFiles, restoreFiles, type VersionFile } from '../rollback/version-files.ts'

/** What became of a rollback. */
interface RolledBack extends TakenOver {
  /** The version that was gone back to. */
  readonly to: number
  /** Its files, by path from the root of the project; `changed` ones were written, or are to be. */
  readonly files: readonly { readonly path: string; readonly state: VersionFile['state'] }[]
  /** Other instances that the same files run. */
  readonly shared_with: readonly string[]
}

/** `smelt rollback` */
export const rollback: CliCommand = {
  usage: 'rollback <instance>',
  summary: 'go back to the files and the plan of an earlier version',
  details:
    'Writes the pipeline, contracts and references of a version that ran (`smelt history` numbers them) back into the project, ' +
    'and lets them take over as `apply` does: tables and state follow by verdict, records that came since stay. What drops or ' +
    'rewrites something is refused (exit code 4), and nothing is written, until it is approved by the hash of its plan. A ' +
    'file that is neither that of the version nor that of the newest one is not overwritten unasked. Repeat it after a ' +
    'crash: it goes on where it stood. To give up what came since as well, go back to a savepoint: `smelt run --from`.',
  options: [
    new Option('--to <version>', 'the number of the version').makeOptionMandatory(),
    new Option('--approve <hash>', 'approve the plan with this hash, and go back to it'),
    new Option('--overwrite', 'overwrite files that were edited since they last ran'),
    new Option('--dry-run', 'tell what would be done, and change nothing'),
  ],
  examples: [
    ['smelt rollback acme/inventory-compliance --to 3 --dry-run', 'shows what would be done'],
    ['smelt rollback acme/inventory-compliance --to 3', 'restores the files of version 3, and applies them'],
  ],
  async run(call) {
    const { host, globals, args, flag, text } = call
    const project = openProject(host, globals, args[0])
    const environment = openEnvironment(host, globals, project)
    const name = parseInstanceName(args[0] ?? '')
    checkTenant(project, name.tenant)
    const { version, stored, newest } = await findVersion(environment, name, text('to') ?? '')
    const files = compareFiles(host, project.root, { wanted: stored, newest })
    const edited = files.filter(({ state }) => state === 'edited').map((each) => each.path)
    if (edited.length > 0 && !flag('overwrite'))
      throw smeltError('cli/files-edited', { version: version.version, files: edited })
    const { projectAt } = await import('../rollback/project-at.ts')
    const at = projectAt(call, project, { name, stored, version, approve: text('approve') })
    const step = await crashHook(host)
    const taken = await takeOver(
      host,
      { ...at, environment },
      {
        approve: text('approve'),
        dryRun: flag('dryRun'),
        onAsked: () => {
          if (!globals.json) host.stderr.write(`${at.instance.name}: asked to go on by version ${version.version}\n`)
        },
        command: `smelt rollback ${at.instance.name} --to ${version.version}`,
        begin: () => restoreFiles(host, project.root, files, () => step?.('file-restored')),
      },
    )
    const done: RolledBack = {
      ...taken,
      to: version.version,
      files: files.map(({ path, state }) => ({ path, state })),
      shared_with: sharing(project, name),
    }
    if (globals.json) host.stdout.write(`${JSON.stringify(done, null, 2)}\n`)
    else host.stdout.write(rolledBackText(done, flag('dryRun')))
    return EXIT.fine
  },
}

/** A version as it was kept, and what ran last. */
async function findVersion(
  environment: Environment,
  { tenant, pipeline }: InstanceName,
  given: string,
): Promise<{ readonly version: Version; readonly stored: StoredPlan; readonly newest: StoredPlan }> {
  const [engine, { openStore }] = await Promise.all([import('#engine'), import('#lake')])
  const store = await openStore(environment.store(tenant))
  try {
    const { wanted, newest } = await engine.readVersion(store, { tenant, pipeline }, given)
    const stored = await engine.readPlan(store, pipeline, wanted.planHash)
    const ran = (await engine.storedPlan(store, pipeline)) ?? (await engine.readPlan(store, pipeline, newest.planHash))
    return { version: wanted, stored, newest: ran }
  } finally {
    await store.close()
  }
}

/** The instances of other tenants that run the same files. */
function sharing(project: OpenProject, { tenant, pipeline }: InstanceName): string[] {
  return instancesOf(project)
    .filter((each) => each.pipeline === pipeline && each.tenant !== tenant)
    .map((each) => `${each.tenant}/${each.pipeline}`)
}

function rolledBackText({ files, shared_with: others, to, ...taken }: RolledBack, dry: boolean): string {
  const lines = files.map(({ path, state }) =>
    state === 'same' ? `  ${path} is as it was` : `  ${path} ${dry ? 'is to be restored' : 'restored'}`,
  )
  const shared =
    others.length === 0 ? [] : [`  the same files are run by ${others.join(', ')} from their next start on`]
  return [`${taken.instance}: back to version ${to}`, ...lines, ...shared, takenOverText(taken)].join('\n')
}
