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
import { checkProject, type CheckResult } from '../check/check-project.ts'
import { fixProject, type Fixed } from '../check/fix-project.ts'
import { openTenantHistory } from '../check/tenant-history.ts'
import { watchCheck } from '../check/watch-check.ts'
import type { Call, CliCommand } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { outputFormat } from '../output-format.ts'
import { projectRoot } from '../project.ts'
import { VERSION } from '../version.ts'

/** `smelt check` */
export const check: CliCommand = {
  usage: 'check [paths...]',
  summary: 'find everything that is wrong in the project, without running it',
  details:
    'Reads smelt.yaml, tenants/ and pipelines/ with their contracts and references, works out the plan of every instance ' +
    'and says what is wrong, why, and what to do. With paths, only problems in those files and folders are told, and ' +
    'only those are fixed. --fix keeps comments and formatting; what it is not sure of is shown as `fix (maybe)` and ' +
    'left, unless --fix-maybe is given. Exit code 1 when there is an error, at the end of --watch too.',
  options: [
    new Option('--format <format>', 'how to print')
      .choices(['terminal', 'json', 'github', 'sarif'])
      .default('terminal'),
    new Option('--fix', 'write the fixes that cannot change what is meant'),
    new Option('--fix-maybe', 'write also the fixes that are a guess; read the difference before you commit it'),
    new Option('--watch', 'check again whenever a file of the project changes, until Ctrl-C'),
  ],
  examples: [
    ['smelt check', 'checks the whole project'],
    ['smelt check pipelines/inventory-compliance', 'tells only what is wrong in that folder'],
    ['smelt check --fix', 'mends what can be mended, and tells the rest'],
    ['smelt check --watch', 'tells what is wrong while you write'],
    ['smelt check --format github', 'marks the problems in a pull request'],
    ['smelt check --format sarif', 'writes a SARIF log for code scanning'],
  ],
  async run(call) {
    const { host, globals, args, flag } = call
    const format = outputFormat(call, 'smelt check')
    const root = projectRoot(host, globals)
    const concerns = within(host, root, args)
    // A file may come and go while it is watched; the project stays.
    const settings = { ...globals, project: root }
    const fixes = flag('fix') || flag('fixMaybe')
    if (flag('watch') && fixes) throw smeltError('cli/bad-usage', { detail: WATCH_ONLY, command: 'smelt check' })
    // Read once: what is watched is the files of the project, and commits change none of them.
    const history = openTenantHistory(host, root)
    const once = async (): Promise<ExitCode> => {
      const result = await checkProject(host, settings, { root, history })
      return tell(call, { fixed: [], result, format }, concerns)
    }
    if (flag('watch')) return watchCheck(host, { root, check: once, colours: globals.colours })
    host.hurry()
    if (!fixes) return once()
    const confidences = flag('fixMaybe') ? (['safe', 'maybe'] as const) : (['safe'] as const)
    return tell(call, { ...(await fixProject(host, settings, { confidences, concerns, history })), format }, concerns)
  },
}

const WATCH_ONLY = '`--watch` only tells: a file that changes under the hands of its author helps nobody'

/** Prints what was fixed and what is wrong, and gives the exit code that the rest asks for. */
function tell(
  { host, globals }: Call,
  { fixed, result, format }: Fixed & { readonly format: string },
  concerns: (problem: Diagnostic) => boolean,
): ExitCode {
  const told = result.diagnostics.filter(concerns)
  const output = format === 'terminal' ? host.stdout : host.stderr
  for (const line of fixedLines(fixed)) output.write(line)
  if (told.length > 0 || format !== 'terminal')
    host.stdout.write(reporters(globals.colours)[format]?.(told, result.texts) ?? '')
  if (format === 'terminal' && !hasErrors(told)) host.stdout.write(`checked ${counted(result)}: no errors\n`)
  return hasErrors(told) ? EXIT.problems : EXIT.fine
}

function reporters(colours: boolean): Readonly<Record<string, Reporter>> {
  return {
    terminal: terminalReporter({ colours }),
    json: jsonReporter,
    github: githubReporter,
    sarif: sarifReporter({ version: VERSION }),
  }
}

function fixedLines(fixed: readonly Diagnostic[]): string[] {
  const lines = fixed.flatMap(({ code, fix }) =>
    (fix?.edits ?? []).slice(0, 1).map(({ span: { file, start } }) => {
      return `fixed ${file}:${start.line}:${start.column}: ${fix?.title ?? ''} (${code})\n`
    }),
  )
  return lines.length === 0 ? [] : [...lines, '\n']
}

/** Picks what is wrong at `paths`, and what has no place. */
function within(host: Call['host'], root: string, paths: readonly string[]): (problem: Diagnostic) => boolean {
  const wanted = paths.map((each) => {
    const absolute = path.resolve(host.folder, each)
    const relative = path.relative(root, absolute).split(path.sep).join('/')
    if (relative.startsWith('..') || !host.files.exists(absolute)) throw smeltError('cli/unknown-path', { path: each })
    return relative
  })
  return ({ span }) =>
    wanted.length === 0 ||
    span === undefined ||
    wanted.some((each) => each === '' || span.file === each || span.file.startsWith(`${each}/`))
}

function counted({ pipelines, instances }: CheckResult): string {
  const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
  return `${plural(pipelines, 'pipeline')} and ${plural(instances, 'instance')}`
}
