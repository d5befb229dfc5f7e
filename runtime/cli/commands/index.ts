import type { CliCommand } from '../command.ts'
import { check } from './check.ts'
import { explainCode } from './explain-code.ts'
import { produce } from './produce.ts'
import { run } from './run.ts'
import { runInstance } from './run-instance.ts'

/** Every command, in the order of the help. */
export const COMMANDS: readonly CliCommand[] = [check, run, produce, explainCode, runInstance]
