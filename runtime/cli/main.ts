import { Command, CommanderError } from 'commander'
import { diagnostic } from '#diagnostics'
import { addCommand, addGlobalOptions } from './command.ts'
import { COMMANDS } from './commands/index.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import type { Host } from './host.ts'
import { Problems } from './problems.ts'
import { processHost } from './process-host.ts'
import { diagnosticOf, report } from './report.ts'
import { VERSION } from './version.ts'

/** Runs the command line of this process. Called by the launcher. */
export async function start(): Promise<void> {
  process.exitCode = await main(process.argv.slice(2), processHost())
  // A command that is over must not be held up by a connection that lingers.
  process.exit()
}

/**
 * Runs `args` on `host`. Resolves to the exit code; whatever goes wrong is reported on `host.stderr` and never thrown.
 */
export async function main(args: readonly string[], host: Host): Promise<ExitCode> {
  let code: ExitCode = EXIT.fine
  const style = { colours: host.stderr.isTerminal && !args.includes('--no-color'), json: args.includes('--json') }
  try {
    await program(host, (result) => (code = result)).parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof Problems) return report(host.stderr, error.diagnostics, style, error.texts)
    if (!(error instanceof CommanderError)) return report(host.stderr, [diagnosticOf(error)], style)
    if (error.exitCode === 0) return EXIT.fine // Help or version, already written.
    if (error.code === 'commander.help') return EXIT.usage
    return report(host.stderr, [usageProblem(error, args)], style)
  }
}

function program(host: Host, finish: (code: ExitCode) => void): Command {
  const root = addGlobalOptions(new Command('smelt'))
    .description('Medallion data-lake pipelines from one YAML file, exactly once.')
    .version(VERSION, '--version', 'print the version')
    .helpCommand(false)
    .helpOption('-h, --help', 'print this help')
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true, helpWidth: Math.min(host.stdout.width, 120) })
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
      outputError: () => undefined, // Reported as a diagnostic.
    })
    .exitOverride()
  for (const command of COMMANDS) addCommand(root, command, host, finish)
  return root
}

/** What the parser of the command line found, in its words without its prefix. */
function usageProblem(error: CommanderError, args: readonly string[]) {
  const detail = error.message.replace(/^error: /, '').replace(/\n/g, ' ')
  const names = COMMANDS.map(({ usage }) => usage.split(' ', 1)[0])
  const named = args.find((arg) => names.includes(arg))
  const command = named === undefined ? 'smelt' : `smelt ${named}`
  return diagnostic('cli/bad-usage', { detail: detail.charAt(0).toUpperCase() + detail.slice(1), command })
}
