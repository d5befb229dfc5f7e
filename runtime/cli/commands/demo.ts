import { Option } from 'commander'
import type { CliCommand } from '../command.ts'

/** `smelt demo` */
export const demo: CliCommand = {
  usage: 'demo',
  summary: 'run the shipped pipeline on a made-up day of two companies, and show the tables',
  details:
    'Writes into `.smelt/demo` of the current folder, starting clean each time: a project with topics, a lake and keys ' +
    'of its own. About 2 % of the events are bad in every way there is; some come twice, late or out of order. ' +
    'Violations of policy rules are alerted to a receiver of its own on a free port of this machine. The tables are the ' +
    'same each time, and all of it is compared with what was generated.',
  options: [new Option('--records <n>', 'events to write, both companies together (default: 200000)')],
  examples: [['smelt demo', 'takes less than a minute']],
  async run({ host, globals, text }) {
    const { demoOptions, runDemo } = await import('../demo/run-demo.ts')
    return runDemo(host, globals, demoOptions({ text }))
  },
}
