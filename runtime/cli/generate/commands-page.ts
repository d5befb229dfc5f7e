import { Command, type Option } from 'commander'
import { addGlobalOptions, type CliCommand } from '../command.ts'
import { COMMANDS } from '../commands/index.ts'
import { EXIT, EXIT_MEANS } from '../exit-code.ts'
import { PAGE_HEADER, type Generator } from './generator.ts'
import { markdownTable } from './markdown.ts'

/** `docs/reference/commands.md`: every command with its usage, options and examples, and what the exit codes mean. */
export const commandsPage: Generator = {
  name: 'reference page of the command line',
  files: () => [['docs/reference/commands.md', page(COMMANDS.filter(({ hidden }) => hidden !== true))]],
}

function page(commands: readonly CliCommand[]): string {
  const list = commands.map((each) => `- [\`smelt ${nameOf(each)}\`](#smelt-${nameOf(each)}) - ${each.summary}\n`)
  return [
    PAGE_HEADER,
    '# Command line\n\n',
    ...list,
    '\n## Options of every command\n\n',
    optionTable(addGlobalOptions(new Command()).options),
    '\n## Exit codes\n\n',
    markdownTable(['Code', 'Meaning'], [...exitCodes()]),
    ...commands.map(section),
  ].join('')
}

function* exitCodes(): Iterable<readonly string[]> {
  for (const [name, code] of Object.entries(EXIT)) yield [String(code), EXIT_MEANS[name as keyof typeof EXIT]]
}

function section(command: CliCommand): string {
  const { usage, summary, details, options = [], examples } = command
  const shell = examples.map(([line, does]) => `# ${does}\n${line}\n`).join('\n')
  return [
    `\n## smelt ${nameOf(command)}\n\n`,
    `\`smelt ${options.length === 0 ? usage : usage.replace(/^\S+/, '$& [options]')}\`\n\n`,
    `${sentence(summary)}\n`,
    ...(details === undefined ? [] : [`\n${details}\n`]),
    ...(options.length === 0 ? [] : ['\n', optionTable(options)]),
    `\n\`\`\`sh\n${shell}\`\`\`\n`,
  ].join('')
}

function optionTable(options: readonly Option[]): string {
  const rows = options.filter(({ hidden }) => !hidden).map((option) => [`\`${option.flags}\``, meaning(option)])
  return markdownTable(['Option', 'Meaning'], rows)
}

function meaning(option: Option): string {
  const preset: unknown = option.defaultValue
  const notes = [
    ...(option.argChoices === undefined ? [] : [`one of ${option.argChoices.map(code).join(', ')}`]),
    ...(typeof preset === 'string' || typeof preset === 'number' ? [`default: ${code(String(preset))}`] : []),
  ]
  return notes.length === 0 ? option.description : `${option.description} (${notes.join('; ')})`
}

function nameOf({ usage }: CliCommand): string {
  return usage.split(' ', 1)[0] ?? usage
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function code(text: string): string {
  return `\`${text}\``
}
