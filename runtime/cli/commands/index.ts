import type { CliCommand } from '../command.ts'
import { check } from './check.ts'
import { explainCode } from './explain-code.ts'
import { produce } from './produce.ts'

/** Every command, in the order of the help. */
export const COMMANDS: readonly CliCommand[] = [check, produce, explainCode]
