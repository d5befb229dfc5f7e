import { Option } from 'commander'
import type { CliCommand } from '../command.ts'

/** `smelt demo` */
export const demo: CliCommand = {
  usage: 'demo',
  summary: 'run the shipped pipeline on a made-up day of two companies, and show the tables',
  details:
    'Writes into `.smelt/demo` of the current folder, starting clean each time: a project with topics, a lake and keys ' +
    'of its own. About 2 % of the events are bad in every way there is; some come twice, late or out of order. The ' +
    'tables are the same each time.',
  options: [new Option('--records <n>', 'events to write, both companies together (default: 200000)')],
  examples: [['smelt demo', 'takes less than a minute']],
  async run({ host, globals, text }) {
    const { demoOptions, runDemo } = await import('../demo/run-demo.ts')
    return runDemo(host, globals, demoOptions({ text }))
  },
}
