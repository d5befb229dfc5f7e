import { smeltError } from '#diagnostics'
import type { Call } from './command.ts'

/** How a command with `--format` is to print: `--json` is short for one of the formats, and refused beside another. */
export function outputFormat({ globals, text }: Pick<Call, 'globals' | 'text'>, command: string): string {
  const format = text('format') ?? 'terminal'
  if (!globals.json) return format
  if (format === 'terminal' || format === 'json') return 'json'
  throw smeltError('cli/bad-usage', { detail: `\`--json\` and \`--format ${format}\` are two formats`, command })
}
