import path from 'node:path'
import { Option } from 'commander'
import {
  githubReporter,
  hasErrors,
  jsonReporter,
  sarifReporter,
  smeltError,
  terminalReporter,
  type Diagnostic,
  type Reporter,
} from '#diagnostics'
import { checkProject } from '../check-project.ts'
import type { Call, CliCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { openProject, type OpenProject } from '../project.ts'
import { VERSION } from '../version.ts'

/** `smelt check` */
export const check: CliCommand = {
  usage: 'check [paths...]',
  summary: 'find everything that is wrong in the project, without running it',
  details:
    'Reads smelt.yaml, tenants/ and pipelines/, works out the plan of every instance and says what is wrong, why, ' +
    'and what to do. With paths, only problems in those files and folders are told. Exit code 1 when there is an error.',
  options: [
    new Option('--format <format>', 'how to print')
      .choices(['terminal', 'json', 'github', 'sarif'])
      .default('terminal'),
  ],
  examples: [
    ['smelt check', 'checks the whole project'],
    ['smelt check pipelines/inventory-compliance', 'tells only what is wrong in that folder'],
    ['smelt check --format github', 'marks the problems in a pull request'],
    ['smelt check --format sarif', 'writes a SARIF log for code scanning'],
  ],
  async run({ host, globals, args, text }) {
    const project = openProject(host, globals)
    const { diagnostics, texts, instances, pipelines } = checkProject(host, globals, project)
    const told = within(project, host, args, diagnostics)
    const format = globals.json ? 'json' : (text('format') ?? 'terminal')
    if (told.length > 0 || format !== 'terminal')
      host.stdout.write(reporters(globals.colours)[format]?.(told, texts) ?? '')
    if (format === 'terminal' && !hasErrors(told)) {
      host.stdout.write(`checked ${plural(pipelines, 'pipeline')} and ${plural(instances, 'instance')}: no errors\n`)
    }
    return Promise.resolve(hasErrors(told) ? EXIT.problems : EXIT.fine)
  },
}

function reporters(colours: boolean): Readonly<Record<string, Reporter>> {
  return {
    terminal: terminalReporter({ colours }),
    json: jsonReporter,
    github: githubReporter,
    sarif: sarifReporter({ version: VERSION }),
  }
}

/** What is wrong at `paths`, and what has no place. */
function within(
  { root }: OpenProject,
  host: Call['host'],
  paths: readonly string[],
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  if (paths.length === 0) return diagnostics
  const wanted = paths.map((each) => {
    const absolute = path.resolve(host.folder, each)
    const relative = path.relative(root, absolute).split(path.sep).join('/')
    if (relative.startsWith('..') || !host.files.exists(absolute)) throw smeltError('cli/unknown-path', { path: each })
    return relative
  })
  return diagnostics.filter(
    ({ span }) =>
      span === undefined ||
      wanted.some((each) => each === '' || span.file === each || span.file.startsWith(`${each}/`)),
  )
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
