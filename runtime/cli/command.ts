import type { Command, Option } from 'commander'
import type { ExitCode } from './exit-code.ts'
import type { Host } from './host.ts'

/** What every command may be given. */
export interface GlobalOptions {
  readonly env?: string
  readonly project?: string
  readonly json: boolean
  readonly colours: boolean
}

/** A command: how it is called, and what it does. One per file; `commands/index.ts` lists them. */
export interface CliCommand {
  /** The name with its arguments, `run [instance]`. */
  readonly usage: string
  /** One line for the list of commands. */
  readonly summary: string
  /** What a newcomer must know, after the summary. */
  readonly details?: string
  readonly options?: readonly Option[]
  /** What to type, and what it does. */
  readonly examples: readonly (readonly [command: string, does: string])[]
  /** Not in the list of commands. */
  readonly hidden?: boolean
  run(call: Call): Promise<ExitCode>
}

/** One call of a command. Options are read by name; an option that is not declared is undefined. */
export interface Call {
  readonly host: Host
  readonly globals: GlobalOptions
  readonly args: readonly string[]
  /** The value of an option that takes one. */
  readonly text: (option: string) => string | undefined
  /** The values of an option that takes several; none when it is not given. */
  readonly list: (option: string) => readonly string[]
  /** Whether a switch is on. */
  readonly flag: (option: string) => boolean
}

/** Adds `command` to the program; `finish` hears its exit code. */
export function addCommand(program: Command, command: CliCommand, host: Host, finish: (code: ExitCode) => void): void {
  const examples = command.examples.map(([line, does]) => `  $ ${line}\n      ${does}`).join('\n')
  const added = program
    .command(command.usage, { hidden: command.hidden === true })
    .summary(command.summary)
    .description([command.summary, ...(command.details === undefined ? [] : ['', command.details])].join('\n'))
    .addHelpText('after', `\nExamples:\n${examples}`)
  for (const option of command.options ?? []) added.addOption(option)
  added.action(async () => {
    const values = added.optsWithGlobals<Record<string, unknown>>()
    const textOf = (name: string): string | undefined => {
      const value = values[name]
      return typeof value === 'string' ? value : undefined
    }
    const env = textOf('env')
    const project = textOf('project')
    const globals = {
      ...(env === undefined ? {} : { env }),
      ...(project === undefined ? {} : { project }),
      json: values['json'] === true,
      colours: values['color'] !== false && host.stderr.isTerminal && host.env('NO_COLOR') === undefined,
    }
    const list = (name: string): readonly string[] => {
      const value = values[name]
      return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
    }
    const flag = (name: string): boolean => values[name] === true
    finish(await command.run({ host, globals, args: added.args, text: textOf, list, flag }))
  })
}

/** The switches that every command knows. */
export function addGlobalOptions(program: Command): Command {
  return program
    .option('--env <name>', 'the environment of smelt.yaml to use (default: its `default_environment`)')
    .option('--project <dir>', 'the project (default: the nearest folder upwards with a smelt.yaml)')
    .option('--json', 'print for programs')
    .option('--no-color', 'print without colours')
}
