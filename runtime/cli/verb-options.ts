import { Option } from 'commander'
import { smeltError } from '#diagnostics'
import type { Call } from './command.ts'

/** An option that some verbs of a command take, and the others do not. */
export interface VerbOption {
  readonly verbs: readonly string[]
  /** Its help begins with the verbs. It has no default, which would look as if it were given. */
  readonly option: Option
}

/** Declares an option of some verbs. A default is told in `description`, and known to the verb. */
export function verbOption(verbs: readonly string[], flags: string, description: string): VerbOption {
  return { verbs, option: new Option(flags, `${verbs.join(', ')}: ${description}`) }
}

/** Refuses options that were given and that `verb` would ignore. Throws cli/bad-usage, with the verbs that they belong to. */
export function refuseStray(call: Call, command: string, verb: string, options: readonly VerbOption[]): void {
  const strays = options.filter(({ verbs, option }) => !verbs.includes(verb) && isGiven(call, option.attributeName()))
  if (strays.length === 0) return
  const each = strays.map(({ verbs, option }) => `no \`${option.long ?? option.flags}\`, which is of ${quoted(verbs)}`)
  throw smeltError('cli/bad-usage', { detail: `\`${command} ${verb}\` takes ${each.join('; ')}`, command })
}

const isGiven = ({ text, list, flag }: Call, name: string): boolean =>
  text(name) !== undefined || list(name).length > 0 || flag(name)

const quoted = (verbs: readonly string[]): string => verbs.map((verb) => `\`${verb}\``).join(', ')
