import { Option } from 'commander'
import { smeltError, type Diagnostic } from '#diagnostics'
import type { CliCommand } from '../command.ts'
import { openEnvironment } from '../environment.ts'
import { EXIT, exitCodeOf, worstExit } from '../exit-code.ts'
import { activeInstances } from '../instance/named-instances.ts'
import { resolveInstance } from '../instance/resolve-instance.ts'
import { takeOver, takenOverText, type TakenOver } from '../instance/take-over.ts'
import { Problems } from '../problems.ts'
import { openProject } from '../project.ts'
import { diagnosticOf, report } from '../report.ts'

/** `smelt apply` */
export const apply: CliCommand = {
  usage: 'apply [instance]',
  summary: 'let a changed pipeline take over from what last ran, or from what runs',
  details:
    'An instance that runs ends with a checkpoint, and goes on by the new plan at once; this waits until it does. For one ' +
    'that does not run, it does what a run would do at its start, for one instance, all of a tenant, or all there are: gives tables their new ' +
    'columns, carries state over, and works out anew from bronze what cannot be carried over, beside the live tables, ' +
    'which are swapped at once. A change that drops or rewrites something is refused (exit code 4) until it is approved ' +
    'by the hash of its plan. Repeat it after a crash: it goes on where it stood.',
  options: [
    new Option('--approve <hash>', 'approve the plan with this hash, and apply it'),
    new Option('--dry-run', 'tell what would be done, and change nothing'),
  ],
  examples: [
    ['smelt apply acme/inventory-compliance --dry-run', 'shows what would be done'],
    ['smelt apply acme', 'applies what is safe, for all instances of a tenant'],
    ['smelt apply acme/inventory-compliance --approve a51f3c02d9be', 'approves one plan and applies it'],
  ],
  async run({ host, globals, args, text, flag }) {
    const project = openProject(host, globals, args[0])
    const environment = openEnvironment(host, globals, project)
    if (text('approve') !== undefined && args[0]?.includes('/') !== true) {
      const detail = 'An approval is for one plan: name its instance, `tenant/pipeline`'
      throw smeltError('cli/bad-usage', { detail, command: 'smelt apply' })
    }
    const results: TakenOver[] = []
    const problems: { readonly told: readonly Diagnostic[]; readonly texts: ReadonlyMap<string, string> }[] = []
    for (const name of activeInstances(project, args[0])) {
      try {
        const opened = { project, environment, instance: resolveInstance(project, name) }
        const onAsked = (): void => {
          if (!globals.json) host.stderr.write(`${opened.instance.name}: asked to go on by the new plan\n`)
        }
        results.push(await takeOver(host, opened, { approve: text('approve'), dryRun: flag('dryRun'), onAsked }))
      } catch (error) {
        // One instance that cannot follow does not hold the others back.
        const whole = error instanceof Problems
        problems.push({
          told: whole ? error.diagnostics : [diagnosticOf(error)],
          texts: whole ? error.texts : new Map(),
        })
      }
    }
    if (globals.json) host.stdout.write(`${JSON.stringify(results, null, 2)}\n`)
    else for (const each of results) host.stdout.write(takenOverText(each))
    const style = { colours: globals.colours, json: globals.json }
    for (const { told, texts } of problems)
      report(host.stderr, told, style, new Map([...project.loaded.texts, ...texts]))
    return worstExit(problems.flatMap(({ told }) => told.map(exitCodeOf)).concat(EXIT.fine))
  },
}
